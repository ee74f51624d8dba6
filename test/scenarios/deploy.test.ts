import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realHelms } from '../adapters/helm/helms.ts'
import { ALL, openDeployWorld, type DeployWorld } from './deploy-world.ts'
import { ROUTES, ZONES, type LabObject } from './harness.ts'

/** Helm and server-side apply need a real API server. */
test.for(realHelms().length === 0 ? ['no binaries'] : [])('deploys on real API servers (not run: %s)', (_, { skip }) => skip())

/** The calls of Helm in a plan, as a person would paste them. */
function linesOf(plan: string): readonly string[] {
  return plan.split('\n').filter((line) => /^\S*helm (upgrade|rollback) /.test(line))
}

/** The words that a shell makes of a line, without the program. */
function wordsOf(line: string): readonly string[] {
  const script = `set -- ${line}\nfor word in "$@"; do printf '%s\\0' "$word"; done`
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(1, -1)
}

/** What the last run did is what it had shown, and what `--dry-run` had shown before but for the run's name. Answers the calls. */
function expectShown(world: DeployWorld, dryRun?: readonly string[]): readonly (readonly string[])[] {
  const run = world.runs().at(-1) ?? ''
  const calls = world.calls().map((words) => words.toSpliced(words.indexOf('--kubeconfig'), 2))
  const planned = world
    .journal(run)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { deploy?: { releases: readonly { command: string }[] } })
    .flatMap(({ deploy }) => deploy?.releases ?? [])
  expect(calls).toEqual(planned.filter(({ command }) => command !== '').map(({ command }) => wordsOf(command)))
  const nameless = (all: readonly (readonly string[])[]): unknown =>
    all.map((words) => words.map((word) => word.replace(/^tricenter run \S+/, '…')))
  if (dryRun !== undefined) expect(nameless(dryRun.map(wordsOf))).toEqual(nameless(calls))
  return calls
}

describe.each(realHelms())('deploy by Helm $major', ({ program, major }) => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await openDeployWorld(program)
  }, 180_000)
  afterAll(async () => await world?.close())

  test('upgrades wave after wave, and finds nothing to do the second time', { timeout: 120_000 }, async () => {
    world.give('61s')
    const plan = await world.tricenter(['deploy', '--dry-run'])
    expect(world.calls()).toEqual([])
    expect(await world.deploy()).toMatchObject({ code: 0 })
    expectShown(world, linesOf(plan.stdout))
    for (const zone of ZONES)
      expect((await world.history(zone)).at(-1)).toMatchObject({
        revision: 2,
        status: 'deployed',
        description: expect.stringMatching(/^tricenter run /) as string,
      })
    expect(await world.deploy()).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await world.history(zone)).toHaveLength(2)
  })

  test('a dry run shows the change against the live objects, and what was changed by hand since', { timeout: 60_000 }, async () => {
    world.give('61s', { more: { extra: 'nobody reads it' } })
    expect((await world.tricenter(['deploy', '--dry-run'])).stdout).not.toMatch(/by hand|left it/)
    const path = '/apis/apps/v1/namespaces/higress-system/deployments/higress-gateway'
    await world.patch('zone-b', path, { spec: { minReadySeconds: 1, revisionHistoryLimit: 4 } })
    await world.patch('zone-b', path, { metadata: { labels: { app: 'other' } } })
    world.give('62s')
    const { stdout } = await world.tricenter(['deploy', '--dry-run'])
    expect(stdout).toMatch(/backendRequest {2}61s → 62s\n/)
    expect(stdout).toMatch(/higress-gateway \(zone-b\)\n +\/metadata\/labels\/app {2}other → higress-gateway {2}\(by hand since\)\n/)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /zone-b: not as revision 2 left it, changed by hand since: Deployment.apps higress-system\/higress-gateway/,
    )
    expect(stdout).not.toMatch(/minReadySeconds|revisionHistoryLimit/)
    await world.patch('zone-b', path, { metadata: { labels: { app: 'higress-gateway' } } })
  })

  test('mends what was changed by hand, or says that Helm leaves it', { timeout: 180_000 }, async () => {
    const path = '/apis/apps/v1/namespaces/higress-system/deployments/higress-gateway'
    await world.patch('zone-b', path, { metadata: { labels: { app: 'other' } } })
    world.give('61s')
    const plan = await world.tricenter(['deploy', '--dry-run'])
    expect(plan.stdout.replaceAll(/\s+/g, ' ')).toMatch(/zone-b: the render changes nothing, and live objects are not as it has them/)
    expect(plan.stdout).toMatch(/\/metadata\/labels\/app {2}other → higress-gateway {2}\(by hand since\)\n/)
    world.calls()
    const mended = await world.deploy()
    expect(mended, mended.stderr).toMatchObject({ code: 0 })
    expect(await world.get('zone-b', path)).toMatchObject({ metadata: { labels: { app: 'higress-gateway' } } })
    expect(await Promise.all(ZONES.map(async (zone) => (await world.history(zone)).length))).toEqual([2, 3, 2])
    expectShown(world, linesOf(plan.stdout))

    const route = `${ROUTES}/ai-service-dual-active`
    const { spec } = (await world.get('zone-b', route)) as LabObject
    const rules = (spec.rules ?? []).map((rule) => ({ ...rule, timeouts: { backendRequest: '99s' } }))
    await world.patch('zone-b', route, { spec: { rules } })
    const second = await world.deploy()
    if (major === 4) {
      expect(second, second.stderr).toMatchObject({ code: 0 })
      expect(world.calls().map((words) => words.includes('--force-conflicts'))).toEqual([true])
    } else {
      expect(second, second.stderr).toMatchObject({ code: 1 })
      expect(world.calls()).toEqual([])
      expect(second.stderr.replaceAll(/\s+/g, ' ')).toMatch(
        /in zone-b these are not as the chart has them: HTTPRoute.*ai-service-dual-active/,
      )
      expect(second.stderr).toContain('tricenter sync --from zone-a --center zone-b')
      const shown = (await world.tricenter(['deploy', '--dry-run'])).stdout.replaceAll(/\s+/g, ' ')
      expect(shown).toMatch(/zone-b: not as the chart has it, and stays so: HTTPRoute/)
      const synced = await world.tricenter(['sync', '--from', 'zone-a', '--center', 'zone-b', '--yes'])
      expect(synced, synced.stderr).toMatchObject({ code: 0 })
    }
    for (const zone of ZONES) expect((await world.rules(zone)).timeout).toBe('61s')
    expect(await world.deploy()).toMatchObject({ code: 0 })
    expect(world.calls()).toEqual([])
  })

  test('takes back what it did in reverse order when a wave fails, and leaves the others untouched', { timeout: 120_000 }, async () => {
    const untouched = (await world.history('zone-b')).length
    world.give('62s', { fails: 'zone-a' })
    expect(await world.deploy()).toMatchObject({ code: 5 })
    expect(await world.history('zone-b')).toHaveLength(untouched)
    for (const zone of ['zone-a', 'zone-c'] as const) {
      expect((await world.history(zone)).at(-1)).toMatchObject({ revision: 4, status: 'deployed' })
      expect((await world.rules(zone)).timeout).toBe('61s')
    }
  })

  test('keeps the live weights through an upgrade and through a rollback while a switch is in force', { timeout: 180_000 }, async () => {
    expect(await world.tricenter(['failover', '--center', 'zone-a', '--confirm=zone-a'])).toMatchObject({ code: 0 })
    world.give('63s')
    world.calls()
    expect(await world.deploy()).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await world.rules(zone)).toMatchObject({ timeout: '63s', weights: [0, 100] })
    const calls = expectShown(world)
    expect(calls.every((words) => words.includes('--post-renderer') && words.includes('tricenter-overlay'))).toBe(true)
    world.give('64s', { fails: 'zone-a' })
    expect(await world.deploy()).toMatchObject({ code: 5 })
    for (const zone of ZONES) expect(await world.rules(zone)).toMatchObject({ timeout: '63s', weights: [0, 100] })
    expect(await world.tricenter(['failback', '--center', 'zone-a', '--yes'])).toMatchObject({ code: 0 })
    // The revision that a rollback goes to was deployed with the weights of the switch: they must not come back.
    const target = String((await world.history('zone-c')).at(-1)?.revision)
    const stored = await world.helm('zone-c', 'get', 'manifest', 'gateway', '--revision', target)
    expect(await world.deploy()).toMatchObject({ code: 5 })
    for (const zone of ZONES) expect(await world.rules(zone)).toMatchObject({ timeout: '63s', weights: [50, 50] })
    expect(await world.helm('zone-c', 'get', 'manifest', 'gateway', '--revision', target)).toBe(stored)
  })

  test('goes on where it was killed, and takes the whole run back', { timeout: 180_000 }, async () => {
    world.give('65s')
    const before = (await world.history('zone-a')).length
    const running = world.starting(['deploy', ALL])
    await expect.poll(async () => (await world.history('zone-a')).length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before)
    running.kill('SIGKILL')
    await running.ended
    const resumed = await world.tricenter(['resume', ALL])
    expect(resumed).toMatchObject({ code: 0 })
    const run = /^tricenter run (\S+)/.exec((await world.history('zone-b')).at(-1)?.description ?? '')?.[1] ?? ''
    for (const zone of ZONES) {
      expect((await world.history(zone)).filter(({ description }) => description === `tricenter run ${run}`)).toHaveLength(1)
      expect((await world.rules(zone)).timeout).toBe('65s')
    }
    expect(await world.tricenter(['undo', run, ALL])).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await world.rules(zone)).toMatchObject({ timeout: '63s', weights: [50, 50] })
  })
})
