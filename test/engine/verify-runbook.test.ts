import { expect, test } from 'vitest'
import { knownNames } from '../../src/cli/shipped-runbooks.ts'
import { readRunbook } from '../../src/documents/runbook.ts'
import { startRun, type Ended } from '../../src/engine/start.ts'
import { memoryJournals } from '../worlds/memory-journals.ts'
import { memoryWorld, type MemoryWorld } from '../worlds/memory-world.ts'
import { fewRoutes, topology } from './fixture.ts'

const text = `apiVersion: tricenter.io/v1
kind: Runbook
name: checked
mode: change
summary: { en: shares when routes are proved, zh: 路由验证后调整比例 }
source: test
params:
  shares: { type: shares, required: true, summary: { en: shares, zh: 比例 } }
steps:
  - name: proved
    title: { en: proved, zh: 已验证 }
    gate: [routes-reported, rules-weighted]
    until: 5s
  - name: set
    title: { en: set, zh: 设置 }
    do: set-shares
    with:
      shares: \${params.shares}
`

/** Runs it in this world, as the command line would. */
async function run(world: MemoryWorld): Promise<Ended> {
  const read = readRunbook(text, 'checked.yaml', knownNames())
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes))
  return await startRun(
    {
      world,
      journals: memoryJournals(world.clock),
      console: { tell: () => undefined, ask: () => Promise.resolve({ answer: 'y', by: 'rule' }) },
      actor: { user: 'somebody', host: 'here', pid: 1 },
      version: '0.0.0',
      newRunId: () => '20261120-0315-checked',
      interrupt: new AbortController().signal,
    },
    {
      verb: 'rebalance',
      runbook: read.runbook,
      includes: new Map(),
      params: { shares: { 'zone-a': 30, 'zone-b': 70 } },
      topology,
      overrides: [],
      dryRun: false,
      takeOver: false,
      confirmed: true,
    },
  )
}

const writes = (world: MemoryWorld) => topology.centers.flatMap(({ name }) => world.cluster(name).writes).length
const gates = ({ records }: Ended) =>
  records.flatMap((one) =>
    one.type === 'gated'
      ? [{ verdict: one.verdict, checks: one.checks.map(({ check, verdict, reason }) => [check, verdict, reason].join(' ')) }]
      : [],
  )

test('passed: the gate opens, and what comes after it is done', async () => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  const ended = await run(world)
  expect(gates(ended)[0]).toEqual({ verdict: 'yes', checks: ['routes-reported yes question-passed', 'rules-weighted yes question-passed'] })
  expect(ended.exit).toBe(0)
  expect(writes(world)).toBeGreaterThan(0)
})

test('failed: it stays shut, nothing is written, and the journal says of which center and why', async () => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  world.cluster('zone-b').edit('HTTPRoute', 'ai-system', 'ai-service-dual-active-route', (draft) => {
    draft['status'] = {
      parents: (draft['status'] as { parents: { conditions: object[] }[] }).parents.map((one) => ({
        ...one,
        conditions: one.conditions.map((condition) => ({ ...condition, status: 'False' })),
      })),
    }
  })
  const ended = await run(world)
  expect(gates(ended)).toEqual([
    { verdict: 'no', checks: ['routes-reported no routes-reported.not-accepted', 'rules-weighted yes question-passed'] },
  ])
  expect(ended.exit).toBe(1)
  expect(writes(world)).toBe(0)
})

test('one center cannot be told: unknown opens nothing', async () => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  world.cluster('zone-c').fault = { kind: 'forbidden' }
  const ended = await run(world)
  expect(gates(ended)[0]).toMatchObject({ verdict: 'unknown' })
  expect(ended.exit).not.toBe(0)
  expect(writes(world)).toBe(0)
})

test('it is asked again until it passes', async () => {
  const world = memoryWorld({ topology, routes: fewRoutes })
  world.cluster('zone-c').fault = { kind: 'forbidden' }
  void world.clock.sleep(2_000).then(() => (world.cluster('zone-c').fault = null))
  const ended = await run(world)
  expect(gates(ended)[0]).toMatchObject({ verdict: 'yes' })
  expect(ended.exit).toBe(0)
})
