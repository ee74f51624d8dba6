import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { binariesEngine } from '../../src/lab/engines/binaries.ts'
import { openKubeClient } from '../../src/lab/kube-client.ts'
import { startLab, type Lab } from '../../src/lab/lab.ts'
import { realHelms } from '../adapters/helm/helms.ts'
import { run, start, type Outcome } from './program.ts'
import { QUICK, ROUTES, ZONES, type LabObject, type Zone } from './harness.ts'

const CHART = resolve('test/charts/gateway-stack')
const ALL = '--confirm=zone-a,zone-b,zone-c'
const binaries = process.env['TRICENTER_LAB_BINARIES']

interface Entry {
  readonly revision: number
  readonly status: string
  readonly description: string
}

/** Helm and server-side apply need a real API server. */
const missing = binaries === undefined || realHelms().length === 0
test.runIf(missing)('deploys on real API servers (not run: no binaries)', ({ skip }) => skip())

describe.skipIf(missing).each(realHelms())('deploy by Helm $major', ({ program }) => {
  let dir = ''
  let lab: Lab
  let env: Record<string, string>

  const contextOf = (zone: Zone): string => `tricenter-lab-${zone}`
  // Never synchronous: the ports of the lab are in this process.
  const helm = async (zone: Zone, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(program, [...args, '--kube-context', contextOf(zone), '--namespace', 'higress-system'], { env })).stdout
  const history = async (zone: Zone): Promise<readonly Entry[]> =>
    JSON.parse(await helm(zone, 'history', 'gateway', '-o', 'json')) as Entry[]
  const tricenter = async (...args: string[]): Promise<Outcome> =>
    await run(['--topology', join(dir, 'topology.yaml'), ...args], { cwd: dir, env })
  const deploy = async (...args: string[]): Promise<Outcome> => await tricenter('deploy', '--helm', program, ALL, ...args)

  /** `timeout` tells one version of the chart's rules from another; `fails`: where the upgrade must fail. */
  const given = (timeout: string, fails?: Zone): void => {
    const values = {
      routes: { enabled: true, timeout },
      global: { enableGatewayAPI: true },
      core: { gateway: { service: { type: 'ClusterIP' } } },
    }
    writeFileSync(join(dir, 'values.yaml'), JSON.stringify(values))
    for (const zone of ZONES) writeFileSync(join(dir, `${zone}.yaml`), JSON.stringify({ hook: { fails: zone === fails } }))
  }
  const rules = async (zone: Zone): Promise<{ readonly timeout: unknown; readonly weights: readonly (number | undefined)[] }> => {
    const cluster = lab.clusters.find(({ name }) => name === zone)
    if (cluster === undefined) throw new Error(`no cluster ${zone}`)
    const { body } = await openKubeClient(cluster).send('GET', `${ROUTES}/ai-service-dual-active`)
    const [rule] = (body as LabObject).spec.rules ?? []
    return {
      timeout: (rule as { timeouts?: { backendRequest?: string } } | undefined)?.timeouts?.backendRequest,
      weights: (rule?.backendRefs ?? []).map(({ weight }) => weight),
    }
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tricenter-deploy-'))
    lab = await startLab({
      dir: join(dir, 'lab'),
      load: 10,
      startDelay: [10, 30],
      policy: QUICK,
      engine: binariesEngine({ binaries: binaries ?? '' }),
      installed: false, // the chart brings a gateway
    })
    env = {
      PATH: process.env['PATH'] ?? '',
      HOME: join(dir, 'home'),
      KUBECONFIG: lab.kubeconfigPath,
      TRICENTER_STATE_DIR: join(dir, 'state'),
    }
    const section = {
      chart: { path: CHART },
      namespace: 'higress-system',
      values: ['values.yaml'],
      releases: { pattern: { name: 'gateway', values: ['{center}.yaml'] } },
      hold: '1s',
      timeout: '60s',
    }
    writeFileSync(join(dir, 'topology.yaml'), readFileSync(lab.topologyPath))
    appendFileSync(join(dir, 'topology.yaml'), `deploy: ${JSON.stringify(section)}\n`)
    given('60s')
    // The chart brings the routes itself, as a site's would.
    await Promise.all(
      lab.clusters.map(async (cluster) => {
        const client = openKubeClient(cluster)
        const { body } = await client.send('GET', ROUTES)
        for (const { metadata } of (body as { items: LabObject[] }).items) await client.send('DELETE', `${ROUTES}/${metadata.name}`)
      }),
    )
    for (const zone of ZONES) await helm(zone, 'upgrade', 'gateway', CHART, '--install', '--values', join(dir, 'values.yaml'))
  }, 180_000)

  afterAll(async () => {
    await lab?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('upgrades wave after wave, and finds nothing to do the second time', { timeout: 120_000 }, async () => {
    given('61s')
    expect(await deploy()).toMatchObject({ code: 0 })
    for (const zone of ZONES)
      expect((await history(zone)).at(-1)).toMatchObject({
        revision: 2,
        status: 'deployed',
        description: expect.stringMatching(/^tricenter run /) as string,
      })
    expect(await deploy()).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await history(zone)).toHaveLength(2)
  })

  test('takes back what it did in reverse order when a wave fails, and leaves the others untouched', { timeout: 120_000 }, async () => {
    given('62s', 'zone-a')
    expect(await deploy()).toMatchObject({ code: 5 })
    expect(await history('zone-b')).toHaveLength(2)
    for (const zone of ['zone-a', 'zone-c'] as const) {
      expect((await history(zone)).at(-1)).toMatchObject({ revision: 4, status: 'deployed' })
      expect((await rules(zone)).timeout).toBe('61s')
    }
  })

  test('keeps the live weights through an upgrade and through a rollback while a switch is in force', { timeout: 180_000 }, async () => {
    expect(await tricenter('failover', '--center', 'zone-a', '--confirm=zone-a')).toMatchObject({ code: 0 })
    given('63s')
    expect(await deploy()).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await rules(zone)).toEqual({ timeout: '63s', weights: [0, 100] })
    given('64s', 'zone-a')
    expect(await deploy()).toMatchObject({ code: 5 })
    for (const zone of ZONES) expect(await rules(zone)).toEqual({ timeout: '63s', weights: [0, 100] })
    expect(await tricenter('failback', '--center', 'zone-a', '--yes')).toMatchObject({ code: 0 })
    // The revision that a rollback goes to was deployed with the weights of the switch: they must not come back.
    const target = String((await history('zone-c')).at(-1)?.revision)
    const stored = await helm('zone-c', 'get', 'manifest', 'gateway', '--revision', target)
    expect(await deploy()).toMatchObject({ code: 5 })
    for (const zone of ZONES) expect(await rules(zone)).toEqual({ timeout: '63s', weights: [50, 50] })
    expect(await helm('zone-c', 'get', 'manifest', 'gateway', '--revision', target)).toBe(stored)
  })

  test('goes on where it was killed, and takes the whole run back', { timeout: 180_000 }, async () => {
    given('65s')
    const before = (await history('zone-a')).length
    const running = start(['--topology', join(dir, 'topology.yaml'), 'deploy', '--helm', program, ALL], { cwd: dir, env })
    await expect.poll(async () => (await history('zone-a')).length, { timeout: 60_000, interval: 50 }).toBeGreaterThan(before)
    running.kill('SIGKILL')
    await running.ended
    const resumed = await tricenter('resume', ALL)
    expect(resumed).toMatchObject({ code: 0 })
    const run = /^tricenter run (\S+)/.exec((await history('zone-b')).at(-1)?.description ?? '')?.[1] ?? ''
    for (const zone of ZONES) {
      expect((await history(zone)).filter(({ description }) => description === `tricenter run ${run}`)).toHaveLength(1)
      expect((await rules(zone)).timeout).toBe('65s')
    }
    expect(await tricenter('undo', run, ALL)).toMatchObject({ code: 0 })
    for (const zone of ZONES) expect(await rules(zone)).toEqual({ timeout: '63s', weights: [50, 50] })
  })
})
