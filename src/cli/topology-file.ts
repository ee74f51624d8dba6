import { existsSync, readFileSync } from 'node:fs'
import { parseDuration } from '../domain/duration.ts'
import { fault } from '../domain/fault.ts'
import type { Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { TOPOLOGY_VARIABLE, topologyNotFound, topologyPlaces } from '../documents/find-topology.ts'
import { mistakesFault } from '../documents/mistake.ts'
import { readTopology } from '../documents/topology.ts'
import type { Context } from './context.ts'

/** Finds and reads the topology: `--topology`, TRICENTER_TOPOLOGY, else tricenter.yaml upward from the working directory. No API call is made before it is whole. */
export function loadTopology({ flags, env, cwd }: Pick<Context, 'flags' | 'env' | 'cwd'>): {
  readonly topology: Topology
  readonly file: string
} {
  const places = topologyPlaces(cwd, flags.topology, env[TOPOLOGY_VARIABLE])
  const file = places.paths.find((path) => existsSync(path))
  if (file === undefined) throw topologyNotFound(places, cwd)
  const shown = flags.topology ?? file
  let text: Buffer
  try {
    text = readFileSync(file)
  } catch (error) {
    throw fault('input', 'file-unreadable', { file: shown, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
  const read = readTopology(text, shown)
  if ('mistakes' in read) throw mistakesFault(shown, read.mistakes)
  return { topology: withTimeout(read.topology, flags.requestTimeout), file }
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
