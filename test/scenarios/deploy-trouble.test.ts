import { createServer, type Server } from 'node:http'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { realHelms } from '../adapters/helm/helms.ts'
import { ALL, CHART, openDeployWorld, type DeployWorld } from './deploy-world.ts'
import { STACK, ZONES } from './harness.ts'

/** Helm and server-side apply need a real API server. */
test.for(realHelms().length === 0 ? ['no binaries'] : [])('deploys in trouble on real API servers (not run: %s)', (_, { skip }) => skip())

const SEED = Number(process.env['DEPLOY_SEED'] ?? Date.now() % 100_000)
/** Another number each time, the same for one seed. */
function chances(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31
}

describe.each(realHelms())('trouble in a deploy by Helm $major', { timeout: 240_000 }, ({ program }) => {
  let world: DeployWorld
  beforeAll(async () => {
    world = await openDeployWorld(program)
  }, 180_000)
  afterAll(async () => await world?.close())
  afterEach(async () => await world.lab.heal())

  const same = (timeout: string): readonly string[] => ZONES.map(() => timeout)

  test('shows what is stuck side by side, and recovers it only when told to', async () => {
    world.give('61s', { neverReady: 'zone-a' })
    const files = ['--values', join(world.dir, 'values.yaml'), '--values', join(world.dir, 'zone-a.yaml')]
    const upgrading = world.startHelm('zone-a', 'upgrade', 'gateway', CHART, ...files, '--wait')
    await expect.poll(async () => (await world.newest('zone-a'))?.status, { timeout: 30_000, interval: 20 }).toBe('pending-upgrade')
    upgrading.kill('SIGKILL')
    world.give('62s')
    const refused = await world.deploy()
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toMatch(/zone-a\s+2 pending-upgrade.*needs: rollback to 1/)
    expect(refused.stderr).toMatch(/zone-b\s+1 deployed/)
    expect(refused.stderr).toContain('--recover')
    const shown = await world.tricenter(['deploy', '--dry-run'])
    expect(shown.stdout).toMatch(/zone-a 2, pending-upgrade: what it would have changed/)
    expect(shown.stdout).toMatch(/schedulerName {2}none → nobody/)
    expect((await world.newest('zone-a'))?.revision).toBe(2)
    const unasked = await world.tricenter(['deploy', '--recover'])
    expect(unasked.code).toBe(3)
    expect((await world.newest('zone-a'))?.revision).toBe(2)
    const recovered = await world.deploy('--recover')
    expect(recovered.code, recovered.stderr).toBe(0)
    expect(recovered.stderr).toMatch(/rollback to 1, then upgrade/)
    expect(await world.timeouts()).toEqual(same('62s'))
  })

  test('leaves what somebody else deployed since, and ends 6', async () => {
    world.give('63s')
    expect((await world.deploy()).code).toBe(0)
    const run = world.runs().at(-1) ?? ''
    await world.helm('zone-b', 'upgrade', 'gateway', CHART, '--reuse-values', '--set', 'routes.timeout=77s')
    const undone = await world.tricenter(['undo', run, ALL])
    expect(undone.code, undone.stderr).toBe(6)
    expect(undone.stderr).toMatch(/zone-b: revision \d+ is not of/)
    expect(await world.timeouts()).toEqual(['62s', '77s', '62s'])
    const again = await world.tricenter(['undo', run, ALL])
    expect(again.code, again.stderr).toBe(6)
  })

  test('another machine takes a deploy back by what Helm says, and will not finish it', async () => {
    world.give('64s')
    expect((await world.deploy()).code).toBe(0)
    const run = world.runs().at(-1) ?? ''
    const resumed = await world.tricenter(['resume', run], { machine: 'there' })
    expect(resumed.code, resumed.stderr).toBe(3)
    expect(resumed.stderr).toContain(`tricenter undo ${run}`)
    const undone = await world.tricenter(['undo', run, ALL], { machine: 'there' })
    expect(undone.code, undone.stderr).toBe(0)
    expect(await world.timeouts()).toEqual(['62s', '77s', '62s'])
  })

  test('a Deployment that never becomes ready fails its wave, and everything goes back', async () => {
    world.give('65s')
    expect((await world.deploy()).code).toBe(0)
    const topology = world.topologyWith('hasty.yaml', { timeout: '6s' })
    world.give('66s', { neverReady: 'zone-a' })
    const before = (await world.history('zone-b')).length
    const failed = await world.tricenter(['deploy', ALL], { topology })
    expect(failed.code, failed.stderr).toBe(5)
    expect(await world.timeouts()).toEqual(same('65s'))
    expect(await world.history('zone-b')).toHaveLength(before)
    for (const zone of ZONES) expect((await world.newest(zone))?.status).toBe('deployed')
  })

  test('a center lost in the middle of its wave: the others go back, and what is left is undone once it answers', async () => {
    const was = await world.timeouts()
    world.give('67s')
    const running = world.starting(['deploy', ALL])
    await running.says(/wave 2: zone-a/)
    await world.lab.fault('zone-a', { kind: 'lost' })
    const lost = await running.ended
    expect([5, 6], lost.stderr).toContain(lost.code)
    expect(lost.stderr).not.toMatch(STACK)
    for (const zone of ['zone-b', 'zone-c'] as const) expect((await world.rules(zone)).timeout, lost.stderr).toBe(was[ZONES.indexOf(zone)])
    await world.lab.heal()
    const before = (await world.history('zone-c')).length
    const undone = await world.settle('undo', world.runs().at(-1) ?? '')
    expect(undone.code, undone.stderr).toBe(0)
    expect(await world.timeouts()).toEqual(was)
    // What the run itself took back is not taken back again.
    expect(await world.history('zone-c')).toHaveLength(before)
  })

  test('two operators at once: no release is left stuck, and all centers say the same in the end', async () => {
    world.give('68s')
    const both = [world.starting(['deploy', ALL], { machine: 'here' }), world.starting(['deploy', ALL], { machine: 'there' })]
    const outcomes = await Promise.all(both.map(async ({ ended }) => await ended))
    for (const { code, stderr } of outcomes) {
      expect([0, 3, 5, 6], stderr).toContain(code)
      expect(stderr).not.toMatch(STACK)
    }
    for (const zone of ZONES) expect((await world.newest(zone))?.status).toBe('deployed')
    expect((await world.deploy()).code).toBe(0)
    expect(await world.timeouts()).toEqual(same('68s'))
  })

  test('drains each wave and returns it, and leaves no mark', async () => {
    const topology = world.topologyWith('drained.yaml', { drain: true })
    world.give('69s')
    const drained = await world.tricenter(['deploy', ALL], { topology })
    expect(drained.code, drained.stderr).toBe(0)
    for (const zone of ZONES) expect(await world.rules(zone)).toEqual({ timeout: '69s', weights: [50, 50], marked: false })
    world.give('70s', { fails: 'zone-a' })
    const failed = await world.tricenter(['deploy', ALL], { topology })
    expect(failed.code, failed.stderr).toBe(5)
    for (const zone of ZONES) expect(await world.rules(zone)).toEqual({ timeout: '69s', weights: [50, 50], marked: false })
  })

  test('deploys a chart of a repository', async () => {
    const shelf = join(world.dir, 'shelf')
    mkdirSync(shelf, { recursive: true })
    await world.helm('zone-a', 'package', CHART, '--destination', shelf)
    const server: Server = createServer((request, response) => {
      const file = join(shelf, (request.url ?? '/').slice(1))
      if (!existsSync(file)) return void response.writeHead(404).end()
      response.end(readFileSync(file))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      await world.helm('zone-a', 'repo', 'index', shelf, '--url', url)
      await world.helm('zone-a', 'repo', 'add', 'stack', url)
      world.give('71s')
      const done = await world.deploy('--chart', 'stack/gateway-stack', '--chart-version', '1.4.0')
      expect(done.code, done.stderr).toBe(0)
      expect(await world.timeouts()).toEqual(same('71s'))
      const missing = await world.deploy('--chart', 'stack/gateway-stack', '--chart-version', '9.9.9')
      expect(missing.code).toBe(3)
      expect(missing.stderr).toMatch(/9\.9\.9/)
      const topology = world.topologyWith('pinned.yaml', {
        chart: { reference: 'stack/gateway-stack', version: '1.4.0', digest: `sha256:${'0'.repeat(64)}` },
      })
      const other = await world.tricenter(['deploy', ALL], { topology })
      expect(other.code).toBe(3)
      expect(other.stderr).toMatch(/not the one that the topology pins/)
    } finally {
      server.close()
    }
  })

  test('a context that no kubeconfig declares is a refusal', async () => {
    const topology = world.topologyWith('unknown.yaml', {})
    world.replaceIn(topology, 'tricenter-lab-zone-b', 'nowhere')
    const refused = await world.tricenter(['deploy', ALL], { topology })
    expect(refused.code, refused.stderr).toBe(3)
    expect(refused.stderr).toMatch(/zone-b: the release could not be read: the kubeconfig\s+declares\s+no context nowhere/)
    expect(refused.stderr).not.toMatch(STACK)
  })

  test(`seed ${SEED}: killed at any moment, Helm and all, it is finished or taken back`, async () => {
    const chance = chances(SEED + (program.endsWith('3') ? 3 : 4))
    for (let round = 0; round < 4; round++) {
      const [was] = await world.timeouts()
      world.give(`${80 + round}s`)
      const running = world.starting(['deploy', ALL])
      const zone = ZONES[Math.floor(chance() * ZONES.length)] ?? 'zone-c'
      const early = running.ended.then(({ code, stderr }) => {
        throw new Error(`ended ${code} before a Helm of ${zone} was killed\n${stderr}`)
      })
      await Promise.race([world.killHelm(zone, chance() * 600), early])
      running.kill('SIGKILL')
      await running.ended
      await sleep(50)
      const finish = chance() < 0.5
      const run = world.runs().at(-1) ?? ''
      const ended = await world.settle(finish ? 'resume' : 'undo', run)
      expect(ended.code, `${zone} ${finish ? 'resume' : 'undo'}\n${ended.stderr}`).toBe(0)
      expect(await world.timeouts(), ended.stderr).toEqual(same(finish ? `${80 + round}s` : String(was)))
      for (const one of ZONES) expect((await world.newest(one))?.status).toBe('deployed')
    }
  })
})
