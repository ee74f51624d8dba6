import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bare, NORMAL, openScenario, STACK, WITHOUT_A, ZONES, type Scenario } from './harness.ts'
import { last } from './records.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const
const world = async (): Promise<readonly string[]> =>
  await Promise.all(
    ZONES.map(async (zone) => `${bare(await scenario.routes(zone))} ${String((await scenario.deployment(zone)).spec.replicas)}`),
  )

describe('a drill', () => {
  test.each(SIGNALS)('that hears %s says so at once, restores everything and answers %i', async (signal, code) => {
    const before = await world()
    const drill = scenario.start(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a'])
    await drill.says(/fault bites/)
    drill.kill(signal)
    await drill.says(new RegExp(`${signal}: finishing the change in hand, then restoring`))
    const ended = await drill.ended
    expect(ended.stderr).not.toMatch(STACK)
    expect(ended.code).toBe(code)
    expect(await world()).toEqual(before)
    const records = scenario.journal(scenario.runs()[0] ?? '')
    expect(last(records)).toMatchObject({ type: 'run-ended', exit: code, outcome: { answer: { signal }, world: 'restored' } })
    const heard = records.findIndex(({ type }) => type === 'signal')
    expect(records.slice(heard).some((record) => record.type === 'step-started' && record.step.endsWith('restore'))).toBe(true)
  })

  test('that hears a second signal leaves at once, and its journal can be read and resumed', async () => {
    const before = await world()
    const drill = scenario.start(['drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a'])
    await drill.says(/fault bites/)
    drill.kill('SIGINT')
    await drill.says(/SIGINT/)
    drill.kill('SIGINT')
    expect((await drill.ended).code).toBe(130)
    const [run = ''] = scenario.runs()
    expect(await scenario.run(['runs', 'verify', run])).toMatchObject({ code: 0 })
    const resumed = await scenario.run(['resume', run])
    expect([0, 7, 130]).toContain(resumed.code)
    expect(await world()).toEqual(before)
  })
})

describe('a failover', () => {
  test.each(SIGNALS)('that hears %s before its first write changes nothing and answers %i', async (signal, code) => {
    await scenario.lab.fault('zone-b', { kind: 'delay=300ms', target: 'api' })
    const over = scenario.start(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    await scenario.untilHeard(({ center }) => center === 'zone-b')
    over.kill(signal)
    const ended = await over.ended
    expect(ended.code).toBe(code)
    expect(ended.stderr).toContain(`${signal}: finishing the change in hand, then stopping`)
    expect(await Promise.all(ZONES.map((zone) => scenario.weights(zone)))).toEqual([NORMAL, NORMAL, NORMAL])
    expect(last(scenario.journal(scenario.runs()[0] ?? ''))).toMatchObject({ type: 'run-ended', exit: code })
  })

  test('that hears SIGTERM between its writes finishes those in hand, stands safe, and resume ends it', async () => {
    await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
    let over: ReturnType<Scenario['start']> | undefined
    let hit = false
    scenario.hooks('zone-c').before = async ({ method }) => {
      if (method !== 'PATCH' || hit) return
      hit = true
      over?.kill('SIGTERM')
      await over?.says(/SIGTERM: /)
    }
    over = scenario.start(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    const ended = await over.ended
    expect(ended.stderr).not.toMatch(STACK)
    expect(ended.code).toBe(143)
    for (const zone of ZONES) for (const rule of await scenario.weights(zone)) expect(rule).not.toMatch(/ (0|-)\/(0|-)\/(0|-)$/)
    const [run = ''] = scenario.runs()
    const resumed = await scenario.run(['resume', run])
    expect(resumed.code).toBe(0)
    expect(await Promise.all(ZONES.map((zone) => scenario.weights(zone)))).toEqual([WITHOUT_A, WITHOUT_A, WITHOUT_A])
  })

  test('that hears SIGINT while it proves itself stands, and says how to go on', async () => {
    await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
    const over = scenario.start(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    await over.says(/applied/)
    over.kill('SIGINT')
    const ended = await over.ended
    expect(ended.code).toBe(130)
    expect(ended.stderr).toMatch(/tricenter resume /)
    expect(await scenario.weights('zone-b')).toEqual(WITHOUT_A)
  })
})

test('a waiting sync ends by a signal with its code', async () => {
  await scenario.lab.fault('zone-a', { kind: 'refuse' })
  const waiting = scenario.start(['sync', '--center', 'zone-a', '--wait'])
  await waiting.says(/waiting for zone-a/)
  waiting.kill('SIGTERM')
  expect((await waiting.ended).code).toBe(143)
})
