import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realHelms } from '../adapters/helm/helms.ts'
import { ALL, openDeployWorld, type DeployWorld } from './deploy-world.ts'
import { ZONES } from './harness.ts'

/** Helm and server-side apply need a real API server. */
test.for(realHelms().length === 0 ? ['no binaries'] : [])('a journey on real API servers (not run: %s)', (_, { skip }) => skip())

describe.each(realHelms())('three centers with Helm $major', ({ program }) => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await openDeployWorld(program)
  }, 180_000)
  afterAll(async () => await world?.close())

  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await world.tricenter(args)
    expect(code, `tricenter ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
  const weights = async (): Promise<readonly unknown[]> => await Promise.all(ZONES.map(async (zone) => (await world.rules(zone)).weights))
  const all = (...one: readonly number[]): readonly unknown[] => ZONES.map(() => one)

  test('deploy, status, drill, failover, failback, and an upgrade while a switch is in force', { timeout: 240_000 }, async () => {
    world.give('61s')
    await done('deploy', ALL)
    expect(await done('status')).toMatch(/normal/)
    await done('drill', 'single-center', '--center', 'zone-a', '--confirm=zone-a')
    expect(await weights()).toEqual(all(50, 50))
    await done('failover', '--center', 'zone-a', '--confirm=zone-a')
    expect(await weights()).toEqual(all(0, 100))
    await done('failback', '--center', 'zone-a', '--yes')
    expect(await weights()).toEqual(all(50, 50))
    await done('failover', '--center', 'zone-b', '--confirm=zone-b')
    world.give('62s')
    const plan = await done('deploy', '--dry-run')
    expect(plan).toMatch(/upgrade, live weights kept/)
    await done('deploy', ALL)
    for (const zone of ZONES) expect(await world.rules(zone)).toMatchObject({ timeout: '62s', weights: [100, 0], marked: true })
    expect(await done('status')).toMatch(/without zone-b/)
    await done('failback', '--center', 'zone-b', '--yes')
    for (const zone of ZONES) expect(await world.rules(zone)).toEqual({ timeout: '62s', weights: [50, 50], marked: false })
    // A release that a switch has passed through is upgraded like any other.
    world.give('63s')
    await done('deploy', ALL)
    for (const zone of ZONES) expect(await world.rules(zone)).toEqual({ timeout: '63s', weights: [50, 50], marked: false })
  })
})
