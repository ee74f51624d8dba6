import { expect, test } from 'vitest'
import type { JournalRecord, Witnessed } from '../../src/domain/record.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { memoryMetrics, type Counted } from '../worlds/memory-metrics.ts'
import { topology as documented } from './fixture.ts'
import { scene, type Scene } from './harness.ts'

const WINDOW = 5_000
const topology: Topology = {
  ...documented,
  metrics: {
    profile: 'envoy',
    scrapeInterval: 1_000,
    window: WINDOW,
    maxAge: 4_000,
    centers: Object.fromEntries(documented.centers.map(({ name }) => [name, { url: `http://prometheus.${name}`, labels: {} }])),
  },
}

function witnessedScene(counted: (center: string, moment: number) => Counted | undefined): Scene {
  const made = scene({ topology })
  const { metrics, metricsDocuments } = memoryMetrics(made.world.clock, counted)
  Object.assign(made.world, { metrics, metricsDocuments })
  return made
}
const well: Counted = { qps: 200, errorRatio: 0, shares: {} }
const witnessed = (records: readonly JournalRecord[]): readonly (Witnessed & { readonly n: number; readonly ms: number })[] =>
  records.flatMap((record) => (record.type === 'witnessed' ? [record] : []))

test('a drill asks Prometheus before the fault and once its window lies wholly after the recovery, and says that both agree', async () => {
  const { exit, records } = await witnessedScene(() => well)
    .machine()
    .drill(['zone-a'])
  expect(exit).toBe(0)
  const [before, after, ...more] = witnessed(records)
  expect(before).toMatchObject({ moment: 'before', verdict: 'agree', window: WINDOW })
  expect(before?.centers.map(({ center, verdict }) => `${center} ${verdict}`)).toEqual(['zone-a agree', 'zone-b agree', 'zone-c agree'])
  expect(before?.n).toBeLessThan(records.find(({ type }) => type === 'intended')?.n ?? 0)
  expect(after).toMatchObject({ moment: 'after', verdict: 'agree' })
  expect(more).toEqual([])
  const recovered = records.find((record) => record.type === 'recovered' && record.recovery.recovered)
  expect((after?.ms ?? 0) - (recovered?.ms ?? 0)).toBeGreaterThanOrEqual(WINDOW)
})

test('a figure that Prometheus does not know is a gap with its reason, and no disagreement', async () => {
  const [before] = witnessed(
    (
      await witnessedScene(() => well)
        .machine()
        .drill(['zone-a'])
    ).records,
  )
  expect(before?.centers[0]?.prometheus.gaps).toMatchObject([{ figure: 'share_by_center', gap: 'no-data' }])
})

test('errors that Prometheus counts after the recovery make the drill inconclusive, and it is restored', async () => {
  let faulty = false
  const made = witnessedScene((center) => (faulty && center === 'zone-b' ? { ...well, errorRatio: 0.3 } : well))
  const before = made.snapshot()
  const machine = made.machine()
  machine.onTell = (event) => (faulty ||= event.type === 'recovered')
  const { exit, reason, records } = await machine.drill(['zone-a'])
  expect({ exit, reason }).toEqual({ exit: 7, reason: 'witnesses-disagree' })
  expect(witnessed(records).at(-1)).toMatchObject({
    verdict: 'disagree',
    findings: expect.arrayContaining([expect.objectContaining({ reason: 'witness-errors' })]),
  })
  expect(made.snapshot()).toBe(before)
})

test('a Prometheus that does not answer is told with its reason, and decides nothing', async () => {
  const { exit, records } = await witnessedScene(() => undefined)
    .machine()
    .drill(['zone-a'])
  expect(exit).toBe(0)
  expect(witnessed(records).map(({ verdict }) => verdict)).toEqual(['cannot-compare', 'cannot-compare'])
  expect(witnessed(records)[0]?.findings).toContainEqual(
    expect.objectContaining({ reason: 'witness-gap', facts: expect.objectContaining({ figure: 'error_ratio', why: 'unreachable' }) }),
  )
})

test('a drill whose topology declares no metrics has one witness', async () => {
  const { exit, records } = await scene().machine().drill(['zone-a'])
  expect(exit).toBe(0)
  expect(witnessed(records)).toEqual([])
})

const loadsIn = (records: readonly JournalRecord[]) => records.flatMap((record) => (record.type === 'planned' ? record.load : []))

test('a paced change plans with what was measured before, although less is measured now', async () => {
  const made = witnessedScene((_, moment) => ({ ...well, qps: moment < made.world.clock.now() ? 450 : 10 }))
  const { exit, records } = await made.machine().rebalance({ 'zone-a': 60, 'zone-b': 40 })
  expect(exit).toBe(0)
  const [first] = loadsIn(records)
  // 2 × 450 were measured before, less the tool's own probes; zone-a carries at least its half.
  expect(first).toMatchObject({ center: 'zone-a', source: 'measured' })
  expect(first?.load).toBeGreaterThanOrEqual(300)
})

test('an emergency waits for no Prometheus: one that never answers delays nothing, and the declared demand stands', async () => {
  const plain = scene()
  plain.lose('zone-a')
  const usual = await plain.machine().failover(['zone-a'])
  const made = witnessedScene(() => well)
  Object.assign(made.world, { metrics: { query: () => new Promise(() => undefined) } })
  made.lose('zone-a')
  const { exit, records } = await made.machine().failover(['zone-a'])
  const firstWrite = (all: readonly JournalRecord[]) => all.find(({ type }) => type === 'intended')?.ms
  expect(exit).toBe(usual.exit)
  expect(firstWrite(records)).toBe(firstWrite(usual.records))
  expect(loadsIn(records).every(({ source }) => source === 'declared')).toBe(true)
})

test('an emergency uses what has arrived while it waited for the lost', async () => {
  const made = witnessedScene((center) => (center === 'zone-a' ? undefined : { ...well, qps: 500 }))
  made.lose('zone-a')
  const { exit, records } = await made.machine().failover(['zone-a'])
  expect(exit).toBe(0)
  expect(loadsIn(records).find(({ center }) => center === 'zone-b')).toMatchObject({ source: 'measured' })
})
