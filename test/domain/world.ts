import { backendKey } from '../../src/domain/backend-id.ts'
import type { Mark } from '../../src/domain/mark.ts'
import { encodeMark } from '../../src/domain/mark-codec.ts'
import { planWeights, type Goal, type PlanRequest, type WeightsPlan } from '../../src/domain/plan-weights.ts'
import type { Sighting } from '../../src/domain/sighting.ts'
import { situationInForce } from '../../src/domain/situation.ts'
import type { CenterName, Topology, Weights } from '../../src/domain/topology.ts'
import { prepareWeights } from '../../src/effects/patch.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'

/** Everything about the document's world that the planner's tests need, as plain data. */
const NAMESPACE = 'ai-system'
const alias: Readonly<Record<CenterName, string>> = { 'zone-a': 'zone-a', 'zone-b': 'zone-b', 'zone-c': 'shanghai' }
export const centers = ['zone-a', 'zone-b', 'zone-c'] as const

export function backend(center: CenterName, service = 'ai-service') {
  return {
    group: 'networking.higress.io',
    kind: 'Service',
    name: `${service}-${alias[center] ?? center}.DEFAULT-GROUP.public.nacos`,
    port: 8080,
  }
}

export const idOf = (center: CenterName, service?: string): string => backendKey(backend(center, service), NAMESPACE)

export const topology: Topology = {
  name: 'ai-gateway',
  regions: ['beijing', 'shanghai'],
  centers: [
    { name: 'zone-a', region: 'beijing', role: 'active', context: 'a', capacity: 1200, entryShare: 50, gateway: 'http://a' },
    { name: 'zone-b', region: 'beijing', role: 'active', context: 'b', capacity: 1200, entryShare: 50, gateway: 'http://b' },
    { name: 'zone-c', region: 'shanghai', role: 'standby', context: 'c', capacity: 1200, entryShare: 0, gateway: 'http://c' },
  ],
  services: ['ai-service', 'chat'].map((name) => ({
    name,
    backends: Object.fromEntries(centers.map((center) => [center, backend(center, name)])),
    workloads: Object.fromEntries(
      centers.map((center) => [center, [{ kind: 'Deployment' as const, namespace: NAMESPACE, name: `${name}-${center}` }]]),
    ),
    minReady: 1,
    demand: name === 'chat' ? 1 : 800,
  })),
  routes: { pinned: [] },
  policy: {
    normal: { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 },
    without: [
      { centers: ['zone-a'], weights: { 'zone-b': 100 } },
      { centers: ['zone-a', 'zone-b'], weights: { 'zone-c': 100 } },
    ],
    margin: 1.2,
    steps: [10, 25, 50, 100],
    hold: 5000,
    holdRequests: 100,
    errorLimit: 0.01,
    abortLimit: 0.05,
    probe: { rate: 20, shareRate: 100 },
    targets: { single: 30_000, dual: 60_000 },
    deadlines: { read: 3000, write: 3000, prove: 30_000, fault: 60_000 },
  },
}

export type RuleSpec = Readonly<Record<string, unknown>>
export type World = readonly Center[]
export interface Center {
  readonly center: CenterName
  readonly objects: readonly KubeObject[]
  readonly serving?: 'yes' | 'no' | 'unknown'
  readonly ready?: number
  readonly identity?: string
  readonly unread?: true
}

/** `weights` by center; `null`: no weight is written. */
export function rule(path: string, weights: Readonly<Record<CenterName, number | null>>, more: RuleSpec = {}): RuleSpec {
  const backendRefs = Object.entries(weights).map(([center, weight]) => ({ ...backend(center), ...(weight === null ? {} : { weight }) }))
  return { matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs, ...more }
}

export function route(name: string, rules: readonly RuleSpec[], metadata: Readonly<Record<string, unknown>> = {}): KubeObject {
  const parents = [
    {
      parentRef: { name: 'gw' },
      controllerName: 'c',
      conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', reason: type })),
    },
  ]
  const own = { name, namespace: NAMESPACE, uid: `uid-${name}`, resourceVersion: '1', generation: 1 }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...own, ...metadata },
    spec: { rules },
    status: { parents },
  }
}

const header = (value: string) => ({ matches: [{ headers: [{ name: 'X-Client-Region', value }] }] })

/** The four routes of the source document: six rules, five of which name zone-a. */
export const documented: readonly KubeObject[] = [
  route('ai-service-dual-active-route', [rule('/api', { 'zone-a': 50, 'zone-b': 50 })]),
  route('proximity-route-by-header', [
    rule('/', { 'zone-a': 50, 'zone-b': 50 }, header('beijing')),
    rule('/', { 'zone-c': null }, header('shanghai')),
    rule('/', { 'zone-a': 50, 'zone-b': 50 }),
  ]),
  route('cross-region-failover-route', [rule('/', { 'zone-a': 50, 'zone-b': 50, 'zone-c': 0 })]),
  route('ai-service-dual-active', [rule('/v1/chat', { 'zone-a': 50, 'zone-b': 50 }, { timeouts: { backendRequest: '60s' } })]),
]

export function worldOf(objects: readonly KubeObject[], change: Readonly<Record<CenterName, Partial<Center>>> = {}): World {
  return centers.map((center) => ({ center, objects, ...change[center] }))
}

const seen = { at: 0, took: 1 }

export function sightings(world: World, of: Topology = topology): readonly Sighting[] {
  return world.map(({ center, objects, serving = 'yes', ready = 10, identity = 'uid', unread }): Sighting => {
    const routes = objects.map((object) => httpRoute.toRoute(object, center, of))
    const states = of.services.flatMap((service) =>
      (service.workloads[center] ?? []).map((workload) => ({
        service: service.name,
        workload,
        uid: 'w',
        resourceVersion: '1',
        desired: 10,
        ready,
        hasAnnotations: false,
        owners: [],
      })),
    )
    return {
      center,
      identity: { state: 'present', value: identity, ...seen },
      routes: unread ? { state: 'unreachable', why: 'no answer', ...seen } : { state: 'present', value: routes, ...seen },
      workloads: { state: 'present', value: states, ...seen },
      gateway: { state: 'present', value: { status: 200 }, ...seen },
      serving: { verdict: serving, reason: 'ready', facts: {} },
    }
  })
}

export type Wish = { readonly goal: Goal } & Partial<PlanRequest>

export function plan(world: World, wish: Wish): WeightsPlan {
  const of = wish.topology ?? topology
  const all = wish.sightings ?? sightings(world, of)
  const inForce = wish.inForce ?? situationInForce(of, all)
  return planWeights({
    topology: of,
    sightings: all,
    inForce,
    mode: 'emergency',
    verb: 'failover',
    run: `run-${inForce.seq + 1}`,
    seq: inForce.seq + 1,
    overrides: [],
    leaveForeignEdits: false,
    ...wish,
  })
}

export function situation(was: readonly CenterName[], to: readonly CenterName[], progress = 100): Goal {
  return { kind: 'situation', was, situation: to, progress }
}

/** The world after every intent was written (in these clusters, else all), through the very patches. */
export function written(
  world: World,
  { intents }: Pick<WeightsPlan, 'intents'>,
  of: Topology = topology,
  only?: readonly CenterName[],
): World {
  return world.map((one) => ({
    ...one,
    objects: one.objects.map((object) => {
      const intent = intents.find(({ center, object: { name } }) => center === one.center && name === object.metadata.name)
      if (intent === undefined || (only && !only.includes(one.center))) return object
      return applyPatch(object, prepareWeights(intent, httpRoute.toRoute(object, one.center, of), of, 'c').patch)
    }),
  }))
}

export function run(world: World, wish: Wish): World {
  return written(world, plan(world, wish), wish.topology)
}

/** RFC 6902 as an API server applies it: `test` of `null` passes on what is absent; all or nothing. */
export function applyPatch(object: KubeObject, patch: readonly { op: string; path: string; value?: unknown }[]): KubeObject {
  const copy = structuredClone(object) as unknown as Record<string, unknown>
  for (const { op, path, value } of patch) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() ?? ''
    const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy)
    if (op === 'test') {
      if (JSON.stringify(parent?.[last] ?? null) !== JSON.stringify(value ?? null)) throw new Error(`test failed: ${path}`)
    } else if (op === 'remove') {
      if (!(last in parent)) throw new Error(`nothing to remove: ${path}`)
      delete parent[last]
    } else {
      if (parent === undefined) throw new Error(`no parent: ${path}`)
      parent[last] = structuredClone(value)
    }
  }
  return copy as unknown as KubeObject
}

/** Weights by center (`name` for refs of no service) of one rule. */
export function weightsIn(world: World, center: CenterName, name: string, index = 0): Weights {
  const object = world.find((one) => one.center === center)?.objects.find(({ metadata }) => metadata.name === name)
  if (object === undefined) throw new Error(`no ${name} in ${center}`)
  const found = httpRoute.toRoute(object, center, topology).rules[index]
  return Object.fromEntries(found?.backends.map(({ member, weight, backend: { name: other } }) => [member?.center ?? other, weight]) ?? [])
}

/** The spec alone: what must be as before, to the letter. */
export function specs(world: World): unknown {
  return world.map(({ center, objects }) => [center, objects.map(({ metadata, spec }) => [metadata.name, spec])])
}

export function guardsOf({ findings }: Pick<WeightsPlan, 'findings'>): readonly string[] {
  return [...new Set(findings.map(({ guard, reason, effect }) => `${guard ?? reason}:${effect}`))].sort()
}

export function marked(object: KubeObject, mark: Partial<Mark>): KubeObject {
  const whole: Mark = { seq: 1, run: 'r', verb: 'failover', uid: object.metadata.uid, was: [], situation: [], normal: {}, set: {}, ...mark }
  return { ...object, metadata: { ...object.metadata, annotations: { 'tricenter.io/run': encodeMark(whole) } } }
}
