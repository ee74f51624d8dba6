import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { stateDirectory } from '../adapters/state-directory.ts'
import { TOPOLOGY_VARIABLE, topologyPlaces } from '../documents/find-topology.ts'
import { guardNames } from '../domain/finding.ts'
import { checkGroups } from '../domain/verify.ts'
import type { Context } from './context.ts'

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

/** The values of each source that is asked for; what cannot be read offers nothing. */
export async function completionValues(
  context: Context,
  sources: Iterable<ValueSource>,
): Promise<ReadonlyMap<ValueSource, readonly string[]>> {
  const found = new Map<ValueSource, readonly string[]>()
  for (const source of sources) {
    try {
      found.set(source, await valuesOf(context, source))
    } catch {
      found.set(source, [])
    }
  }
  return found
}

async function valuesOf(context: Context, source: ValueSource): Promise<readonly string[]> {
  switch (source) {
    case 'centers':
      return Object.keys((await topologyOf(context)).centers ?? {})
    case 'regions':
      return (await topologyOf(context)).regions ?? []
    case 'contexts':
      return await contextsOf(context)
    case 'runs':
      return readdirSync(join(context.env['TRICENTER_STATE_DIR'] ?? stateDirectory(context.env), 'runs'))
        .sort()
        .toReversed()
    case 'runbooks':
    case 'drills': {
      const { runbookNames } = await import('./runbook-files.ts')
      const names = runbookNames()
      return source === 'runbooks' ? names : names.flatMap((name) => (name.startsWith('drill-') ? [name.slice('drill-'.length)] : []))
    }
    case 'checks':
      return (await import('../checks/questions.ts')).questions.map(({ name }) => name)
    case 'verbs':
      return (await import('../engine/rights.ts')).verbsWithRights
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

interface Outline {
  readonly centers?: Readonly<Record<string, unknown>>
  readonly regions?: readonly string[]
}

/** The topology as it is, mistakes and all: what is half written completes too. */
async function topologyOf({ flags, env, cwd }: Context): Promise<Outline> {
  const file = topologyPlaces(cwd, flags.topology, env[TOPOLOGY_VARIABLE]).paths.find((path) => existsSync(path))
  return file === undefined ? {} : (((await parsed(file)) as Outline | null) ?? {})
}

async function contextsOf({ flags, env }: Context): Promise<readonly string[]> {
  const files = flags.kubeconfig ?? env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config')
  const names = new Set<string>()
  for (const file of files.split(delimiter).filter((one) => existsSync(one))) {
    const { contexts = [] } = (await parsed(file)) as { contexts?: readonly { name: string }[] }
    for (const { name } of contexts) names.add(name)
  }
  return [...names]
}

async function parsed(file: string): Promise<unknown> {
  return (await import('./verbs/yaml-text.ts')).parse(readFileSync(file, 'utf8'))
}
