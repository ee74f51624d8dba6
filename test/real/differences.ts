import { readFileSync, writeFileSync } from 'node:fs'
import { causes } from './causes.ts'

/** One thing asked of both, and the two answers, normalised. */
export interface Difference {
  readonly suite: 'kubectl' | 'requests' | 'client-node' | 'refusals' | 'fuzz'
  readonly asked: string
  readonly embedded: string
  readonly real: string
}

/** Why two answers differ, for people, and how such a difference is known. */
export interface Cause {
  readonly text: string
  explains(difference: Difference): boolean
}

const met = new Map<Cause, Difference[]>()

/** Records a difference under its cause; answers with it where none is known, undefined where nothing differs or the cause is. */
export function unexplained(difference: Difference): Difference | undefined {
  if (difference.embedded === difference.real) return undefined
  const cause = causes.find((one) => one.explains(difference))
  if (cause === undefined) return difference
  met.set(cause, [...(met.get(cause) ?? []), difference])
}

const BEGIN = '<!-- differences: begin -->'
const END = '<!-- differences: end -->'

/** Writes what this run met between the two marks of the file: a line per cause. `basis` says what was compared. */
export function writeDifferences(path: string, basis: readonly string[]): void {
  const text = readFileSync(path, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${path} has no ${BEGIN} … ${END}`)
  const rows = causes
    .filter((cause) => met.has(cause))
    .map((cause) => {
      const found = met.get(cause) ?? []
      const [example] = found
      return `| ${cause.text} | ${found.length} | ${escaped(example?.asked ?? '')} |`
    })
  const table = ['| what differs, and why | times | for example |', '| --- | --- | --- |', ...rows]
  writeFileSync(path, `${text.slice(0, from)}${BEGIN}\n${basis.join('\n')}\n\n${table.join('\n')}\n${text.slice(to)}`)
}

const escaped = (text: string): string => `\`${text.slice(0, 160).replaceAll('`', "'").replaceAll('|', '\\|')}\``
