import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Question } from '../../src/checks/question.ts'
import { questions } from '../../src/checks/questions.ts'
import { makeContext } from '../../src/cli/context.ts'
import { openWorld } from '../../src/cli/verbs/parts.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import { verifyPlanOf } from '../../src/domain/estate.ts'
import { factReader } from '../../src/engine/fact-reader.ts'
import { factsOf, verify } from '../../src/engine/verify.ts'
import type { Fact } from '../../src/facts/fact.ts'
import { startLab } from '../../src/lab/lab.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { QUICK } from './harness.ts'

/** Every fact of every question as a whole lab shows it, and then each one missing in turn: whatever is not known must never pass. */

type Gap = Exclude<Observation<never>, { state: 'present' }>
const at = Date.now()
const GAPS: readonly Gap[] = [
  { state: 'absent', at, took: 1 },
  { state: 'forbidden', why: 'may not', at, took: 1 },
  { state: 'unreachable', why: 'no answer', at, took: 1 },
  { state: 'unknown', why: 'odd', at, took: 1 },
]

let topology: Topology
let world: MemoryWorld
const recorded = new Map<Fact<unknown>, ReadonlyMap<CenterName, Observation<unknown>>>()

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-questions-'))
  const lab = await startLab({ dir, load: 40, startDelay: [10, 30], policy: QUICK })
  try {
    const read = readTopology(readFileSync(lab.topologyPath), 'tricenter.yaml')
    if (!('topology' in read)) throw new Error(JSON.stringify(read.mistakes))
    const plan = verifyPlanOf(read.topology)
    const port = { center: 'zone-a', host: '127.0.0.1', port: Number(new URL(lab.centers['zone-a']!.gateway).port), purpose: 'gateway' }
    topology = {
      ...read.topology,
      verify: {
        ...plan,
        headers: [{ service: 'ai-service', header: 'X-Nothing', value: 'x', centers: ['zone-a', 'zone-b'] }],
        entries: [{ name: 'localhost', addresses: [], maxTtl: 1e9 }],
        ports: [port],
      },
    }
    const io = { stdin: process.stdin, stdout: new PassThrough() as never, stderr: new PassThrough() as never, cwd: dir }
    const env = { KUBECONFIG: lab.kubeconfigPath, TRICENTER_STATE_DIR: lab.stateDir, HOME: dir }
    const real = await openWorld(makeContext({ ...io, env }, { output: 'table' }, 'en'), topology, undefined, 'station')
    const reader = factReader({ world: real, topology, probe: true, dataPlane: true })
    const facts = [...new Set(questions.flatMap(factsOf))]
    await Promise.all(
      facts.map(async (fact) => {
        const cells = topology.centers.map(async ({ name }) => [name, await reader.read(name, fact)] as const)
        recorded.set(fact, new Map(await Promise.all(cells)))
      }),
    )
    await real.close()
  } finally {
    await lab.close()
    rmSync(dir, { recursive: true, force: true })
  }
  world = memoryWorld({ topology, routes: [] })
}, 120_000)
afterAll(() => recorded.clear())

/** The question on what the lab showed; `gap` in place of one fact of these centers. */
async function asked(question: Question, missing?: { fact: Fact<unknown>; gap: Gap; centers: readonly CenterName[] }) {
  const replay = (facts: Readonly<Record<string, Fact<unknown>>>): Readonly<Record<string, Fact<unknown>>> =>
    Object.fromEntries(
      Object.entries(facts).map(([key, fact]) => [
        key,
        {
          ...fact,
          read: async ({ center: { name } }: { readonly center: { readonly name: CenterName } }) =>
            missing?.fact === fact && missing.centers.includes(name) ? missing.gap : recorded.get(fact)!.get(name)!,
        },
      ]),
    )
  const replayed = {
    ...question,
    needs: replay(question.needs),
    ...('maybe' in question && question.maybe !== undefined ? { maybe: replay(question.maybe) } : {}),
  } as Question
  const centers = topology.centers.map(({ name }) => name)
  return (await verify(world, { topology, questions: [replayed], centers, probe: true, dataPlane: true })).outcomes
}

/** Facts that a question may do without, and why it is right to pass all the same. */
const DISPENSABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'api-reached': { 'api-clock': 'a refusal is an answer too', 'kube-context': 'it only says which server was asked' },
  'logged-in': { identity: 'who is refused for want of a right is known' },
  'proxies-unheeded': { 'kube-context': 'without a proxy in the environment nothing is to be heeded' },
  'lost-unweighted': { routes: 'where no center is lost nobody sends to one', gateway: 'a workload that was read tells more' },
  'registry-synchronised': { 'backend-pods': 'they only date what is missing, and nothing is' },
  'metrics-present': { 'metrics-figures': 'they only excuse what is missing, and nothing is' },
}

const rows = questions.flatMap((question) =>
  factsOf(question).map((fact) => ({ name: question.name, scope: question.scope, fact: fact.name, question, missing: fact })),
)

test.each(rows)('$name does not pass where $fact is not known', async ({ question, missing: fact }) => {
  const needed = Object.values(question.needs).includes(fact)
  const whole = topology.centers.map(({ name }) => name)
  for (const gap of GAPS) {
    for (const centers of [['zone-a'], whole]) {
      const outcomes = await asked(question, { fact, gap, centers })
      const own = outcomes.filter(({ center }) => center !== undefined && centers.includes(center))
      const about = own.length > 0 ? own : outcomes
      const states = [...new Set(about.map(({ state }) => state))]
      if (DISPENSABLE[question.name]?.[fact.name] !== undefined) continue
      const told = `${gap.state} in ${centers.join(', ')}`
      expect(about.length, told).toBeGreaterThan(0)
      if (question.applies?.(topology) === false) expect(states, 'the topology declares nothing of the kind').toEqual(['skipped'])
      else if (needed && question.scope === 'center') expect(states, told).toEqual(['inconclusive'])
      else expect(states, told).not.toContain('passed')
    }
  }
})

test.each(Object.entries(DISPENSABLE).flatMap(([name, facts]) => Object.entries(facts).map(([fact, why]) => ({ name, fact, why }))))(
  '$name can do without $fact: $why',
  ({ name, fact }) => {
    expect(rows.some((row) => row.name === name && row.fact === fact)).toBe(true)
  },
)
