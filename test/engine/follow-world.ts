import { createHash } from 'node:crypto'
import { compare, type KindInput } from '../../src/compare/compare.ts'
import { diffDocument } from '../../src/compare/document.ts'
import { embeddedDocument } from '../../src/documents/embedded.ts'
import type { AnyObject, Column, ComparedKind } from '../../src/domain/compare.ts'
import type { DiffDocument } from '../../src/domain/diff-document.ts'
import type { DriftEvent } from '../../src/domain/drift-record.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { comparedKinds, liveColumns, outByMarks, readCenters } from '../../src/engine/diff.ts'
import { follow, type Following, type FollowRequest } from '../../src/engine/follow.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'
import { centers } from './fixture.ts'

const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 8)

/** Centers that are followed, and what a fresh `diff` says of the same moment. */
export interface Followed {
  readonly world: MemoryWorld
  readonly events: readonly DriftEvent[]
  readonly following: Following
  /** What was told since it was asked last. */
  readonly told: () => readonly DriftEvent[]
  /** Lets so many ms pass. */
  readonly pass: (ms: number) => Promise<void>
  readonly fresh: () => Promise<DiffDocument & { readonly out: readonly string[] }>
  readonly stop: () => void
}

export async function followed({
  topology,
  objects = [],
  desired = [],
  prepare,
  ...more
}: {
  readonly topology: Topology
  readonly objects?: readonly Manifest[]
  readonly desired?: readonly AnyObject[]
  readonly prepare?: (world: MemoryWorld) => void
} & Partial<FollowRequest>): Promise<Followed> {
  const world = memoryWorld({ topology, routes: objects, marker: false })
  prepare?.(world)
  const stopping = new AbortController()
  const events: DriftEvent[] = []
  let read = 0
  const kinds = comparedKinds(topology)
  const columns = (): readonly Column[] => [
    ...(desired.length === 0 ? [] : [{ name: 'desired', source: 'desired' as const }]),
    ...liveColumns(topology, centers, 0),
  ]
  const following = follow(world, {
    topology,
    columns: columns(),
    kinds: kinds.map((kind) => ({ kind, listedOnly: false })),
    desired,
    fingerprint,
    chance: () => 0.5,
    stop: stopping.signal,
    tell: (event) => events.push(event),
    ...more,
  })
  await following.ready
  return {
    world,
    events,
    following,
    told: () => events.slice(read, (read = events.length)),
    pass: (ms) => world.clock.sleep(ms),
    stop: () => stopping.abort(),
    async fresh() {
      const live = await readCenters(world, { topology, centers, kinds })
      const joined = live.map((input): KindInput => {
        const own = desired.filter((object) => isOf(object, input.kind))
        return own.length === 0
          ? input
          : { ...input, columns: new Map([['desired', { state: 'present', objects: own }], ...input.columns]) }
      })
      const { aliases = {}, intents = [] } = topology.compare ?? {}
      const comparison = compare({
        columns: columns(),
        kinds: joined,
        intents,
        aliases,
        embedded: embeddedDocument,
        now: world.clock.now(),
      })
      return { ...diffDocument(comparison, { topology: topology.name, took: 0, fingerprint }), out: outByMarks(topology, live) }
    },
  }
}

function isOf(object: AnyObject, { kind, group }: ComparedKind): boolean {
  return object['kind'] === kind && String(object['apiVersion']).split('/').slice(0, -1).join() === group
}
