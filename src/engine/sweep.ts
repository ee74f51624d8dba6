import type { Deadline } from '../domain/change.ts'
import { probedShares } from '../domain/probed-rule.ts'
import type { Route } from '../domain/route.ts'
import { servingOf } from '../domain/serving.ts'
import type { Sighting } from '../domain/sighting.ts'
import { centerOf, type Center, type CenterName, type ServiceName, type Topology } from '../domain/topology.ts'
import { gateway } from '../facts/gateway.ts'
import { identity } from '../facts/identity.ts'
import { routes } from '../facts/routes.ts'
import { workloads } from '../facts/workloads.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { ProbeResult, ProbeStream } from '../ports/traffic.ts'
import type { World } from '../ports/world.ts'
import { targetsOf } from './probing.ts'

const PROOF_PROBES = 20
/** Of them, those that set out at once. */
const FIRST_PROBES = 4
/** Requests per second and service: 20 probes within 50 ms. */
const PROOF_RATE = 400
/** Between two looks at what the probes have brought, ms: a switch waits for the first good answer. */
const LOOK_AGAIN = 2

/** One look at every center at once. Each center answers by its own deadline and costs the others nothing. */
export interface Sweep {
  readonly sightings: ReadonlyMap<CenterName, Promise<Sighting>>
  /** The object as read, for the preimage of a change. */
  object(center: CenterName, kind: string, namespace: string, name: string): KubeObject | undefined
}

export function startSweep(world: World, topology: Topology, centers: readonly CenterName[], idPrefix: string): Sweep {
  const objects = new Map<string, KubeObject>()
  const sight = (name: CenterName): Promise<Sighting> =>
    sightCenter(world, topology, centerOf(topology, name), idPrefix, (object) => {
      objects.set(keyOf(name, object.kind, object.metadata.namespace ?? '', object.metadata.name), object)
    })
  return {
    sightings: new Map(centers.map((name) => [name, sight(name)])),
    object: (center, kind, namespace, name) => objects.get(keyOf(center, kind, namespace, name)),
  }
}

export async function settled(sweep: Sweep): Promise<readonly Sighting[]> {
  return await Promise.all(sweep.sightings.values())
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\n')
}

async function sightCenter(
  world: World,
  topology: Topology,
  center: Center,
  idPrefix: string,
  keep: (object: KubeObject) => void,
): Promise<Sighting> {
  const deadline = { at: world.clock.monotonic() + topology.policy.deadlines.read }
  const input = { topology, center, world, keep }
  const reads = Promise.all([identity.read(input, deadline), routes.read(input, deadline), workloads.read(input, deadline)])
  const wanted = reads.then(([, seen]) => probedServices(topology, center.name, seen.state === 'present' ? seen.value : []))
  // The gateway proves itself while the API is still being read: what its routes send it decides afterwards which answers count.
  const answering = gateway.read(input, deadline)
  const asked = askGateway(world, topology, center.name, wanted, answering, idPrefix, deadline)
  const [[who, seenRoutes, seenWorkloads], seenGateway, answers] = await Promise.all([reads, answering, asked])
  const shares = ownShares(topology, center.name, seenRoutes.state === 'present' ? seenRoutes.value : [])
  const sent = await wanted
  const probes = sent.length > 0 && seenGateway.state === 'present' ? answers.filter(({ service }) => sent.includes(service)) : undefined
  const serving = servingOf({
    topology,
    center: center.name,
    workloads: seenWorkloads,
    gateway: seenGateway,
    ...(probes === undefined ? {} : { probes, ownShares: shares }),
  })
  return { center: center.name, identity: who, routes: seenRoutes, workloads: seenWorkloads, gateway: seenGateway, serving }
}

/** Services whose probes must name the center: those of which its own routes send it a share. */
function probedServices(topology: Topology, center: CenterName, found: readonly Route[]): readonly ServiceName[] {
  const shares = ownShares(topology, center, found)
  return topology.services.map(({ name }) => name).filter((name) => (shares[name] ?? 0) > 0)
}

/** What the center's own routes send it, in the rule that each service's probe meets; 0 where that cannot be told, for then being missed proves nothing. */
function ownShares(topology: Topology, center: CenterName, found: readonly Route[]): Readonly<Record<ServiceName, number>> {
  return Object.fromEntries(
    topology.services.map(({ name, probe }) => [name, probe === undefined ? 0 : (probedShares(found, name, probe)?.[center] ?? 0)]),
  )
}

/**
 * Up to 20 concurrent probes of each service through the center's own gateway; ends as soon as one names the center for each service that is `wanted`, for other centers' errors say nothing against it.
 * The first few set out with the first reads, before that is known, and come to nothing where none is; the others follow only when it is known and the first have not named the center: answers cost the time that the switch needs.
 * A gateway that does not answer is asked no further.
 */
async function askGateway(
  world: World,
  topology: Topology,
  center: CenterName,
  wanted: Promise<readonly ServiceName[]>,
  answering: Promise<{ readonly state: string }>,
  idPrefix: string,
  deadline: Deadline,
): Promise<readonly ProbeResult[]> {
  const { clock, traffic } = world
  const targets = targetsOf(topology, [center])
  const start = (probes: number, id: string): ProbeStream =>
    traffic.start(targets, PROOF_RATE * targets.length, `${idPrefix}-${id}-${center}`, false, probes * targets.length)
  const streams = [start(FIRST_PROBES, 'b')]
  let services: readonly ServiceName[] | undefined
  let dead = false
  void answering.then(({ state }) => {
    dead = state !== 'present'
  })
  void wanted.then((known) => {
    services = known
  })
  let stopAt = Infinity
  const seen: ProbeResult[] = []
  const take = (): void => void seen.push(...streams.flatMap((stream) => stream.take()))
  const named = (service: ServiceName): boolean => seen.some((one) => one.service === service && one.ok && one.center === center)
  let stopping: Promise<unknown> | undefined
  let ended = false
  const probed = new Set(targets.map(({ service }) => service))
  const enough = (): boolean => (services ?? [...probed]).every(named)
  for (take(); !enough() && !ended && !dead && clock.monotonic() < deadline.at; take()) {
    if (services !== undefined && streams.length === 1) {
      streams.push(start(PROOF_PROBES - FIRST_PROBES, 'c'))
      stopAt = clock.monotonic() + ((PROOF_PROBES - FIRST_PROBES) / PROOF_RATE) * 1000
    }
    // All of the first have come in, and the reads have not.
    if (services === undefined && seen.length >= FIRST_PROBES * targets.length) await wanted
    else await clock.sleep(LOOK_AGAIN)
    if (stopping === undefined && clock.monotonic() >= stopAt) {
      stopping = Promise.all(streams.map((stream) => stream.stop()))
      void stopping.then(() => {
        ended = true
      })
    }
  }
  if (stopping === undefined) for (const stream of streams) void stream.stop()
  return seen
}
