import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sealedObject, type Snapshot } from '../../compare/snapshot.ts'
import type { Topology } from '../../domain/topology.ts'
import type { LastSnapshot } from '../../engine/run.ts'
import type { Context } from '../context.ts'
import { readSnapshot, sealerOf, writeSnapshot } from './diff-sources.ts'
import { stateDirectoryOf } from './parts.ts'

function fileOf(state: string, topology: string): string {
  return join(state, 'snapshots', `${createHash('sha256').update(topology).digest('hex').slice(0, 16)}.json`)
}

/** Keeps what `diff --save` saved where a switch will look for it. */
export async function rememberSnapshot(state: string, snapshot: Snapshot): Promise<void> {
  await writeSnapshot(fileOf(state, snapshot.topology), snapshot)
}

/** What was saved last; undefined: nothing, or with another key, so that its secrets could not be told from others. */
export function lastSnapshot(context: Context, topology: Topology): LastSnapshot | undefined {
  const state = stateDirectoryOf(context)
  const file = fileOf(state, topology.name)
  const snapshot = existsSync(file) ? readable(file) : undefined
  const sealer = snapshot && sealerOf(state)
  if (snapshot === undefined || sealer === undefined || snapshot.key !== sealer.key) return undefined
  const { at, centers } = snapshot
  return { at, centers: new Map(Object.entries(centers)), seal: (object) => sealedObject(object, sealer.digest, true) }
}

/** A damaged file holds up no switch. */
function readable(file: string): Snapshot | undefined {
  try {
    return readSnapshot(file)
  } catch {
    return undefined
  }
}
