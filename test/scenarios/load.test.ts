import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario } from './harness.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterAll(() => scenario.close())

interface LoadDocument {
  readonly kind: string
  readonly lab: string
  readonly runs: readonly {
    readonly verdict: string
    readonly measure: {
      readonly requests: number
      readonly good: number
      readonly byCenter: object
      readonly latency: { p50: number; p99: number; p999: number }
    }
    readonly before?: { readonly rate: number; readonly p99: number }
  }[]
}

const LOAD = ['verify', 'load', '--center', 'zone-b', '--rates', '20,50', '--duration', '1s']

test('load on a lab needs no confirmation, is counted exactly, and is compared with the last time', async () => {
  const first = await scenario.run([...LOAD, '-o', 'json'])
  const document = JSON.parse(first.stdout) as LoadDocument
  expect(document).toMatchObject({ kind: 'Load', lab: `lab, ${scenario.lab.engine} API` })
  expect(document.runs.map(({ measure }) => [measure.requests, measure.good])).toEqual([
    [20, 20],
    [50, 50],
  ])
  for (const { measure, before } of document.runs) {
    const { p50, p99, p999 } = measure.latency
    expect([p50, p99, p999]).toEqual([p50, p99, p999].toSorted((a, b) => a - b))
    expect(Object.keys(measure.byCenter).toSorted()).toEqual(['zone-a', 'zone-b'])
    expect(before).toBeUndefined()
  }
  // How fast a busy machine is, is not what is tested: met, not met and cannot tell are told apart from tables.
  expect({ 0: 'met', 1: 'not-met', 7: 'cannot-tell' }[first.code as 0 | 1 | 7]).toBe(
    ['not-met', 'cannot-tell', 'met'].find((one) => document.runs.some(({ verdict }) => verdict === one)),
  )
  const again = await scenario.run(LOAD)
  expect(again.stdout).toMatch(/^at 50\/s: P99 [\d.]+ ms, .*\d{4}-\d\d-\d\d$/m)
  expect(again.stdout).toMatch(/^Not tried: 100 connections, target 10000\.$/m)
})

test.each([
  [['--center', 'zone-a,zone-b'], /one center/],
  [['--center', 'zone-a', '--rates', '0'], /--rates 0/],
  [['--center', 'zone-a', '--rates', '1e3'], /--rates 1e3/],
  [['--center', 'zone-a', '--duration', 'soon'], /--duration/],
  [['--center', 'zone-a', '--duration', '20m', '--rates', '1,2'], /Too long/],
  [['--center', 'zone-a', '--with', 'wkr'], /wrk/],
  [['--center', 'zone-a', '--connections', '0'], /--connections 0/],
])('refuses %j with nothing sent', async (flags, words) => {
  const refused = await scenario.run(['verify', 'load', ...flags])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toMatch(words)
})

test('a gateway whose center cannot be asked whether it is a lab is not loaded', async () => {
  await scenario.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
  const refused = await scenario.run(['verify', 'load', '--center', 'zone-c', '--rates', '20', '--duration', '1s'])
  await scenario.lab.heal('zone-c')
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toMatch(/--confirm=zone-c/)
})
