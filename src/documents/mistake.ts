import { fault } from '../domain/fault.ts'
import type { Fault } from '../domain/fault.ts'
import type { Words } from '../domain/words.ts'

/** Keys and list indexes from the root of a document. */
export type Path = readonly (string | number)[]

/** One thing wrong with a document. Line and column count from 1; `path` is empty where the text could not be read at all. */
export interface Mistake {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}

/** `tricenter.yaml:14:7: centers.zone-b.wieght: unknown key. Did you mean weight?`: editors and terminals jump to such a line. */
export function mistakeLine({ file, line, column, path, message }: Mistake): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`
}

/** `policy.without[0].weights.zone-a` */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('')
}

/** In the order of the text, each line once. */
export function sortedMistakes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const seen = new Set<string>()
  return mistakes
    .filter((mistake) => {
      const line = mistakeLine(mistake)
      return !seen.has(line) && seen.add(line)
    })
    .sort((a, b) => a.line - b.line || a.column - b.column)
}

/** The fault (exit 2) that a command throws for mistakes of one file; its lines are all of them. */
export function mistakesFault(file: string, mistakes: readonly Mistake[]): Fault {
  return fault(
    'input',
    mistakes.length === 1 ? 'mistake-in-file' : 'mistakes-in-file',
    { file, count: mistakes.length },
    mistakes.map(mistakeLine),
  )
}

export const mistakeWords = {
  'mistake-in-file': {
    en: 'Could not use {file}: 1 mistake. Nothing was read or changed elsewhere.',
    zh: '无法使用 {file}：1 处错误。未读取或更改其他任何内容。',
  },
  'mistakes-in-file': {
    en: 'Could not use {file}: {count} mistakes. Nothing was read or changed elsewhere.',
    zh: '无法使用 {file}：{count} 处错误。未读取或更改其他任何内容。',
  },
} satisfies Words
