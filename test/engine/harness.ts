import { decodeMark } from '../../src/domain/mark-codec.ts'
import { FAULT_ANNOTATION, MARK_ANNOTATION, type Mark } from '../../src/domain/mark.ts'
import type { GuardName } from '../../src/domain/finding.ts'
import type { JournalRecord, Question, RunEvent, Verb } from '../../src/domain/record.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import { shippedRunbooks } from '../../src/cli/shipped-runbooks.ts'
import { paperJournals } from '../../src/engine/paper-journals.ts'
import { resumeRun } from '../../src/engine/resume.ts'
import type { EngineDeps, RunRequest } from '../../src/engine/run.ts'
import { startRun, type Ended } from '../../src/engine/start.ts'
import { decideResume, decideUndo, endUndone, type Archive } from '../../src/engine/take-up.ts'
import { memoryJournals, type MemoryJournals } from '../worlds/memory-journals.ts'
import { memoryWorld, type MemoryWorld, type MemoryWorldOptions } from '../worlds/memory-world.ts'
import { routes as documented, topology as documentedTopology } from './fixture.ts'

const runbooks = shippedRunbooks()

export interface VerbOptions {
  readonly confirm?: string | 'nobody'
  readonly overrides?: readonly GuardName[]
  readonly takeOver?: boolean
  readonly dryRun?: boolean
  readonly atOnce?: boolean
  readonly since?: number
  readonly savedPlan?: RunRequest['savedPlan']
  readonly params?: Readonly<Record<string, unknown>>
  readonly source?: RunRequest['source']
  readonly snapshot?: RunRequest['snapshot']
}

/** How a verb ended, as the command line would have said it. */
export interface Answer {
  readonly exit: number
  readonly reason: string
  readonly run: string | undefined
  readonly records: readonly JournalRecord[]
}

/** One person at one machine: journals of its own, and every verb. */
export interface Machine {
  readonly journals: MemoryJournals
  readonly told: RunEvent[]
  readonly asked: Question[]
  /** Called with every event, as a console is. */
  onTell: ((event: RunEvent) => void) | undefined
  /** The next run's signal; a new one for each machine's run. */
  interrupt: AbortController
  failover(centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  failback(centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  rebalance(shares: Readonly<Record<string, number>>, options?: VerbOptions): Promise<Answer>
  sync(centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  /** `sync --from`: whole objects. */
  reconcile(from: string, centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  drill(centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  /** `runbook run dual-center-failure`: publishes what the remote lacks, then switches. */
  dualCenterFailure(centers: readonly CenterName[], options?: VerbOptions): Promise<Answer>
  resume(run?: string, options?: VerbOptions): Promise<Answer>
  undo(run?: string, options?: VerbOptions): Promise<Answer>
  /** `kill -9`: what was going on goes on no more, and its locks are gone. */
  kill(): void
}

export interface Scene {
  readonly world: MemoryWorld
  readonly topology: Topology
  machine(name?: string): Machine
  /** Weights by center of the rule that probes meet: the first rule of a route. */
  weights(center: CenterName, route?: string, index?: number): Readonly<Record<string, number>>
  mark(center: CenterName, route?: string): Mark | undefined
  marks(): number
  replicas(center: CenterName): number | undefined
  /** Specs, annotations of routes and replicas of workloads: what must be there again. */
  snapshot(): string
  /** A center is lost whole, or comes back. */
  lose(center: CenterName): void
  heal(center: CenterName): void
  /** Its services alone: gateway and API live on. */
  loseServices(center: CenterName): void
  writes(): number
}

export const MAIN_ROUTE = 'ai-service-dual-active-route'

export function scene(options: Partial<MemoryWorldOptions> = {}): Scene {
  const topology = options.topology ?? documentedTopology
  const world = memoryWorld({ topology, routes: documented, ...options })
  let machines = 0
  const mark = (center: CenterName, route = MAIN_ROUTE): Mark | undefined => {
    const object = world.cluster(center).peek('HTTPRoute', 'ai-system', route)
    const read = object === undefined ? undefined : decodeMark(object.metadata.annotations?.[MARK_ANNOTATION], object.metadata.uid)
    return read?.state === 'marked' ? read.mark : undefined
  }
  return {
    world,
    topology,
    machine: (name = `m${(machines += 1)}`) => machine(world, topology, name),
    weights: (center, route = MAIN_ROUTE, index = 0) => {
      const spec = world.cluster(center).peek('HTTPRoute', 'ai-system', route)?.['spec'] as
        | { rules: { backendRefs: { name: string; weight?: number }[] }[] }
        | undefined
      const refs = spec?.rules[index]?.backendRefs ?? []
      return Object.fromEntries(
        refs.map(({ name, weight = 1 }) => [
          topology.centers.find((one) => name.startsWith(`ai-service-${one.name === 'zone-c' ? 'shanghai' : one.name}.`))?.name ?? name,
          weight,
        ]),
      )
    },
    mark,
    marks: () =>
      topology.centers.flatMap(({ name }) =>
        world
          .cluster(name)
          .all('HTTPRoute')
          .filter((one) => one.metadata.annotations?.[MARK_ANNOTATION] !== undefined),
      ).length,
    replicas: (center) =>
      (world.cluster(center).peek('Deployment', 'ai-system', `ai-service-${center}`)?.['spec'] as { replicas?: number } | undefined)
        ?.replicas,
    snapshot: () => snapshotOf(world, topology),
    lose: (center) => void world.faults.set(center, { kind: 'lost', target: 'all' }),
    loseServices: (center) => void world.faults.set(center, { kind: 'refuse', target: 'services' }),
    heal: (center) => void world.faults.set(center, null),
    writes: () => topology.centers.reduce((sum, { name }) => sum + world.cluster(name).writes.length, 0),
  }
}

function snapshotOf(world: MemoryWorld, topology: Topology): string {
  const lines = topology.centers.flatMap(({ name }) => {
    const cluster = world.cluster(name)
    const found = cluster
      .all('HTTPRoute')
      .map((one) => `${name} ${one.metadata.name} ${JSON.stringify(one['spec'])} ${JSON.stringify(one.metadata.annotations ?? {})}`)
    const scaled = cluster
      .all('Deployment')
      .map(
        (one) =>
          `${name} ${one.metadata.name} ${(one['spec'] as { replicas: number }).replicas} ${one.metadata.annotations?.[FAULT_ANNOTATION] ?? ''}`,
      )
    return [...found, ...scaled, `${name} ${JSON.stringify(world.faults.of(name))}`]
  })
  return lines.sort().join('\n')
}

let born = 0

function machine(world: MemoryWorld, topology: Topology, name: string): Machine {
  const journals = memoryJournals(world.clock)
  let alive = new AbortController()
  const self: Machine = {
    journals,
    told: [],
    asked: [],
    onTell: undefined,
    interrupt: new AbortController(),
    failover: (centers, options = {}) => run('failover', 'failover', { centers, ...options.params }, options),
    failback: (centers, options = {}) => run('failback', 'failback', { centers, ...options.params }, options),
    rebalance: (shares, options = {}) => run('rebalance', 'rebalance', { shares, ...options.params }, options),
    sync: (centers, options = {}) => run('sync', 'sync', { centers, ...options.params }, options),
    reconcile: (from, centers, options = {}) => run('sync', 'reconcile', { from, centers, ...options.params }, options),
    drill: (centers, options = {}) =>
      run('drill', centers.length > 1 ? 'drill-dual-center' : 'drill-single-center', { centers, ...options.params }, options),
    dualCenterFailure: (centers, options = {}) => run('runbook', 'dual-center-failure', { centers, ...options.params }, options),
    resume: (run, options = {}) => mortal(() => resume(run, options)),
    undo: (run, options = {}) => mortal(() => undo(run, options)),
    kill() {
      alive.abort()
      alive = new AbortController()
      journals.crash()
    },
  }

  const deps = (options: VerbOptions): EngineDeps => ({
    world: mortalWorld(world, alive.signal),
    journals:
      options.dryRun === true
        ? paperJournals(world.clock, { read: (run) => journals.read(run), preimage: (run, hash) => journals.preimage(run, hash) })
        : journals,
    console: {
      tell(event) {
        self.told.push(event)
        self.onTell?.(event)
      },
      ask(question) {
        self.asked.push(question)
        if (options.confirm === 'nobody') return Promise.resolve(undefined)
        return Promise.resolve({ answer: options.confirm ?? (question.kind === 'type-value' ? question.value : 'y'), by: 'rule' as const })
      },
    },
    actor: { user: 'somebody', host: name, pid: 1 },
    version: '0.0.0',
    newRunId: () => `20261120-0315-${name}-${(born += 1)}`,
    interrupt: self.interrupt.signal,
  })

  const overridesOf = (options: VerbOptions) => (options.overrides ?? []).map((guard) => ({ guard, reason: 'because' }))
  const archive: Archive = { journals, runbooks, topology: () => topology, within: (_, use) => use(mortalWorld(world, alive.signal)) }

  function run(verb: Verb, runbook: string, params: Readonly<Record<string, unknown>>, options: VerbOptions): Promise<Answer> {
    const request: RunRequest = {
      verb,
      runbook: runbooks.get(runbook)!,
      includes: runbooks,
      params,
      topology,
      overrides: overridesOf(options),
      dryRun: options.dryRun === true,
      takeOver: options.takeOver === true,
      confirmed: false,
      ...(options.atOnce === true ? { steps: [100] } : {}),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
      ...(options.source === undefined ? {} : { source: options.source }),
      ...(options.savedPlan === undefined ? {} : { savedPlan: options.savedPlan }),
    }
    return mortal(async () => answerOf(await startRun(deps(options), request)))
  }

  async function resume(given: string | undefined, options: VerbOptions): Promise<Answer> {
    const asked = {
      overrides: overridesOf(options),
      takeOver: options.takeOver === true,
      ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot }),
    }
    const decision = await decideResume(archive, given, asked)
    if (decision.kind === 'nothing') return { exit: decision.exit, reason: decision.reason, run: undefined, records: [] }
    const here = deps(options)
    const ended =
      decision.kind === 'marks'
        ? await startRun({ ...here, newRunId: () => decision.run }, decision.request)
        : await resumeRun(here, await journals.open(decision.run), asked)
    return ended === undefined ? { exit: 0, reason: 'nothing-to-resume', run: undefined, records: [] } : answerOf(ended)
  }

  async function undo(given: string | undefined, options: VerbOptions): Promise<Answer> {
    const asked = {
      overrides: overridesOf(options),
      takeOver: options.takeOver === true,
      dryRun: options.dryRun === true,
      atOnce: options.atOnce === true,
    }
    const decision = await decideUndo(archive, given, asked)
    if (decision.kind === 'nothing') return { exit: decision.exit, reason: decision.reason, run: undefined, records: [] }
    if (decision.kind === 'restore') return await resume(decision.run, options)
    const answer = answerOf(await startRun(deps(options), decision.request))
    if (answer.exit === 0 && !asked.dryRun) await endUndone(journals, decision.run, 'undo')
    return answer
  }

  /** A fault is an answer too; a kill ends the wait for one. */
  function mortal(work: () => Promise<Answer>): Promise<Answer> {
    const { signal } = alive
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => resolve({ exit: 137, reason: 'killed', run: undefined, records: [] }), { once: true })
      work().then(resolve, (error: { reason?: string; kind?: string }) => {
        if (signal.aborted) return
        if (error.kind === undefined || error.reason === undefined) return reject(error instanceof Error ? error : new Error(String(error)))
        resolve({
          exit: { refused: 3, usage: 2, input: 2, unreachable: 4 }[error.kind] ?? 6,
          reason: error.reason,
          run: undefined,
          records: [],
        })
      })
    })
  }
  return self
}

/** A process's view of the world: once it was killed, nothing that it waits for ever comes. */
function mortalWorld(world: MemoryWorld, dead: AbortSignal): MemoryWorld {
  const never = new Promise<never>(() => undefined)
  const living = <T>(answer: Promise<T>): Promise<T> => answer.then((value) => (dead.aborted ? never : value))
  const guard = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (dead.aborted && key === 'start') return { take: () => [], stop: () => never }
          if (dead.aborted && key !== 'now' && key !== 'monotonic') return never
          const answer: unknown = Reflect.apply(value as (...given: unknown[]) => unknown, target, args)
          return answer instanceof Promise ? living(answer) : answer
        }
      },
    })
  const { traffic } = world
  /** Sockets of a killed process are closed for it. */
  const mortalTraffic: MemoryWorld['traffic'] = {
    ...traffic,
    start: (...given) => {
      const stream = traffic.start(...given)
      if (dead.aborted) void stream.stop()
      dead.addEventListener('abort', () => void stream.stop(), { once: true })
      return guard(stream)
    },
  }
  return {
    ...world,
    clock: guard(world.clock),
    clusters: new Map([...world.clusters].map(([name, cluster]) => [name, guard(cluster)])),
    traffic: guard(mortalTraffic),
    lab: guard(world.lab),
  }
}

function answerOf({ run, exit, records }: Ended): Answer {
  const last = records.findLast(({ type }) => type === 'run-ended')
  return { run, exit, reason: last?.type === 'run-ended' ? last.reason : '', records }
}

/** Deep enough for a step of every promise that can go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
