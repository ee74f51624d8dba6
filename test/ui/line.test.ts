import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { widthOf } from '../../src/ui/line.ts'

test('what is told at once is what the full rules say, for every character of the basic plane', () => {
  const differs: string[] = []
  for (let code = 0x20; code < 0xfffe; code++) {
    const text = String.fromCharCode(code)
    if (text.isWellFormed() && widthOf(text) !== stringWidth(text)) differs.push(code.toString(16))
  }
  expect(differs).toEqual([])
})

test.each(['zone-a 50 → 0', '北京 50 → 0', '↔️', '→\u0301', '1\u20e3'])('%s is as wide as the full rules say', (text) => {
  expect(widthOf(text)).toBe(stringWidth(text))
})
