import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { colorLevel, createPaint, plainPaint } from '../../src/ui/color.ts'
import { languageOf } from '../../src/ui/language.ts'
import { cut, renderLine, withFigure } from '../../src/ui/line.ts'
import { safeText } from '../../src/ui/safe-text.ts'
import { table } from '../../src/ui/table.ts'
import { unbroken, wrap } from '../../src/ui/wrap.ts'

const ESC = String.fromCharCode(27)

describe('language', () => {
  test.each([
    { flag: 'zh', env: { LANG: 'en_US.UTF-8' }, language: 'zh' },
    { flag: 'en', env: { TRICENTER_LANG: 'zh' }, language: 'en' },
    { flag: undefined, env: { TRICENTER_LANG: 'zh', LC_ALL: 'C' }, language: 'zh' },
    { flag: undefined, env: { LC_ALL: 'zh_CN.UTF-8', LANG: 'C' }, language: 'zh' },
    { flag: undefined, env: { LC_ALL: '', LC_MESSAGES: 'zh_TW', LANG: 'C' }, language: 'zh' },
    { flag: undefined, env: { LANG: 'C.UTF-8' }, language: 'en' },
    { flag: undefined, env: {}, language: 'en' },
  ])('is $language for --lang $flag and $env', ({ flag, env, language }) => {
    expect(languageOf(flag, env)).toBe(language)
  })
})

describe('colour', () => {
  test.each([
    { env: {}, tty: true, flag: 'auto', level: 1 },
    { env: { TERM: 'xterm-256color' }, tty: true, flag: 'auto', level: 2 },
    { env: { COLORTERM: 'truecolor' }, tty: true, flag: 'auto', level: 3 },
    { env: {}, tty: false, flag: 'auto', level: 0 },
    { env: { TERM: 'dumb' }, tty: true, flag: 'auto', level: 0 },
    { env: { CI: 'true' }, tty: true, flag: 'auto', level: 0 },
    { env: { FORCE_COLOR: '1', CI: 'true' }, tty: false, flag: 'auto', level: 1 },
    { env: { FORCE_COLOR: '0' }, tty: true, flag: 'auto', level: 0 },
    { env: { NO_COLOR: '1', FORCE_COLOR: '1' }, tty: true, flag: 'auto', level: 0 },
    { env: { NO_COLOR: '' }, tty: true, flag: 'auto', level: 1 },
    { env: { NO_COLOR: '1' }, tty: false, flag: 'always', level: 1 },
    { env: { FORCE_COLOR: '1' }, tty: true, flag: 'never', level: 0 },
  ] as const)('has level $level for $env, terminal $tty, --color $flag', ({ env, tty, flag, level }) => {
    expect(colorLevel(env, tty, flag)).toBe(level)
  })
})

describe('safe text', () => {
  test.each([
    ['a colour', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['a window title', `${ESC}]0;title\u0007x`, 'x'],
    ['a link', `${ESC}]8;;http://evil${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    ['an 8-bit sequence', '\u009B31mred', 'red'],
    ['an unfinished string', `${ESC}]0;swallows`, ''],
    ['line breaks', 'a\r\nb\tc', 'a b c'],
    ['a bell and a backspace', 'a\u0007b\u0008', 'a\uFFFDb\uFFFD'],
    ['a direction override', 'abc\u202Egpj.exe', 'abc\uFFFDgpj.exe'],
    ['a zero-width space', 'ro\u200Bute', 'ro\uFFFDute'],
    ['a lone surrogate', 'a\uD800', 'a\uFFFD'],
  ])('takes %s away', (_, text, safe) => {
    expect(safeText(text)).toBe(safe)
  })

  test('lets no control character through, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex
        expect(safeText(text)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
      }),
    )
  })

  test('keeps names in any script', () => {
    expect(safeText('北京 zone-a ñ 👍🏽')).toBe('北京 zone-a ñ 👍🏽')
  })
})

describe('wrap', () => {
  test('keeps a figure with its unit and a dot at the end of its line', () => {
    expect(wrap('detect 7.1 s · decide 0.5 s', 12)).toEqual(['detect', '7.1 s ·', 'decide 0.5 s'])
  })

  test('does not begin a line with closing punctuation', () => {
    expect(wrap('已推迟：北京集群。', 7)).toEqual(['已推', '迟：北', '京集', '群。'])
  })

  test('keeps a command whole', () => {
    expect(wrap(`Then: ${unbroken('tricenter sync --center zone-a --wait')}`, 20)).toEqual([
      'Then:',
      'tricenter sync --center zone-a --wait',
    ])
  })

  test('loses no word and stays within its width', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 })
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), width)
        expect(lines.join(' ')).toBe(list.join(' '))
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('lines', () => {
  test('are cut by columns, not by characters', () => {
    expect(cut('北京集群', 5)).toBe('北京…')
    expect(cut('zone-a', 6)).toBe('zone-a')
  })

  test('have no trailing space, painted or not', () => {
    expect(renderLine(['a', ['good', 'b  '], '  '], createPaint({}, true, 'always'))).toMatch(/b.\[39m$/)
    expect(renderLine(['a', ['good', 'b  '], '  '], plainPaint)).toBe('ab')
  })

  test('have a figure at the right edge', () => {
    expect(renderLine(withFigure(['applied'], '0.2 s', 20), plainPaint)).toBe('applied        0.2 s')
  })
})

describe('table', () => {
  const show = (...args: Parameters<typeof table>) => table(...args).map((line) => renderLine(line, plainPaint))

  test('aligns Chinese and Latin columns by width', () => {
    expect(
      show(
        [{ title: '中心' }, { title: 'SHARE', align: 'right' }, { title: '' }],
        [
          ['北京', '1%', ''],
          ['zone-a', '50%', 'x'],
        ],
      ),
    ).toEqual(['中心    SHARE', '北京       1%', 'zone-a    50%  x'])
  })

  test('cuts the widest left column to fit', () => {
    expect(show([{}, { align: 'right' }], [['a-very-long-name-of-a-route', '100']], { width: 20 })).toEqual(['a-very-long-na…  100'])
  })

  test('drops a column without title and cells', () => {
    expect(show([{ title: 'A' }, { title: '' }, { title: 'B' }], [['1', '', '2']])).toEqual(['A  B', '1  2'])
  })
})
