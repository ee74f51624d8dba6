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
import type { ProbeResult } from '../ports/traffic.ts'
import type { World } from '../ports/world.ts'
import { targetsOf } from './probing.ts'

const PROOF_PROBES = 20
/** Requests per second: 20 probes within 50 ms. */
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
  const [who, seenRoutes, seenWorkloads, seenGateway] = await Promise.all([
    identity.read(input, deadline),
    routes.read(input, deadline),
    workloads.read(input, deadline),
    gateway.read(input, deadline),
  ])
  const shares = ownShares(topology, center.name, seenRoutes.state === 'present' ? seenRoutes.value : [])
  const sent = topology.services.filter(({ name }) => (shares[name] ?? 0) > 0).map(({ name }) => name)
  const probes =
    sent.length > 0 && seenGateway.state === 'present'
      ? await askGateway(world, topology, center.name, sent, idPrefix, deadline)
      : undefined
  const serving = servingOf({
    topology,
    center: center.name,
    workloads: seenWorkloads,
    gateway: seenGateway,
    ...(probes === undefined ? {} : { probes, ownShares: shares }),
  })
  return { center: center.name, identity: who, routes: seenRoutes, workloads: seenWorkloads, gateway: seenGateway, serving }
}

/** What the center's own routes send it, in the rule that each service's probe meets; 0 where that cannot be told, for then being missed proves nothing. */
function ownShares(topology: Topology, center: CenterName, found: readonly Route[]): Readonly<Record<ServiceName, number>> {
  return Object.fromEntries(
    topology.services.map(({ name, probe }) => [name, probe === undefined ? 0 : (probedShares(found, name, probe)?.[center] ?? 0)]),
  )
}

/** Up to 20 concurrent probes through the center's own gateway; ends as soon as one names the center for each probed service, for other centers' errors say nothing against it. */
async function askGateway(
  world: World,
  topology: Topology,
  center: CenterName,
  services: readonly ServiceName[],
  idPrefix: string,
  deadline: Deadline,
): Promise<readonly ProbeResult[]> {
  const targets = targetsOf(topology, [center]).filter(({ service }) => services.includes(service))
  const stream = world.traffic.start(targets, PROOF_RATE, `${idPrefix}-b-${center}`)
  const stopAt = world.clock.monotonic() + (PROOF_PROBES / PROOF_RATE) * 1000
  const seen: ProbeResult[] = []
  const proved = (): boolean =>
    targets.every(({ service }) => seen.some((one) => one.service === service && one.ok && one.center === center))
  let stopping: Promise<void> | undefined
  let ended = false
  while (!proved() && !ended && world.clock.monotonic() < deadline.at) {
    await world.clock.sleep(LOOK_AGAIN)
    if (stopping === undefined && world.clock.monotonic() >= stopAt) {
      stopping = stream.stop()
      void stopping.then(() => {
        ended = true
      })
    }
    seen.push(...stream.take())
  }
  if (stopping === undefined) void stream.stop()
  seen.push(...stream.take())
  return seen
}
