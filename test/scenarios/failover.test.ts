import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bare, NORMAL, openScenario, places, STACK, WITHOUT_A, WITHOUT_AB, ZONES, type Scenario } from './harness.ts'
import { writes } from './records.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

const weightsOfAll = async (): Promise<readonly (readonly string[])[]> => await Promise.all(ZONES.map((zone) => scenario.weights(zone)))

describe('zone-a is lost whole', () => {
  test('the ten reachable places move, its own cluster is deferred, sync mends it, and failback puts back what was there', async () => {
    const [routesB, routesC] = [bare(await scenario.routes('zone-b')), bare(await scenario.routes('zone-c'))]
    const before = await weightsOfAll()
    await scenario.lab.fault('zone-a', { kind: 'blackhole' })

    const over = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    expect(over).toMatchObject({ code: 0, stdout: '' })
    expect(over.stderr).toMatch(/^Switched\. Through zone-b/m)
    expect(over.stderr).toContain("Deferred: zone-a's cluster, about 5 rules.")
    expect(over.stderr).toMatch(/tricenter sync --center zone-a --wait/)
    expect(over.stderr).not.toMatch(STACK)
    const after = await weightsOfAll()
    expect(after).toEqual([NORMAL, WITHOUT_A, WITHOUT_A])
    expect(places(before, after)).toBe(10)
    const [run = ''] = scenario.runs()
    for (const name of ['report.md', 'report.html']) expect(existsSync(join(scenario.stateDir(), 'runs', run, name))).toBe(true)
    expect(readFileSync(join(scenario.stateDir(), 'runs', run, 'report.html'), 'utf8').includes(`lab, ${scenario.lab.engine} API`)).toBe(
      true,
    )

    // Nobody waited for zone-a: every write was acknowledged before the deadline of one read of it.
    const written = writes(scenario.journal(run))
    expect(written.map(({ center, outcome }) => `${center} ${outcome}`).toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'zone-b applied'),
      ...Array.from({ length: 4 }, () => 'zone-c applied'),
    ])
    expect(Math.max(...written.map(({ ms }) => ms))).toBeLessThan(2000)

    const again = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])
    expect(again).toMatchObject({ code: 0, stdout: '' })
    expect(again.stderr).toMatch(/Nothing to do/)
    expect(await weightsOfAll()).toEqual(after)

    const early = await scenario.run(['failback', '--center', 'zone-a', '--yes'])
    expect(early.code).toBe(3)
    expect(early.stderr).toMatch(
      /Will not switch back: deferred-open|Will not switch back: survivor-not-serving|Will not switch back: quarantine/,
    )
    expect(await weightsOfAll()).toEqual(after)

    const waiting = scenario.start(['sync', '--center', 'zone-a', '--wait', '--yes'])
    await waiting.says(/waiting for zone-a/)
    await scenario.lab.heal('zone-a')
    const synced = await waiting.ended
    expect(synced).toMatchObject({ code: 0 })
    expect(await weightsOfAll()).toEqual([WITHOUT_A, WITHOUT_A, WITHOUT_A])

    const back = await scenario.run(['failback', '--center', 'zone-a', '--yes'])
    expect(back.stderr).not.toMatch(STACK)
    expect(back.code).toBe(0)
    expect(await weightsOfAll()).toEqual([NORMAL, NORMAL, NORMAL])
    expect(bare(await scenario.routes('zone-b'))).toBe(routesB)
    expect(bare(await scenario.routes('zone-c'))).toBe(routesC)
    expect(bare(await scenario.routes('zone-a'))).toBe(routesB)
  })
})

test('zone-a whose services alone are lost is left in all three clusters: fifteen places', async () => {
  const before = await weightsOfAll()
  await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
  const over = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a', '--since', '1s'])
  expect(over.stderr).toMatch(/^Switched\./m)
  expect(over.stderr).not.toContain('Deferred')
  expect(over.code).toBe(0)
  const after = await weightsOfAll()
  expect(after).toEqual([WITHOUT_A, WITHOUT_A, WITHOUT_A])
  expect(places(before, after)).toBe(15)
})

test('a region is left for the remote one, and comes back to the byte', async () => {
  const before = await Promise.all(ZONES.map(async (zone) => bare(await scenario.routes(zone))))
  for (const zone of ['zone-a', 'zone-b']) await scenario.lab.fault(zone, { kind: 'refuse', target: 'services' })
  expect(await scenario.run(['failover', '--region', 'beijing', '--confirm=zone-a,zone-b'])).toMatchObject({ code: 3 })
  const over = await scenario.run(['failover', '--region', 'beijing', '--confirm=beijing'])
  expect(over.stderr).toMatch(/^Switched\./m)
  expect(over.code).toBe(0)
  expect(await weightsOfAll()).toEqual([WITHOUT_AB, WITHOUT_AB, WITHOUT_AB])
  await scenario.lab.heal()
  const back = await scenario.run(['failback', '--region', 'beijing', '--yes'])
  expect(back.code).toBe(0)
  expect(await Promise.all(ZONES.map(async (zone) => bare(await scenario.routes(zone))))).toEqual(before)
})

test('zone-b that fails while zone-a is out asks for the name of both, and says so', async () => {
  await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
  expect((await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])).code).toBe(0)
  await scenario.lab.fault('zone-b', { kind: 'refuse', target: 'services' })
  const wrong = await scenario.run(['failover', '--center', 'zone-b', '--confirm=zone-b'])
  expect(wrong).toMatchObject({ code: 3 })
  expect(wrong.stderr).toMatch(/zone-b was typed, beijing was asked for/)
  expect(await weightsOfAll()).toEqual([WITHOUT_A, WITHOUT_A, WITHOUT_A])
  expect((await scenario.run(['failover', '--center', 'zone-b', '--confirm=beijing'])).code).toBe(0)
  expect(await weightsOfAll()).toEqual([WITHOUT_AB, WITHOUT_AB, WITHOUT_AB])
})

test('survivors that do not serve refuse the switch, name the wider one, and lose nothing', async () => {
  await scenario.lab.fault('zone-a', { kind: 'lost' })
  await scenario.lab.fault('zone-b', { kind: 'lost' })
  const refused = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toMatch(/Will not switch: .*zone-b/)
  expect(refused.stderr).toContain('Nothing was changed')
  expect(refused.stderr).toContain('Next: tricenter failover --center zone-a,zone-b')
  expect(refused.stderr).not.toMatch(STACK)
  expect(await weightsOfAll()).toEqual([NORMAL, NORMAL, NORMAL])
})
