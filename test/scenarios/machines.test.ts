import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bare, NORMAL, openScenario, STACK, WITHOUT_A, WITHOUT_AB, ZONES, type Scenario } from './harness.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

const elsewhere = { machine: 'elsewhere' }
const routes = async (): Promise<readonly string[]> => await Promise.all(ZONES.map(async (zone) => bare(await scenario.routes(zone))))
const failover = async (): Promise<void> => {
  await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
  expect((await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])).code).toBe(0)
  await scenario.lab.heal()
}

describe('a machine that has no journal', () => {
  test('sees what is in force, and fails back to the byte', async () => {
    const before = await routes()
    await failover()
    const seen = await scenario.run(['status'], elsewhere)
    expect(seen.stdout).toContain(`Situation: without zone-a. In force: run ${scenario.runs()[0] ?? ''} (failover).`)
    const back = await scenario.run(['failback', '--center', 'zone-a', '--yes'], elsewhere)
    expect(back.code).toBe(0)
    expect(await routes()).toEqual(before)
  })

  test('undoes the run in force, and a second undo finds nothing', async () => {
    const before = await routes()
    await failover()
    const undone = await scenario.run(['undo', '--yes'], elsewhere)
    expect(undone.stderr).not.toMatch(STACK)
    expect(undone.code).toBe(0)
    expect(await routes()).toEqual(before)
    expect(await scenario.run(['undo', '--yes'], elsewhere)).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing to undo') })
  })

  test('finds nothing to resume in a switch that has ended', async () => {
    await failover()
    expect(await scenario.run(['resume'], elsewhere)).toMatchObject({ code: 0, stderr: 'Nothing to resume.\n' })
  })

  test('is kept out of a paced run until its marks run out, and takes it over by name', async () => {
    const before = await routes()
    const paced = scenario.start(['rebalance', '--set', 'zone-a=70,zone-b=30', '--yes'])
    await paced.says(/held +50 %/)
    paced.kill('SIGKILL')
    await paced.ended
    expect(await routes()).not.toEqual(before)
    const refused = await scenario.run(['undo', '--yes'], elsewhere)
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('--take-over') })
    const taken = await scenario.run(['undo', '--confirm=normal', '--take-over'], elsewhere)
    expect(taken.code).toBe(0)
    expect(await routes()).toEqual(before)
  })
})

describe('two at once', () => {
  test('on one run: the second is told who holds it', async () => {
    const paced = scenario.start(['rebalance', '--set', 'zone-a=70,zone-b=30', '--yes'])
    await paced.says(/applied +50 %/)
    const [run = ''] = scenario.runs()
    const second = await scenario.run(['resume', run])
    expect(second.code).toBe(3)
    expect(second.stderr).toMatch(new RegExp(`${run}.*`))
    expect(second.stderr).toContain(String(paced.pid))
    expect(second.stderr).not.toMatch(STACK)
    expect((await paced.ended).code).toBe(0)
  })

  test('machines that fail different centers in the dark: the union is in force, and only a failover goes on', async () => {
    // Each reaches one cluster alone: zone-c for the one, zone-a and zone-b for nobody, so that both take the same seq.
    await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
    const [one, two] = await Promise.all([
      scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a']),
      sleep(20).then(() => scenario.run(['failover', '--center', 'zone-b', '--confirm=zone-b'], elsewhere)),
    ])
    expect(one.stderr + two.stderr).not.toMatch(STACK)
    const weights = await Promise.all(ZONES.map((zone) => scenario.weights(zone)))
    for (const rules of weights) for (const rule of rules) expect(rule).not.toMatch(/ (0|-)\/(0|-)\/(0|-)$/)
    // Whatever came of the race, one failover brings every cluster to the union.
    const union = await scenario.run(['failover', '--region', 'beijing', '--confirm=beijing'])
    expect(union.code).toBe(0)
    expect(await Promise.all(ZONES.map((zone) => scenario.weights(zone)))).toEqual([WITHOUT_AB, WITHOUT_AB, WITHOUT_AB])
  })
})

describe('a later switch', () => {
  test('keeps an earlier one from being undone under it', async () => {
    await failover()
    const [first = ''] = scenario.runs()
    expect((await scenario.run(['failback', '--center', 'zone-a', '--yes'])).code).toBe(0)
    await scenario.lab.fault('zone-b', { kind: 'refuse', target: 'services' })
    expect((await scenario.run(['failover', '--center', 'zone-b', '--confirm=zone-b'])).code).toBe(0)
    const refused = await scenario.run(['undo', first, '--yes'])
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('not-latest') })
  })

  test('while one cluster is dark leaves that one behind, and the highest mark is the truth when it returns', async () => {
    await failover()
    await scenario.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
    const back = await scenario.run(['failback', '--center', 'zone-a', '--yes'])
    expect([0, 4]).toContain(back.code)
    expect(await scenario.weights('zone-a')).toEqual(NORMAL)
    expect(await scenario.weights('zone-c')).toEqual(WITHOUT_A)
    await scenario.lab.heal()
    const seen = await scenario.run(['status'], elsewhere)
    expect(seen.stdout).toContain('Situation: normal')
    expect(seen.stdout).toMatch(/sync --center zone-c/)
    expect((await scenario.run(['sync', '--center', 'zone-c', '--yes'], elsewhere)).code).toBe(0)
    expect(await Promise.all(ZONES.map((zone) => scenario.weights(zone)))).toEqual([NORMAL, NORMAL, NORMAL])
  })
})
