import type { Needs, Question } from '../checks/question.ts'
import type { Observation } from '../domain/observation.ts'
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
import type { Clock } from '../ports/clock.ts'
import type { Right } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'
import { factReader, type FactReader } from './fact-reader.ts'

export interface VerifyRequest {
  readonly topology: Topology
  readonly questions: readonly Question[]
  /** Asked about each of them; questions about all centers together look at every center. */
  readonly centers: readonly CenterName[]
  /** Facts that send requests of clients may be read. */
  readonly probe: boolean
}

/** Asks every question of every center at once, on facts that are each read once. A question that throws concludes nothing but that. */
export async function verify(world: World, request: VerifyRequest): Promise<Verification> {
  const { clock } = world
  const { topology, questions, centers, probe } = request
  const startedAt = clock.now()
  const began = clock.monotonic()
  const reader = factReader({ world, topology, probe })
  const asked = questions.map(async (question) => {
    if (question.applies?.(topology) === false) return [outcomeOf(question, [notDeclared])]
    if (!probe && sends(question)) return [outcomeOf(question, [skippedUntilProbed])]
    if (question.scope === 'fleet') return await askAll(question, reader, topology, clock)
    return await Promise.all(
      centers.map(async (center) => outcomeOf(question, await askOne(question, reader, topology, center, clock), center)),
    )
  })
  const outcomes = (await Promise.all(asked)).flat()
  return { outcomes, unread: reader.unread(), firstBroken: firstBroken(outcomes), startedAt, took: clock.monotonic() - began }
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
export function sends({ needs }: Question): boolean {
  return Object.values(needs).some((fact) => fact.sends === true)
}

async function askOne(
  question: Extract<Question, { scope: 'center' }>,
  reader: FactReader,
  topology: Topology,
  name: CenterName,
  clock: Clock,
): Promise<readonly Conclusion[]> {
  const [needed, wanted] = await Promise.all([readAll(reader, name, question.needs), readAll(reader, name, question.maybe ?? {})])
  const gaps = needed.flatMap(([, fact, seen]) => (seen.state === 'present' ? [] : [gapOf(fact, seen)]))
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

/** What a fact that is needed and not there leads to: that it cannot be told, and why. */
function gapOf({ name: fact, rights }: Fact<unknown>, seen: Exclude<Observation<unknown>, { state: 'present' }>): Conclusion {
  const evidence: readonly Evidence[] = [{ source: fact, at: seen.at, took: seen.took, value: seen.state }]
  const conclude = (reason: string, facts: Conclusion['facts']): Conclusion => ({ state: 'inconclusive', reason, facts, evidence })
  switch (seen.state) {
    case 'absent':
      return conclude('fact-absent', { fact })
    case 'forbidden':
      return rights.length === 0
        ? conclude('fact-refused', { fact, why: seen.why })
        : conclude('fact-forbidden', { fact, why: seen.why, rights: rights.filter(reads).map(rightText) })
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

/** `list httproutes.gateway.networking.k8s.io`. */
export function rightText({ verb, group, resource, subresource }: Right): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`
}

function outcomeOf({ name, id, group, level }: Question, conclusions: readonly Conclusion[], center?: CenterName): CheckOutcome {
  const state = worstState(conclusions.map((one) => one.state))
  return { check: name, id, group, level, ...(center === undefined ? {} : { center }), state, conclusions }
}

function firstBroken(outcomes: readonly CheckOutcome[]): Readonly<Record<CenterName, ProofLevel>> {
  const first: Record<CenterName, ProofLevel> = {}
  for (const level of proofLevels.toReversed())
    for (const { center, state, level: at } of outcomes)
      if (state === 'failed' && at === level && center !== undefined) first[center] = level
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
  'needs-probe': { en: 'sends requests of its own: --probe asks it too', zh: '需要发送请求：加 --probe 后才会检查' },
} satisfies Words
