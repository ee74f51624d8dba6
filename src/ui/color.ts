import { Chalk, type ColorSupportLevel } from 'chalk'

type Env = Readonly<Record<string, string | undefined>>
export type ColorFlag = 'auto' | 'always' | 'never'
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'name'

/** Paints text that is already safe. An object handed on, never a global: stdout and stderr may differ. */
export type Paint = (tone: Tone, text: string) => string

export const plainPaint: Paint = (_tone, text) => text

/** Decided once for one stream: `--color`, then NO_COLOR, FORCE_COLOR, TERM=dumb, no terminal, CI, in this order. */
export function createPaint(env: Env, isTTY: boolean, flag: ColorFlag = 'auto'): Paint {
  const level = colorLevel(env, isTTY, flag)
  if (level === 0) return plainPaint
  const chalk = new Chalk({ level })
  const tones = { good: chalk.green, bad: chalk.red, warn: chalk.yellow, dim: chalk.dim, strong: chalk.bold, name: chalk.cyan }
  return (tone, text) => (text === '' ? '' : tones[tone](text))
}

/** 0 no colour, 1 sixteen, 2 256, 3 true colour. An empty NO_COLOR says nothing (no-color.org). */
export function colorLevel(env: Env, isTTY: boolean, flag: ColorFlag = 'auto'): ColorSupportLevel {
  const able = /truecolor|24bit/i.test(env['COLORTERM'] ?? '') ? 3 : /256/.test(env['TERM'] ?? '') ? 2 : 1
  if (flag === 'always') return able
  if (flag === 'never' || (env['NO_COLOR'] ?? '') !== '') return 0
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : forced === '2' ? 2 : forced === '3' ? 3 : able
  if (env['TERM'] === 'dumb' || !isTTY || (env['CI'] ?? '') !== '') return 0
  return able
}
