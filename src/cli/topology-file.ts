import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseDuration } from '../domain/duration.ts'
import { fault } from '../domain/fault.ts'
import type { Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { resolveEstate } from '../documents/topology-estate.ts'
import { TOPOLOGY_VARIABLE, topologyNotFound, topologyPlaces } from '../documents/find-topology.ts'
import type { Context } from './context.ts'
import { readOnce } from './read-before.ts'

type Where = Pick<Context, 'flags' | 'env' | 'cwd'>

/** Finds and reads the topology. No API call is made before it is whole. */
export async function loadTopology(context: Where): Promise<Topology> {
  const found = findTopology(context)
  const read = async (): Promise<Topology> => (await import('./topology-checked.ts')).checkedTopology(found)
  return usable(context, found, await readOnce(context.env, 'topology', found.text, read))
}

/** `shown`: the file as the user knows it. */
interface FoundTopology {
  readonly file: string
  readonly text: Buffer
  readonly shown: string
}

/** `--topology`, TRICENTER_TOPOLOGY, else tricenter.yaml upward from the working directory. */
export function findTopology({ flags, env, cwd }: Where): FoundTopology {
  const places = topologyPlaces(cwd, flags.topology, env[TOPOLOGY_VARIABLE])
  const file = places.paths.find((path) => existsSync(path))
  if (file === undefined) throw topologyNotFound(places, cwd)
  const shown = flags.topology ?? file
  try {
    return { file, text: readFileSync(file), shown }
  } catch (error) {
    throw fault('input', 'file-unreadable', { file: shown, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

/** With the paths of the file made absolute, and the deadline that the command line gave. */
export function usable({ flags }: Pick<Context, 'flags'>, { file }: Pick<FoundTopology, 'file'>, topology: Topology): Topology {
  return withTimeout(resolveEstate(topology, dirname(file)), flags.requestTimeout)
}

function withTimeout(topology: Topology, given: string | undefined): Topology {
  if (given === undefined) return topology
  const read = parseDuration(given)
  if (read === undefined || read <= 0) throw fault('usage', 'bad-duration', { flag: '--request-timeout', given })
  return { ...topology, policy: { ...topology.policy, deadlines: { ...topology.policy.deadlines, read } } }
}

export const topologyFileWords = {
  'bad-duration': {
    en: '{flag}: {given} is no duration; say e.g. 3s, 500ms, 1m30s',
    zh: '{flag}：{given} 不是时长，示例：3s、500ms、1m30s',
  },
} satisfies Words
