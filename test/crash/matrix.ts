import { setTimeout as sleep } from 'node:timers/promises'
import { openScenario, QUICK, STACK, ZONES, type Scenario } from '../scenarios/harness.ts'

/** Killed around the N-th record of the journal, or around the N-th remote write, as the API server of that write's cluster sees it. */
export type Moment =
  | { readonly of: 'record'; readonly when: 'before' | 'torn' | 'after'; readonly n: number }
  | { readonly of: 'write'; readonly when: 'before' | 'after'; readonly n: number }

export type VerbName = keyof typeof VERBS
export type Way = 'resume' | 'undo'

export interface Case {
  readonly verb: VerbName
  readonly moment: Moment
  readonly way: Way
}

/** converged: the world is before or after, whole. refused: nothing was changed, and the other way is named. lost: neither. */
export type Fate =
  | { readonly kind: 'converged'; readonly where: 'before' | 'after' }
  | { readonly kind: 'refused'; readonly said: string }
  | { readonly kind: 'lost'; readonly said: string }

interface VerbCase {
  /** Brings the lab to where the verb begins. */
  readonly given?: (scenario: Scenario) => Promise<void>
  readonly args: readonly string[]
}

const failover = ['failover', '--center', 'zone-a', '--confirm=zone-a']
const VERBS = {
  failover: { args: failover },
  failback: {
    given: async (scenario: Scenario) => {
      const { code, stderr } = await scenario.run(failover)
      if (code !== 0) throw new Error(`the failover before a failback ended with ${String(code)}:\n${stderr}`)
    },
    args: ['failback', '--center', 'zone-a', '--yes'],
  },
  rebalance: { args: ['rebalance', '--set', 'zone-a=70,zone-b=30', '--yes'] },
  drill: { args: ['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a', '--detect', 'now'] },
} as const satisfies Readonly<Record<string, VerbCase>>

export const verbNames = Object.keys(VERBS) as readonly VerbName[]
export const ways: readonly Way[] = ['resume', 'undo']

export const label = ({ verb, moment: { of, when, n }, way }: Case): string => `${verb} killed ${when} ${of} ${n}, then ${way}`

const MARK = 'tricenter.io/run'
const KILL = new URL('kill.ts', import.meta.url).href
/** Paced marks lock out others for a while; whoever ends a crashed run says that it is gone. */
const ENDS: Readonly<Record<Way, readonly string[]>> = {
  resume: ['--take-over', '--yes'],
  undo: ['--take-over', '--yes'],
}

/** Limits so wide that a busy machine does not decide a case: what is proved here is the way out of a crash, not how well clients fare. */
export async function openCrashLab(): Promise<Scenario> {
  const policy = {
    ...QUICK,
    holdRequests: 5,
    errorLimit: '90%',
    abortLimit: '95%',
    probe: { rate: 15, shareRate: 5 },
    deadlines: { read: '8s', write: '8s', prove: '20s', fault: '20s' },
  }
  return await openScenario({ load: 0, policy })
}

/** How many durable records and remote writes a run of this verb makes when nothing kills it; also what the world is before and after. */
export interface Course {
  readonly records: number
  readonly writes: number
  readonly before: string
  readonly after: string
}

export async function course(scenario: Scenario, verb: VerbName): Promise<Course> {
  await scenario.reset()
  await prepare(scenario, verb)
  const before = await world(scenario)
  scenario.forget()
  const { code, stderr } = await scenario.run(VERBS[verb].args)
  if (code !== 0) throw new Error(`${verb} ended with ${String(code)}:\n${stderr}`)
  const run = scenario.runs().at(-1) ?? ''
  return {
    records: scenario.journal(run).length,
    writes: scenario.heard.filter(({ method }) => method === 'PATCH').length,
    before,
    after: await world(scenario),
  }
}

/** One case, from a fresh world to its end. A verb that ended by itself before its moment came is begun anew. */
export async function crash(scenario: Scenario, one: Case, course: Course): Promise<Fate> {
  for (let left = 3; ; left--) {
    await scenario.reset()
    const began = await prepare(scenario, one.verb).then(
      () => true,
      (error: unknown) => {
        if (left === 0) throw error
        return false
      },
    )
    if (!began) continue
    const known = new Set(scenario.runs())
    const zero = watchForZero(scenario)
    const killed = await kill(scenario, one)
    if (!killed && left > 0) continue
    return await wayOut(scenario, one, course, known, zero.seen)
  }
}

async function wayOut(
  scenario: Scenario,
  { verb, way }: Case,
  { before, after }: Course,
  known: ReadonlySet<string>,
  zero: readonly string[],
): Promise<Fate> {
  const run = scenario.runs().find((one) => !known.has(one))
  const ended = await scenario.run([way, ...(run === undefined ? [] : [run]), ...ENDS[way], `--confirm=${confirmOf(verb, way)}`])
  const now = await world(scenario)
  const said = `exit ${String(ended.code)}: ${ended.stderr.trim().split('\n').slice(-4).join(' | ')}`
  if (STACK.test(ended.stderr) || ended.code === 8 || ended.code === undefined) return { kind: 'lost', said: `a bug: ${said}` }
  if (zero.length > 0) return { kind: 'lost', said: `all zero: ${zero.join()}` }
  if (now === before) return { kind: 'converged', where: 'before' }
  if (now === after) return { kind: 'converged', where: 'after' }
  if (ended.code === 3) return { kind: 'refused', said }
  return { kind: 'lost', said: `${said}\n${await difference(scenario)}` }
}

async function prepare(scenario: Scenario, verb: VerbName): Promise<void> {
  const { given }: VerbCase = VERBS[verb]
  await given?.(scenario)
}

/** What is asked for where a value must be typed: the situation that results. */
function confirmOf(verb: VerbName, way: Way): string {
  if (verb === 'failover') return way === 'resume' ? 'zone-a' : 'normal'
  if (verb === 'failback') return way === 'resume' ? 'normal' : 'zone-a'
  return 'normal'
}

/** False: the verb failed by itself before the moment came. One that made fewer records than usual has ended well, and its way out is to do nothing. */
async function kill(scenario: Scenario, { verb, moment }: Case): Promise<boolean> {
  const { args } = VERBS[verb]
  if (moment.of === 'record') {
    const killed = await scenario.run(args, { node: ['--import', KILL], env: { CRASH_AT: `${moment.when}:${moment.n}` } })
    return killed.signal === 'SIGKILL' || killed.code === 0
  }
  const child = scenario.start(args)
  let writes = 0
  for (const zone of ZONES) {
    const strike = async ({ method, userAgent }: { method: string; userAgent: string }): Promise<void> => {
      if (method !== 'PATCH' || !userAgent.startsWith('tricenter/')) return
      writes++
      if (writes < moment.n) return
      child.kill('SIGKILL')
      await child.ended
    }
    scenario.hooks(zone)[moment.when] = strike
  }
  const killed = await child.ended
  await sleep(20) // writes that the dead process had sent are still carried out
  for (const zone of ZONES) Object.assign(scenario.hooks(zone), { before: undefined, after: undefined })
  return killed.signal === 'SIGKILL' || killed.code === 0
}

/** Everything that a run may touch, without what an API server writes. Of a mark it counts what it says of the world: a run of another name may have brought it there. */
async function world(scenario: Scenario): Promise<string> {
  const texts = await Promise.all(
    ZONES.map(async (zone) => {
      const routes = Object.values(await scenario.routes(zone)).map(({ metadata, spec }) => {
        const { [MARK]: mark, ...annotations } = metadata.annotations ?? {}
        const { situation, normal, progress } = JSON.parse(mark ?? '{"situation":null}') as Readonly<Record<string, unknown>>
        return [metadata.name, annotations, spec, { situation, normal, progress }]
      })
      const { metadata, spec } = await scenario.deployment(zone)
      return JSON.stringify([zone, routes, spec.replicas, metadata.annotations?.['tricenter.io/fault'] ?? null])
    }),
  )
  return texts.join('\n')
}

async function difference(scenario: Scenario): Promise<string> {
  const lines = await Promise.all(
    ZONES.map(
      async (zone) => `${zone}: ${(await scenario.weights(zone)).join(' · ')} ${String((await scenario.deployment(zone)).spec.replicas)}`,
    ),
  )
  return lines.join('\n')
}

/** No rule may ever have all its weights at 0, in between either. */
function watchForZero(scenario: Scenario): { readonly seen: readonly string[] } {
  const seen: string[] = []
  for (const zone of ZONES) {
    const hooks = scenario.hooks(zone)
    const told = hooks.observe
    hooks.observe = (request) => {
      told?.(request)
      if (request.contentType !== 'application/json-patch+json' || !request.path.includes('/httproutes/')) return
      for (const { op, path, value } of JSON.parse(request.body.toString()) as { op: string; path: string; value: unknown }[]) {
        if (op === 'test' || !path.endsWith('/backendRefs')) continue
        if ((value as { weight?: number }[]).every(({ weight }) => weight === 0)) seen.push(`${zone}${path}`)
      }
    }
  }
  return { seen }
}
