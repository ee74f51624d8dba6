import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalRecord } from '../../src/domain/record.ts'
import type { ApiHooks } from '../../src/lab/apiserver/hooks.ts'
import type { ApiRequest } from '../../src/lab/apiserver/request.ts'
import { binariesEngine } from '../../src/lab/engines/binaries.ts'
import type { HttpRoute } from '../../src/lab/gateway/http-route.ts'
import { openKubeClient, type KubeClient } from '../../src/lab/kube-client.ts'
import { type Lab, type LabMetrics, startLab } from '../../src/lab/lab.ts'
import { overheard, type OverheardEngine } from '../real/overhear.ts'
import { parseRecords, run, start, type Outcome, type Running } from './program.ts'

export const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const
export type Zone = (typeof ZONES)[number]

/** Short figures, so that a switch takes two seconds; the way of working is the same. */
export const QUICK = {
  steps: [50, 100],
  hold: '1s',
  holdRequests: 20,
  probe: { rate: 50, shareRate: 30 },
  deadlines: { read: '2s', write: '2s', prove: '8s', fault: '10s' },
}

/** An HTTPRoute or Deployment as far as tests look into it. */
export interface LabObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: HttpRoute['spec'] & { readonly replicas?: number }
  readonly status?: unknown
}

/** A request of the program to one center's API. */
export interface Heard {
  readonly center: string
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}

export interface RunOptions {
  /** Another machine: a state directory of its own. */
  readonly machine?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly node?: readonly string[]
}

/** A lab in this process, and the built program as child processes of it. */
export interface Scenario {
  readonly lab: Lab
  readonly dir: string
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>
  start(args: readonly string[], options?: RunOptions): Running
  /** Routes of one cluster by name, asked for past its fault proxy. */
  routes(center: Zone): Promise<Readonly<Record<string, LabObject>>>
  /** `route#rule zone-a/zone-b/zone-c` per managed rule, `-` where there is no ref. */
  weights(center: Zone): Promise<readonly string[]>
  deployment(center: Zone): Promise<LabObject>
  client(center: Zone): KubeClient
  /** Of one center's API server, on either engine; `reset` takes them off. */
  hooks(center: Zone): ApiHooks
  /** Requests of the program since the last `forget`. */
  readonly heard: readonly Heard[]
  forget(): void
  /** Waits for a request like that. */
  untilHeard(like: (request: Heard) => boolean): Promise<void>
  stateDir(machine?: string): string
  /** Names of runs, oldest first. */
  runs(machine?: string): readonly string[]
  journal(runId: string, machine?: string): readonly JournalRecord[]
  /** The world as it was at the start: faults healed, hooks off, routes and Deployments as created, journals gone. */
  reset(): Promise<void>
  close(): Promise<void>
}

export const ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes'
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/ai-system/deployments'
const REPLICAS: Readonly<Record<Zone, number>> = { 'zone-a': 10, 'zone-b': 10, 'zone-c': 2 }

export interface ScenarioOptions {
  /** Background requests per second. */
  readonly load?: number
  readonly policy?: Readonly<Record<string, unknown>>
  readonly metrics?: LabMetrics
}

/** Real control planes where TRICENTER_LAB_ENGINE says `binaries`, from the directory TRICENTER_LAB_BINARIES; else the lab's default. */
function engineOfEnvironment(): { readonly engine?: OverheardEngine } {
  const { TRICENTER_LAB_ENGINE: name, TRICENTER_LAB_BINARIES: binaries } = process.env
  if (name === undefined || name === 'embedded') return {}
  if (name !== 'binaries' || binaries === undefined) throw new Error(`TRICENTER_LAB_ENGINE=${name}: binaries needs TRICENTER_LAB_BINARIES`)
  return { engine: overheard(binariesEngine({ binaries })) }
}

export async function openScenario({ load = 20, policy = QUICK, metrics = {} }: ScenarioOptions = {}): Promise<Scenario> {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-scenario-'))
  const given = engineOfEnvironment()
  const lab = await startLab({ dir: join(dir, 'lab'), load, startDelay: [10, 30], policy, metrics, ...given })
  const hooks = (center: string): ApiHooks => given.engine?.hooks(center) ?? lab.embedded.cluster(center).server
  const clients = new Map(lab.clusters.map((one) => [one.name, openKubeClient(one)]))
  const client = (center: Zone): KubeClient => {
    const found = clients.get(center)
    if (found === undefined) throw new Error(`no cluster ${center}`)
    return found
  }
  let heard: Heard[] = []
  const observe =
    (center: string) =>
    ({ method, path, query, userAgent }: ApiRequest): void => {
      if (userAgent.startsWith('tricenter/') || userAgent.startsWith('kubectl/')) heard.push({ center, method, path, query })
    }
  const list = async (center: Zone, path: string): Promise<Record<string, LabObject>> => {
    const { body } = await client(center).send('GET', path)
    return Object.fromEntries((body as { items: LabObject[] }).items.map((one) => [one.metadata.name, one]))
  }
  const original = new Map(await Promise.all(ZONES.map(async (zone) => [zone, await list(zone, ROUTES)] as const)))
  const stateDir = (machine = 'here'): string => join(dir, 'state', machine)
  const work = join(dir, 'work')
  mkdirSync(work)

  const journal = (runId: string, machine?: string): readonly JournalRecord[] =>
    parseRecords(readFileSync(join(stateDir(machine), 'runs', runId, 'journal.ndjson'), 'utf8'))
  const options = ({ machine = 'here', env = {}, cwd = work, node }: RunOptions = {}) => ({
    cwd,
    env: {
      HOME: join(dir, 'home'),
      KUBECONFIG: lab.kubeconfigPath,
      TRICENTER_TOPOLOGY: lab.topologyPath,
      TRICENTER_STATE_DIR: stateDir(machine),
      ...env,
    },
    ...(node === undefined ? {} : { node }),
  })
  const setHooks = (): void => {
    for (const zone of ZONES)
      Object.assign(hooks(zone), { intercept: undefined, before: undefined, after: undefined, observe: observe(zone) })
  }
  setHooks()

  const restoreRoutes = async (zone: Zone): Promise<void> => {
    // Gateways write status all the while: what they overtake is read again.
    for (let left = 20; left > 0; left--) if (await restoredRoutes(zone)) return
    throw new Error(`the routes of ${zone} cannot be put back`)
  }
  const restoredRoutes = async (zone: Zone): Promise<boolean> => {
    const now = await list(zone, ROUTES)
    const done = await Promise.all(
      Object.entries(original.get(zone) ?? {}).map(async ([name, { apiVersion, kind, metadata, spec }]) => {
        const plain = { apiVersion, kind, metadata: { name, namespace: metadata.namespace }, spec }
        const found = now[name]
        if (found === undefined) return (await client(zone).send('POST', ROUTES, plain)).status === 201
        if (JSON.stringify([found.spec, found.metadata.annotations]) === JSON.stringify([spec, metadata.annotations])) return true
        const { uid, resourceVersion } = found.metadata
        const whole = { ...plain, metadata: { ...plain.metadata, uid, resourceVersion } }
        return (await client(zone).send('PUT', `${ROUTES}/${name}`, whole)).status === 200
      }),
    )
    return done.every(Boolean)
  }
  const restoreDeployment = async (zone: Zone): Promise<void> => {
    for (const { metadata, spec } of Object.values(await list(zone, DEPLOYMENTS))) {
      if (spec.replicas === REPLICAS[zone] && metadata.annotations?.['tricenter.io/fault'] === undefined) continue
      await client(zone).mergePatch(`${DEPLOYMENTS}/${metadata.name}`, {
        metadata: { annotations: { 'tricenter.io/fault': null } },
        spec: { replicas: REPLICAS[zone] },
      })
    }
  }
  const stands = (): boolean => ZONES.every((zone) => lab.status().centers[zone]?.ready === REPLICAS[zone])

  return {
    lab,
    dir,
    client,
    hooks,
    stateDir,
    run: (args, more) => run(args, options(more)),
    start: (args, more) => start(args, options(more)),
    routes: (center) => list(center, ROUTES),
    weights: async (center) =>
      Object.values(await list(center, ROUTES))
        .flatMap(weightsOf)
        .toSorted(),
    async deployment(center) {
      const [found] = Object.values(await list(center, DEPLOYMENTS))
      if (found === undefined) throw new Error(`${center} has no Deployment`)
      return found
    },
    get heard() {
      return heard
    },
    forget: () => void (heard = []),
    async untilHeard(like) {
      while (!heard.some(like)) await sleep(5)
    },
    runs(machine) {
      const runs = join(stateDir(machine), 'runs')
      const began = (run: string): string => journal(run, machine)[0]?.at ?? ''
      return existsSync(runs) ? readdirSync(runs).toSorted((a, b) => (began(a) < began(b) ? -1 : 1)) : []
    },
    journal,
    async reset() {
      setHooks()
      await lab.heal()
      await Promise.all(ZONES.flatMap((zone) => [restoreRoutes(zone), restoreDeployment(zone)]))
      for (const limit = performance.now() + 20_000; !stands();) {
        if (performance.now() > limit) throw new Error(`the lab does not stand: ${JSON.stringify(lab.status().centers)}`)
        await sleep(10)
      }
      rmSync(join(dir, 'state'), { recursive: true, force: true })
      heard = []
    },
    async close() {
      await Promise.all([...clients.values()].map((one) => one.close()))
      await lab.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const BACKENDS: readonly (readonly [Zone, string])[] = [
  ['zone-a', 'ai-service-zone-a'],
  ['zone-b', 'ai-service-zone-b'],
  ['zone-c', 'ai-service-shanghai'],
]

/** What each rule of a route sends each center. */
function weightsOf({ metadata, spec }: LabObject): readonly string[] {
  return (spec.rules ?? []).map(({ backendRefs }, i) => {
    const weights = BACKENDS.map(([, name]) => {
      const ref = (backendRefs ?? []).find((one) => one.name.startsWith(`${name}.`))
      return ref === undefined ? '-' : String(ref.weight ?? 1)
    })
    return `${metadata.name}#${i} ${weights.join('/')}`
  })
}

/** The five rules that name zone-a, and the one that does not. */
export function world(dual: string, remote: string): readonly string[] {
  return [
    `ai-service-dual-active#0 ${dual}`,
    `ai-service-dual-active-route#0 ${dual}`,
    `cross-region-failover-route#0 ${remote}`,
    `proximity-route-by-header#0 ${dual}`,
    'proximity-route-by-header#1 -/-/1',
    `proximity-route-by-header#2 ${dual}`,
  ]
}

export const NORMAL = world('50/50/-', '50/50/0')
export const WITHOUT_A = world('0/100/-', '0/100/0')
export const WITHOUT_AB = world('0/0/100', '0/0/100')

/** Rules that say another weight than before, over all clusters: what the document calls places. */
export function places(before: readonly (readonly string[])[], after: readonly (readonly string[])[]): number {
  return after.flatMap((rules, i) => rules.filter((rule) => before[i]?.includes(rule) !== true)).length
}

/** Objects without what an API server writes into them: equal texts mean that nothing was left behind. */
export function bare(objects: Readonly<Record<string, LabObject>>): string {
  return JSON.stringify(Object.values(objects).map(({ metadata, spec }) => [metadata.name, metadata.annotations ?? {}, spec]))
}

/** Words that must never reach a person without `-v`. */
export const STACK = /^\s+at .*:\d+:\d+\)?$|node:internal|TypeError|ReferenceError|undefined is not/m
