import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import { fault } from '../../domain/fault.ts'
import type { Words } from '../../domain/words.ts'

/** Entries by name, as the files hold them, with every path made absolute. */
export interface MergedKubeconfig {
  readonly contexts: ReadonlyMap<string, Entry>
  readonly clusters: ReadonlyMap<string, Entry>
  readonly users: ReadonlyMap<string, Entry>
  /** Files that were read. */
  readonly files: readonly string[]
}
export type Entry = Readonly<Record<string, unknown>>

/** Which files count: the flag's alone, else those of `KUBECONFIG`, else `~/.kube/config`. Only the flag's file must exist. */
export function kubeconfigFiles(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): { readonly files: readonly string[]; readonly required: boolean } {
  if (flag !== undefined && flag !== '') return { files: [flag], required: true }
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  if (listed.length > 0) return { files: [...new Set(listed)], required: false }
  return { files: [join(env['HOME'] ?? homedir(), '.kube', 'config')], required: false }
}

/**
 * Merges as kubectl does: the first file that has a name wins, wholly; relative paths belong to their file's directory; a missing file counts for nothing.
 * A file that cannot be read or understood is a fault that names it. `parse` is YAML → value.
 */
export function mergeKubeconfigs(files: readonly string[], required: boolean, parse: (text: string) => unknown): MergedKubeconfig {
  const merged = { contexts: new Map<string, Entry>(), clusters: new Map<string, Entry>(), users: new Map<string, Entry>() }
  const read: string[] = []
  for (const file of files) {
    const text = textOf(file, required)
    if (text === undefined) continue
    read.push(file)
    if (text.trim() === '') continue
    const config = parsed(file, text, parse)
    for (const [plural, singular] of sections) {
      for (const [name, entry] of named(file, config[plural], plural, singular)) {
        if (!merged[plural].has(name)) merged[plural].set(name, absolute(entry, dirname(file)))
      }
    }
  }
  return { ...merged, files: read }
}

const sections = [
  ['contexts', 'context'],
  ['clusters', 'cluster'],
  ['users', 'user'],
] as const

function textOf(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing && !required) return undefined
    throw missing ? fault('input', 'kubeconfig-missing', { file }) : broken(file, error instanceof Error ? error.message : String(error))
  }
}

function parsed(file: string, text: string, parse: (text: string) => unknown): Entry {
  try {
    const value = parse(text)
    if (isEntry(value)) return value
  } catch (error) {
    throw broken(file, (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '')
  }
  throw broken(file, 'it is not a kubeconfig')
}

function* named(file: string, list: unknown, plural: string, singular: string): Iterable<readonly [string, Entry]> {
  if (list === undefined || list === null) return
  if (!Array.isArray(list)) throw broken(file, `${plural} is not a list`)
  for (const [index, item] of list.entries()) {
    if (!isEntry(item) || typeof item['name'] !== 'string' || item['name'] === '') throw broken(file, `${plural}[${index}] has no name`)
    const entry = item[singular] ?? {}
    if (!isEntry(entry)) throw broken(file, `${plural}[${index}].${singular} is not a map`)
    yield [item['name'], entry]
  }
}

/** Files by path; an exec plugin's command only when it is a path and not a name for PATH. */
function absolute(entry: Entry, directory: string): Entry {
  const whole = (path: unknown): unknown => (typeof path === 'string' && path !== '' && !isAbsolute(path) ? join(directory, path) : path)
  const result: Record<string, unknown> = { ...entry }
  for (const key of ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'])
    if (key in result) result[key] = whole(result[key])
  const exec = result['exec']
  if (isEntry(exec) && typeof exec['command'] === 'string' && exec['command'].includes(sep))
    result['exec'] = { ...exec, command: whole(exec['command']) }
  return result
}

function broken(file: string, why: string): Error {
  return fault('input', 'kubeconfig-broken', { file, why })
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const kubeconfigWords = {
  'kubeconfig-missing': {
    en: 'Could not find the kubeconfig {file}.\nThe file does not exist.\nGive another --kubeconfig, or leave it out to use KUBECONFIG.',
    zh: '找不到 kubeconfig {file}。\n文件不存在。\n请指定其他 --kubeconfig，或省略以使用 KUBECONFIG。',
  },
  'kubeconfig-broken': {
    en: 'Could not read the kubeconfig {file}.\n{why}.\nkubectl config view --kubeconfig {file}',
    zh: '无法读取 kubeconfig {file}。\n{why}。\nkubectl config view --kubeconfig {file}',
  },
} as const satisfies Words
