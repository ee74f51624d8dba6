import { expect, test } from 'vitest'
import { wholePattern } from '../../../src/lab/promql/pattern.ts'

test.each([
  ['a|bc', ['a', 'bc'], ['b', 'abc', 'ac']],
  ['5..', ['503', '5\n3'], ['50', '5033']],
  ['', [''], ['a']],
  ['outbound\\|\\d+\\|\\|.*', ['outbound|8080||x.y'], ['outbound|x||y']],
  ['[a\\-c]+', ['a-c'], ['b']],
  ['[[]x', ['[x'], ['x']],
  ['a]{1}', ['a]'], ['a']],
  ['a{2,3}', ['aa', 'aaa'], ['a', 'aaaa']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['{}', ['{}'], ['']],
  ['\\s\\S\\w\\W', [' a_-'], ['\u00a0a_-', ' a_b']],
  ['[\\s\\d]+', ['1 2'], ['a']],
  ['a\\.b\\/c\\"d\\_e', ['a.b/c"d_e'], ['axb/c"d_e']],
  ['(?:a)(?P<n>b)(?<m>c)', ['abc'], ['ab']],
  ['.*世.*', ['你好世界'], ['你好']],
])('%s matches %o whole, and not %o', (pattern, good, bad) => {
  const whole = wholePattern(pattern)
  expect(good.map((text) => whole.test(text))).toEqual(good.map(() => true))
  expect(bad.map((text) => whole.test(text))).toEqual(bad.map(() => false))
})

test.each(['(', 'a)', '*a', '[z-a]', 'a**', '\\', '[a', 'a{2}{3}'])('%s is no regular expression', (pattern) => {
  expect(() => wholePattern(pattern)).toThrow('invalid regular expression')
})

test.each(['(?i)a', '(?=a)', '(?!a)b', '\\bx', '(a)\\1', '\\pL', '\\Qa\\E', '\\x41', '[[:digit:]]', '[]a]', '[^]]'])(
  '%s would be read differently, and is refused',
  (pattern) => {
    expect(() => wholePattern(pattern)).toThrow('does not offer')
  },
)
