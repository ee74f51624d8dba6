import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The template that prints, relative to the wrapper. */
export const ECHO = 'templates/values.yaml'

/**
 * Makes a chart whose only part is the given one, and which prints the values that Helm computes for it: the chart's own, with those of its parts under their
 * names, aliases, conditions and imports as Helm has them. Nothing of the chart is read by us.
 */
export async function makeEcho(directory: string, chart: string, name: string): Promise<string> {
  const home = join(directory, 'echo')
  await mkdir(join(home, 'templates'), { recursive: true, mode: 0o700 })
  await mkdir(join(home, 'charts'), { recursive: true, mode: 0o700 })
  const dependency = { name, version: '>=0.0.0-0', alias: 'part' }
  await writeFile(
    join(home, 'Chart.yaml'),
    JSON.stringify({ apiVersion: 'v2', name: 'echo', version: '0.1.0', dependencies: [dependency] }),
  )
  await writeFile(
    join(home, ECHO),
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"values"},"values":{{ toJson .Values.part }}}\n',
  )
  const part = (await stat(chart)).isDirectory() ? name : basename(chart)
  await cp(chart, join(home, 'charts', part), { recursive: true, dereference: true, filter: (source) => basename(source) !== '.git' })
  return home
}

/** The values in what the wrapper printed; undefined: it is not that. */
export function echoed(stdout: string): unknown {
  try {
    const line = stdout.split('\n').find((one) => one.startsWith('{'))
    const value: unknown = line === undefined ? undefined : JSON.parse(line)
    return typeof value === 'object' && value !== null && 'values' in value ? (value.values ?? {}) : undefined
  } catch {
    return undefined
  }
}

/** Flags that switch every part of the chart on, by the conditions that `helm show chart` names. */
export function allParts(shown: string): readonly string[] {
  const paths = [...shown.matchAll(/^\s*-?\s*condition: *["']?([\w.,-]+)["']? *$/gm)].flatMap(([, found = '']) => found.split(','))
  return paths.flatMap((path) => (path === '' ? [] : ['--set', `part.${path}=true`]))
}
