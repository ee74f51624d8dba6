import type { Needs, Question } from '../checks/question.ts'
import type { Observation } from '../domain/observation.ts'
import { situationInForce } from '../domain/situation.ts'
import { centerOf, type CenterName, type Milliseconds, type Topology } from '../domain/topology.ts'
import {
  proofLevels,
  verifyExitCode,
  worstState,
  type CheckOutcome,
  type Conclusion,
  type Evidence,
  type ProofLevel,
  type Verification,
} from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import type { Fact } from '../facts/fact.ts'
import { routes } from '../facts/routes.ts'
import type { Clock } from '../ports/clock.ts'
import type { Right } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'
import { factReader, type FactReader } from './fact-reader.ts'

export interface VerifyRequest {
  readonly topology: Topology
  readonly questions: readonly Question[]
  /** Asked about each of them; questions about all centers together look at every center. */
  readonly centers: readonly CenterName[]
  /** These centers were asked for by name: what is found of them counts, whatever the situation in force takes out. */
  readonly named?: boolean
  /** Facts that send requests of clients may be read. */
  readonly probe: boolean
  /** Facts that open port-forwards to gateway Pods may be read; absent: no. */
  readonly dataPlane?: boolean
}

/** Asks every question of every center at once, on facts that are each read once. A question that throws concludes nothing but that. */
export async function verify(world: World, request: VerifyRequest): Promise<Verification> {
  const { clock } = world
  const { topology, questions, centers, probe, dataPlane = false, named = false } = request
  const startedAt = clock.now()
  const began = clock.monotonic()
  const reader = factReader({ world, topology, probe, dataPlane })
  const asked = questions.map(async (question) => {
    if (question.applies?.(topology) === false) return [outcomeOf(question, [notDeclared])]
    if (!probe && sends(question)) return [outcomeOf(question, [skippedUntilProbed])]
    if (!dataPlane && forwards(question)) return [outcomeOf(question, [skippedUntilForwarded])]
    if (question.scope === 'fleet') return await askAll(question, reader, topology, clock)
    return await Promise.all(
      centers.map(async (center) => outcomeOf(question, await askOne(question, reader, topology, center, clock), center)),
    )
  })
  const found = { outcomes: (await Promise.all(asked)).flat(), unread: reader.unread() }
  const spared = named ? centers : []
  const out = looksForOut(questions, found, spared) ? await centersOut(topology, reader) : []
  const { outcomes, unread } = excused(questions, found, out, spared)
  return { outcomes, unread, out, firstBroken: firstBroken(outcomes), startedAt, took: clock.monotonic() - began }
}

type Found = Pick<Verification, 'outcomes' | 'unread'>

/** Where all is well, or the centers were asked for by name, nothing needs to be excused, and nothing is read for it. */
function looksForOut(questions: readonly Question[], { outcomes, unread }: Found, spared: readonly CenterName[]): boolean {
  const ill = [...outcomes.filter(({ state }) => state === 'failed' || state === 'inconclusive'), ...unread]
  return (
    (spared.length === 0 && questions.some(({ needs }) => Object.values(needs).includes(routes))) ||
    ill.some(({ center }) => center !== undefined && !spared.includes(center))
  )
}

async function centersOut(topology: Topology, reader: FactReader): Promise<readonly CenterName[]> {
  const sightings = topology.centers.map(async ({ name }) => ({ center: name, routes: await reader.read(name, routes) }))
  return situationInForce(topology, await Promise.all(sightings)).out
}

/** What a question about all centers found wrong counts though it names a center that is out: that others still send there, for one. That nothing can be told of it does not. */
function excused(
  questions: readonly Question[],
  { outcomes, unread }: Found,
  out: readonly CenterName[],
  spared: readonly CenterName[],
): Found {
  const ofAll = new Set(questions.filter(({ scope }) => scope === 'fleet').map(({ name }) => name))
  const isOut = (center: CenterName | undefined): boolean => center !== undefined && out.includes(center) && !spared.includes(center)
  return {
    outcomes: outcomes.map((one) => (isOut(one.center) && !(ofAll.has(one.check) && one.state === 'failed') ? { ...one, out: true } : one)),
    unread: unread.map((one) => (isOut(one.center) ? { ...one, out: true } : one)),
  }
}

export interface VerifyUntil {
  /** How long sweeps go on until everything passes. */
  readonly wait: Milliseconds
  readonly interrupt: AbortSignal
  /** Told of each sweep that did not pass and will be followed by another. */
  readonly again: (seen: Verification) => void
}

/** Between the end of a sweep and the next, ms. */
const PAUSE = 2_000

/** Sweeps until all is well, the time is over, or somebody interrupts; the last sweep counts. */
export async function verifyUntil(world: World, request: VerifyRequest, { wait, interrupt, again }: VerifyUntil): Promise<Verification> {
  const { clock } = world
  const until = clock.monotonic() + wait
  for (;;) {
    const seen = await verify(world, request)
    const left = until - clock.monotonic()
    if (verifyExitCode(seen) === 0 || left <= 0 || interrupt.aborted) return seen
    again(seen)
    await clock.sleep(Math.min(PAUSE, left), interrupt)
    if (interrupt.aborted) return seen
  }
}

/** Does it need a fact that sends requests? */
export function sends(question: Question): boolean {
  return factsOf(question).some((fact) => fact.sends === true)
}

/** Does it look at a fact that opens port-forwards? */
export function forwards(question: Question): boolean {
  return factsOf(question).some((fact) => fact.forwards === true)
}

/** Every fact that a question looks at. */
export function factsOf(question: Question): readonly Fact<unknown>[] {
  return [...Object.values(question.needs), ...('maybe' in question ? Object.values(question.maybe ?? {}) : [])]
}

async function askOne(
  question: Extract<Question, { scope: 'center' }>,
  reader: FactReader,
  topology: Topology,
  name: CenterName,
  clock: Clock,
): Promise<readonly Conclusion[]> {
  const [needed, wanted] = await Promise.all([readAll(reader, name, question.needs), readAll(reader, name, question.maybe ?? {})])
  const gaps = needed.flatMap(([, fact, seen]) => (seen.state === 'present' ? [] : [gapOf(fact, seen, topology)]))
  if (gaps.length > 0) return gaps
  const known = needed.map(([key, , seen]) => [key, seen] as const)
  const seen = Object.fromEntries([...known, ...wanted.map(([key, , one]) => [key, one] as const)])
  return attempted(() => question.evaluate(seen as never, { topology, center: centerOf(topology, name), now: clock.now() }))
}

/** One outcome per center that its conclusions name, and one for those that name none. */
async function askAll(
  question: Extract<Question, { scope: 'fleet' }>,
  reader: FactReader,
  topology: Topology,
  clock: Clock,
): Promise<readonly CheckOutcome[]> {
  const names = topology.centers.map(({ name }) => name)
  const read = await Promise.all(names.map(async (name) => [name, await readAll(reader, name, question.needs)] as const))
  const seen = Object.fromEntries(
    Object.keys(question.needs).map((key) => [
      key,
      new Map(read.flatMap(([name, all]) => all.filter(([of]) => of === key).map(([, , one]) => [name, one] as const))),
    ]),
  )
  const conclusions = attempted(() => question.evaluate(seen, { topology, now: clock.now() }))
  const rest = conclusions.filter(({ center }) => center === undefined)
  const mine = names.flatMap((name) => {
    const about = conclusions.filter(({ center }) => center === name)
    return about.length === 0 ? [] : [outcomeOf(question, about, name)]
  })
  return rest.length === 0 && mine.length > 0 ? mine : [...mine, outcomeOf(question, rest)]
}

async function readAll(
  reader: FactReader,
  center: CenterName,
  needs: Needs,
): Promise<readonly (readonly [string, Fact<unknown>, Observation<unknown>])[]> {
  return await Promise.all(Object.entries(needs).map(async ([key, fact]) => [key, fact, await reader.read(center, fact)] as const))
}

function attempted(evaluate: () => readonly Conclusion[]): readonly Conclusion[] {
  try {
    return evaluate()
  } catch (error) {
    return [
      {
        state: 'inconclusive',
        reason: 'question-threw',
        facts: { why: error instanceof Error ? error.message : String(error) },
        evidence: [],
      },
    ]
  }
}

const notDeclared: Conclusion = { state: 'skipped', reason: 'not-declared', facts: {}, evidence: [] }
const skippedUntilProbed: Conclusion = { state: 'skipped', reason: 'needs-probe', facts: {}, evidence: [] }

const skippedUntilForwarded: Conclusion = { state: 'skipped', reason: 'needs-data-plane', facts: {}, evidence: [] }

/** What a fact that is needed and not there leads to: that it cannot be told, and why. */
function gapOf(
  { name: fact, rights, rightsFor }: Fact<unknown>,
  seen: Exclude<Observation<unknown>, { state: 'present' }>,
  topology: Topology,
): Conclusion {
  const evidence: readonly Evidence[] = [{ source: fact, at: seen.at, took: seen.took, value: seen.state }]
  const conclude = (reason: string, facts: Conclusion['facts']): Conclusion => ({ state: 'inconclusive', reason, facts, evidence })
  switch (seen.state) {
    case 'absent':
      return conclude('fact-absent', { fact })
    case 'forbidden': {
      const needed = (rightsFor?.(topology) ?? rights).filter(reads)
      return needed.length === 0
        ? conclude('fact-refused', { fact, why: seen.why })
        : conclude('fact-forbidden', { fact, why: seen.why, rights: [...new Set(needed.map(rightText))] })
    }
    case 'unreachable':
      return conclude('fact-unreachable', { fact, why: seen.why })
    case 'unknown':
      return conclude('fact-unknown', { fact, why: seen.why })
  }
}

/** `verify` changes nothing: rights to change things are those of switches. */
export function reads({ verb }: Right): boolean {
  return !['patch', 'update', 'delete'].includes(verb)
}

/** `list httproutes.gateway.networking.k8s.io`, `get deployments.apps/higress-gateway -n higress-system`. */
export function rightText({ verb, group, resource, subresource, namespace, name }: Right): string {
  const [part, one] = [subresource, name].map((text) => (text === undefined ? '' : `/${text}`))
  return `${verb} ${resource}${part}${group === '' ? '' : `.${group}`}${one}${namespace === undefined ? '' : ` -n ${namespace}`}`
}

function outcomeOf({ name, id, group, level }: Question, conclusions: readonly Conclusion[], center?: CenterName): CheckOutcome {
  const state = worstState(conclusions.map((one) => one.state))
  return { check: name, id, group, level, ...(center === undefined ? {} : { center }), state, conclusions }
}

function firstBroken(outcomes: readonly CheckOutcome[]): Readonly<Record<CenterName, ProofLevel>> {
  const first: Record<CenterName, ProofLevel> = {}
  for (const level of proofLevels.toReversed())
    for (const { center, state, level: at, out } of outcomes)
      if (state === 'failed' && at === level && center !== undefined && out !== true) first[center] = level
  return first
}

export const verifyWords = {
  'fact-absent': {
    en: 'nothing to look at: {fact} is not there\nThe API does not serve it, or what holds it does not exist.',
    zh: '没有可查看的内容：{fact} 不存在\n该 API 未提供，或承载它的对象不存在。',
  },
  'fact-forbidden': {
    en: 'may not read {fact}: {why}\nIt needs the rights {rights}.\nNext: tricenter rbac verify',
    zh: '无权读取 {fact}：{why}\n需要权限 {rights}。\n下一步：tricenter rbac verify',
  },
  'fact-refused': { en: 'may not read {fact}: {why}', zh: '无权读取 {fact}：{why}' },
  'fact-unreachable': { en: 'Could not reach what {fact} is read from: {why}', zh: '无法连接 {fact} 的来源：{why}' },
  'fact-unknown': { en: 'Could not read {fact}: {why}', zh: '无法读取 {fact}：{why}' },
  'question-threw': {
    en: 'This check itself is broken: {why}\nNothing is known by it; please report it as a bug.',
    zh: '此检查本身有缺陷：{why}\n无法由此得出任何结论；请作为缺陷报告。',
  },
  'not-declared': { en: 'the topology declares nothing of the kind', zh: '拓扑中没有相关声明' },
  'needs-data-plane': {
    en: 'opens a port-forward to a gateway Pod: --data-plane asks it too',
    zh: '需要向网关 Pod 转发端口：加 --data-plane 后才会检查',
  },
  'needs-probe': { en: 'sends requests of its own: --probe asks it too', zh: '需要发送请求：加 --probe 后才会检查' },
} satisfies Words
