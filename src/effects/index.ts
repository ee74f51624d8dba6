import type { Change, Deadline, Location, WriteResult } from '../domain/change.ts'
import type { Intent, ObjectIntent } from '../domain/intent.ts'
import { wantKey, type ObjectWant } from '../domain/object-want.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { Topology } from '../domain/topology.ts'
import { within } from '../facts/fact.ts'
import { serviceWorkloads, workloadKinds } from '../facts/workloads.ts'
import { gatewayKinds } from '../gateways/index.ts'
import type { Kind, Right } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'
import { applyLabFault, locateLabFault, prepareLabFault } from './lab-fault.ts'
import { applyObject, locateOneObject, prepareObject } from './object.ts'
import { locateWeights, prepareWeights } from './patch.ts'
import { applyRelease, locateReleaseChange, prepareRelease } from './release.ts'
import { locateReplicas, prepareReplicas } from './scale.ts'

/** What changing things needs beyond what is read, by kind of change. A change is read back before and after it. */
export const effectRights = {
  weights: ({ routes: { namespaces } }: Topology): readonly Right[] =>
    within(
      gatewayKinds.flatMap(({ kind }) => ['get', 'patch'].map((verb) => ({ verb, group: kind.group, resource: kind.plural }))),
      namespaces,
    ),
  replicas: (topology: Topology): readonly Right[] => serviceWorkloads(topology, 'patch'),
  /** Of the kinds that are compared beside the routes. */
  objects: ({ compare }: Topology): readonly Right[] =>
    (compare?.kinds ?? []).flatMap(({ group, plural, namespaced, namespaces }) =>
      within(
        ['get', 'patch', 'create', 'delete'].map((verb) => ({ verb, group, resource: plural })),
        namespaced ? namespaces : undefined,
      ),
    ),
} as const

/** Makes an intent and what was read into a change. Undefined: the object that it speaks of was not read. */
export function prepare(
  intent: Intent,
  sightings: readonly Sighting[],
  topology: Topology,
  id: string,
  wants?: ReadonlyMap<string, ObjectWant>,
): Change | undefined {
  const sighting = sightings.find(({ center }) => center === intent.center)
  switch (intent.kind) {
    case 'lab-fault':
      return prepareLabFault(intent, id)
    case 'object': {
      const want = wants?.get(wantKeyOf(intent))
      return want === undefined ? undefined : prepareObject(intent, want, id)
    }
    case 'release':
      return sighting?.release?.state === 'present' ? prepareRelease(intent, sighting.release.value, id) : undefined
    case 'weights': {
      const routes = sighting?.routes.state === 'present' ? sighting.routes.value : []
      const { kind, namespace, name } = intent.object
      const route = routes.find((one) => one.kind === kind && one.namespace === namespace && one.name === name)
      return route === undefined ? undefined : prepareWeights(intent, route, topology, id)
    }
    case 'replicas': {
      const states = sighting?.workloads.state === 'present' ? sighting.workloads.value : []
      const { kind, namespace, name } = intent.workload
      const state = states.find(({ workload }) => workload.kind === kind && workload.namespace === namespace && workload.name === name)
      return state === undefined ? undefined : prepareReplicas(intent, state, id)
    }
  }
}

/** Writes one change. It answers a value whatever the network does, by its deadline. */
export async function apply(change: Change, topology: Topology, world: World, deadline: Deadline, want?: ObjectWant): Promise<WriteResult> {
  if (change.effect === 'lab-fault') return await applyLabFault(change, topology, world, deadline)
  if (change.effect === 'release') return await applyRelease(change, topology, world, deadline)
  const cluster = world.clusters.get(change.center)
  if (cluster === undefined) return { kind: 'rejected', status: 0, message: 'no cluster' }
  if (change.intent.kind === 'object') return await applyObject(cluster, want, deadline)
  return await cluster.patch(kindOf(change), change.object.namespace, change.object.name, change.patch, deadline)
}

/** Where the world is, as one change sees it. */
export async function locate(change: Change, topology: Topology, world: World, deadline: Deadline, want?: ObjectWant): Promise<Location> {
  if (change.effect === 'lab-fault') return await locateLabFault(change, topology, world, deadline)
  if (change.effect === 'release') return await locateReleaseChange(change, topology, world, deadline)
  const cluster = world.clusters.get(change.center)
  if (cluster === undefined) return 'unknown'
  if (change.intent.kind === 'object') return await locateOneObject(cluster, want, deadline)
  const seen = await cluster.get(kindOf(change), change.object.namespace, change.object.name, deadline)
  if (seen.state === 'absent') return 'neither'
  if (seen.state !== 'present') return 'unknown'
  return change.effect === 'patch' ? locateWeights(change, seen.value) : locateReplicas(change, seen.value)
}

/** Is a written object still what was written, who else may write it, and what do gateways say of this very generation? */
export interface Standing {
  readonly kept: boolean
  /** `kind name` of each; `unknown`: nobody is named on the object. */
  readonly owner: string
  readonly accepted: 'yes' | 'no' | 'unreported'
  readonly why: string
}

/** Reads a changed object again. Undefined: it could not be read, which says nothing. */
export async function standingOf(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<Standing | undefined> {
  const cluster = world.clusters.get(change.center)
  const gateway = gatewayKinds.find(({ kind }) => kind.kind === change.object.kind)
  if (cluster === undefined || gateway === undefined) return undefined
  const seen = await cluster.get(gateway.kind, change.object.namespace, change.object.name, deadline)
  if (seen.state === 'absent') return { kept: false, owner: 'unknown', accepted: 'unreported', why: 'deleted' }
  if (seen.state !== 'present') return undefined
  const { owners, conditions, generation } = gateway.toRoute(seen.value, change.center, topology)
  const said = conditions
    .flatMap(({ accepted, resolvedRefs }) => [accepted, resolvedRefs])
    .filter((one) => one?.observedGeneration === undefined || one.observedGeneration >= generation)
  const bad = said.find((one) => one?.status === 'False')
  return {
    kept: locateWeights(change, seen.value) === 'after',
    owner: owners.map(({ kind, name }) => `${kind} ${name}`).join(', ') || 'unknown',
    accepted: bad !== undefined ? 'no' : said.length > 0 && said.every((one) => one?.status === 'True') ? 'yes' : 'unreported',
    why: bad?.reason ?? '',
  }
}

/** Which want an intent speaks of. */
export function wantKeyOf({ center, served, object }: ObjectIntent): string {
  return wantKey({ center, served, name: object.name, ...(served.namespaced ? { namespace: object.namespace } : {}) })
}

/** The API's kind of a change's object. */
function kindOf({ object }: Pick<Change, 'object'>): Kind {
  const gateway = gatewayKinds.find(({ kind }) => kind.kind === object.kind)
  if (gateway !== undefined) return gateway.kind
  if (object.kind === 'Deployment' || object.kind === 'StatefulSet') return workloadKinds[object.kind]
  throw new Error(`no effect writes ${object.kind}`)
}
