import { expect, test } from 'vitest'
import { measureLoad, type LoadReport, type LoadRequest } from '../../src/engine/load.ts'
import type { LoadBaseline, LoadBaselines, LoadGenerator, LoadMeasure, LoadOrder } from '../../src/ports/load.ts'
import { memoryWorld } from '../worlds/memory-world.ts'
import { routes, topology } from './fixture.ts'

interface Bench {
  readonly orders: LoadOrder[]
  readonly kept: LoadBaseline[]
  run(request?: Partial<LoadRequest>): Promise<LoadReport | 'refused'>
}

const answered = (p99: number) => ({ count: 100, p50: 2, p99, p999: p99, max: p99 })
const good = (order: LoadOrder): LoadMeasure => ({
  generator: 'own',
  loop: 'open',
  requests: 100,
  good: 100,
  achieved: order.rate,
  errors: {},
  latency: answered(12),
  byCenter: { 'zone-a': answered(12) },
  open: 4,
})

/** A bench that remembers what was sent and kept. */
function bench(
  marker: boolean,
  measure: (order: LoadOrder) => LoadMeasure | { readonly unable: string } = good,
  name: LoadGenerator['name'] = 'own',
): Bench {
  const world = memoryWorld({ topology, routes, marker })
  const orders: LoadOrder[] = []
  const kept: LoadBaseline[] = []
  const generator: LoadGenerator = {
    name,
    generate(order) {
      orders.push(order)
      return Promise.resolve(measure(order))
    },
  }
  const baselines: LoadBaselines = {
    read: () => Promise.resolve([...kept]),
    keep: (_, __, more) => Promise.resolve(void kept.push(...more)),
  }
  const request: LoadRequest = {
    topology,
    center: 'zone-a',
    service: 'ai-service',
    rates: [100, 500],
    duration: 1_000,
    connections: 10,
    remote: false,
    idPrefix: 'load',
    interrupt: new AbortController().signal,
    told: () => undefined,
  }
  return { orders, kept, run: async (more) => await measureLoad(world, generator, baselines, { ...request, ...more }) }
}

async function report(made: Bench, more?: Partial<LoadRequest>): Promise<LoadReport> {
  const answer = await made.run(more)
  if (answer === 'refused') throw new Error('refused')
  return answer
}

test.each([
  ['not confirmed', {}],
  ['confirmed by another name', { confirmed: 'zone-b' }],
])('a center that is no lab gets nothing when it is %s', async (_, more) => {
  const made = bench(false)
  expect(await made.run(more)).toBe('refused')
  expect(made.orders).toEqual([])
})

test('a center that is confirmed by its name gets load at each rate, through its own gateway', async () => {
  const made = bench(false)
  const { runs, lab } = await report(made, { confirmed: 'zone-a' })
  expect(lab).toBeUndefined()
  expect(made.orders.map(({ rate, target }) => `${rate} ${target.gateway} ${target.url}`)).toEqual([
    '100 zone-a http://a',
    '500 zone-a http://a',
  ])
  expect(runs.map(({ verdict }) => verdict)).toEqual(['met', 'met'])
})

test('a lab needs no confirmation, says that it is one, and its figures are never held against a cluster', async () => {
  const made = bench(true)
  expect((await report(made)).lab).toBe('lab, memory API')
  expect(made.kept.map(({ lab, rate }) => `${String(lab)} ${rate}`)).toEqual(['lab, memory API 100', 'lab, memory API 500'])
})

test('the last measurement of the same rate is beside the new one', async () => {
  const made = bench(true)
  await report(made)
  const { runs } = await report(made, { rates: [500, 700] })
  expect(runs.map(({ rate, before }) => [rate, before?.p99])).toEqual([
    [500, 12],
    [700, undefined],
  ])
})

test('answers from another region are held against the target across regions, all of them where the tool stands in another one', async () => {
  const far = (order: LoadOrder): LoadMeasure => ({
    ...good(order),
    latency: answered(150),
    byCenter: { 'zone-a': answered(20), 'zone-c': answered(150) },
  })
  const [run] = (await report(bench(true, far))).runs
  expect(run).toMatchObject({ verdict: 'met', local: { p99: 20 }, remote: { p99: 150 } })
  const near = (order: LoadOrder): LoadMeasure => ({ ...good(order), latency: answered(150), byCenter: { 'zone-a': answered(150) } })
  expect((await report(bench(true, near))).runs[0]?.verdict).toBe('not-met')
  expect((await report(bench(true, near), { remote: true })).runs[0]?.verdict).toBe('met')
})

test('what was cut short is shown, not kept, and ends the rest', async () => {
  const made = bench(true, (order) => ({ ...good(order), good: 40, errors: { status: 60 }, stopped: 'failing' }))
  expect((await report(made)).runs.map(({ verdict }) => verdict)).toEqual(['not-met'])
  expect(made.kept).toEqual([])
})

test('a generator that is not there is said, and nothing is claimed', async () => {
  const { runs, unable } = await report(bench(true, () => ({ unable: 'wrk was not found' }), 'wrk'))
  expect({ runs, unable }).toEqual({ runs: [], unable: 'wrk was not found' })
})

test('one that keeps no rate runs once', async () => {
  const made = bench(true, good, 'wrk')
  await report(made)
  expect(made.orders.map(({ rate }) => rate)).toEqual([500])
})
