import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stateDirectory } from '../adapters/state-directory.ts'
import { TOPOLOGY_VARIABLE, topologyPlaces } from '../documents/find-topology.ts'
import { guardNames } from '../domain/finding.ts'
import { checkGroups } from '../domain/verify.ts'
import type { Context } from './context.ts'
import { namesUnder } from './names-under.ts'
import { checkNames, shippedNames, verbNames } from './registered-names.ts'

/** Where values come from. Each is read from files of this machine. */
export type ValueSource =
  | 'centers'
  | 'checks'
  | 'contexts'
  | 'drills'
  | 'groups'
  | 'guards'
  | 'regions'
  | 'runbooks'
  | 'runs'
  | 'schemas'
  | 'shells'
  | 'verbs'

/** What completion knows of the command line and of this machine. */
type Where = Pick<Context, 'flags' | 'env' | 'cwd'>

/** What a shell, which reads words as code, would not leave as it is. Bash runs what stands in `$(…)` of a word that is merely offered. */
const UNSAFE = /[\s\p{C}"'`$\\(){}[\]*?!~;&|<>#^]/u

/** The values of each source that is asked for; what cannot be read offers nothing, and neither does a name that a shell would take for more than a name. */
export async function completionValues(
  context: Where,
  sources: Iterable<ValueSource>,
): Promise<ReadonlyMap<ValueSource, readonly string[]>> {
  const found = new Map<ValueSource, readonly string[]>()
  for (const source of sources) {
    try {
      const values = await valuesOf(context, source)
      found.set(
        source,
        values.filter((value) => !UNSAFE.test(value)),
      )
    } catch {
      found.set(source, [])
    }
  }
  return found
}

async function valuesOf(context: Where, source: ValueSource): Promise<readonly string[]> {
  switch (source) {
    case 'centers':
    case 'regions':
      return await namesOfTopology(context, source)
    case 'contexts':
      return await contextsOf(context)
    case 'runs':
      return readdirSync(join(context.env['TRICENTER_STATE_DIR'] ?? stateDirectory(context.env), 'runs'))
        .sort()
        .toReversed()
    case 'runbooks':
      return shippedNames
    case 'drills':
      return shippedNames.flatMap((name) => (name.startsWith('drill-') ? [name.slice('drill-'.length)] : []))
    case 'checks':
      return checkNames
    case 'verbs':
      return verbNames
    case 'groups':
      return checkGroups
    case 'guards':
      return guardNames
    case 'schemas':
      return ['topology', 'runbook', 'verification', 'diff', 'drift']
    case 'shells':
      return ['bash', 'zsh', 'fish']
  }
}

/** The topology as it is, mistakes and all: what is half written completes too. */
async function namesOfTopology({ flags, env, cwd }: Where, key: string): Promise<readonly string[]> {
  const file = topologyPlaces(cwd, flags.topology, env[TOPOLOGY_VARIABLE]).paths.find((path) => existsSync(path))
  return file === undefined ? [] : await namesIn(file, key)
}

async function contextsOf({ flags, env }: Where): Promise<readonly string[]> {
  const files = flags.kubeconfig ?? env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config')
  const names = new Set<string>()
  for (const file of files.split(delimiter).filter((one) => existsSync(one)))
    for (const name of await namesIn(file, 'contexts')) names.add(name)
  return [...names]
}

async function namesIn(file: string, key: string): Promise<readonly string[]> {
  const text = readFileSync(file, 'utf8')
  return namesUnder(key, text) ?? namesOf(((await parsed(text)) as Readonly<Record<string, unknown>> | null)?.[key])
}

function namesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return Object.keys(value ?? {})
  return value.flatMap((one: string | { readonly name?: string } | null) => (typeof one === 'string' ? one : (one?.name ?? [])))
}

async function parsed(text: string): Promise<unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return (await import('./verbs/yaml-text.ts')).parse(text)
  }
}
