import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realHelms } from '../adapters/helm/helms.ts'
import { openOciRegistry, type OciRegistry } from '../adapters/helm/oci-registry.ts'
import { ALL, CHART, openDeployWorld, type DeployWorld } from './deploy-world.ts'
import { ZONES } from './harness.ts'

/** Helm and server-side apply need a real API server. */
test.for(realHelms().length === 0 ? ['no binaries'] : [])('deploys from a registry (not run: %s)', (_, { skip }) => skip())

const USER = { name: 'puller', password: 'not-for-anybody-else' }

describe.each(realHelms())('a chart of a private registry by Helm $major', { timeout: 180_000 }, ({ program }) => {
  let world: DeployWorld
  let registry: OciRegistry
  /** Of 1.4.0, as `helm push` has told it. */
  let manifest = ''
  const packaged = (version: string): string => join(world.dir, `gateway-stack-${version}.tgz`)
  const push = async (version: string): Promise<string> => {
    const source = join(world.dir, `source-${version}`)
    cpSync(CHART, source, { recursive: true })
    const about = join(source, 'Chart.yaml')
    writeFileSync(about, readFileSync(about, 'utf8').replace(/^version: .*$/m, `version: ${version}`))
    // Where Helm looks for credentials when nothing says otherwise.
    const env = { PATH: process.env['PATH'] ?? '', HOME: join(world.dir, 'home') }
    await promisify(execFile)(program, ['package', source, '--destination', world.dir], { env })
    const to = `oci://${registry.host}/charts`
    const said = await promisify(execFile)(program, ['push', packaged(version), to, '--ca-file', join(world.dir, 'ca.pem')], { env })
    return /sha256:[0-9a-f]{64}/.exec(said.stdout + said.stderr)?.[0] ?? ''
  }
  beforeAll(async () => {
    world = await openDeployWorld(program)
    registry = await openOciRegistry(USER)
    writeFileSync(join(world.dir, 'ca.pem'), registry.ca)
    const credentials = join(world.dir, 'home', '.config', 'helm', 'registry')
    mkdirSync(credentials, { recursive: true })
    const auth = Buffer.from(`${USER.name}:${USER.password}`).toString('base64')
    writeFileSync(join(credentials, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }))
    manifest = await push('1.4.0')
    await push('1.5.0')
  }, 180_000)
  afterAll(async () => {
    await registry?.close()
    await world?.close()
  })

  const chart = (more: Readonly<Record<string, unknown>> = {}) => ({
    reference: `oci://${registry.host}/charts/gateway-stack`,
    version: '1.4.0',
    caFile: 'ca.pem',
    ...more,
  })
  const topology = (more?: Readonly<Record<string, unknown>>): string => world.topologyWith('registry.yaml', { chart: chart(more) })
  const charts = async (): Promise<readonly unknown[]> =>
    await Promise.all(ZONES.map(async (zone) => ((await world.newest(zone)) as { chart?: string } | undefined)?.chart))
  const revisions = async (): Promise<readonly number[]> => await Promise.all(ZONES.map(async (zone) => (await world.history(zone)).length))

  test('is shown with its digests, deployed in waves, and leaves no secret behind', async () => {
    world.give('61s')
    const plan = await world.tricenter(['deploy', '--dry-run'], { topology: topology({ digest: manifest }) })
    expect(plan, plan.stderr).toMatchObject({ code: 0 })
    expect(plan.stdout).toContain(`oci://${registry.host}/charts/gateway-stack@${manifest}\n`)
    const digest = /^sha256:([0-9a-f]{64})$/m.exec(plan.stdout)?.[1] ?? ''
    expect(plan.stdout).toMatch(new RegExp(`helm upgrade gateway \\S+/helm/charts/${digest}/gateway-stack-1\\.4\\.0\\.tgz `))
    const done = await world.tricenter(['deploy', ALL], { topology: topology({ digest: `sha256:${digest}` }) })
    expect(done, done.stderr).toMatchObject({ code: 0 })
    expect(await charts()).toEqual(ZONES.map(() => 'gateway-stack-1.4.0'))
    expect(await world.timeouts()).toEqual(ZONES.map(() => '61s'))
    const said = [world.journal(world.runs().at(-1) ?? ''), done.stdout, done.stderr, plan.stdout, JSON.stringify(world.calls())].join('\n')
    expect(said).toContain(digest)
    expect(said).not.toContain(USER.password)
    expect(said).not.toContain(Buffer.from(`${USER.name}:${USER.password}`).toString('base64'))
  })

  test('a tag that moves while a deploy goes on changes nothing; nor does it for resume', async () => {
    manifest = await push('1.4.0')
    world.give('62s')
    const running = world.starting(['deploy', ALL], { topology: topology() })
    await running.says(/wave 2: zone-a/)
    registry.retag('charts/gateway-stack', '1.5.0', '1.4.0')
    running.kill('SIGKILL')
    await running.ended
    const resumed = await world.settle('resume', world.runs().at(-1) ?? '')
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 })
    expect(await charts()).toEqual(ZONES.map(() => 'gateway-stack-1.4.0'))
    expect(await world.timeouts()).toEqual(ZONES.map(() => '62s'))
  })

  test('a tag that has moved is not what was pinned, nor what a run was confirmed with', async () => {
    const [before, was] = [await revisions(), await world.timeouts()]
    manifest = await push('1.4.0')
    registry.retag('charts/gateway-stack', '1.5.0', '1.4.0')
    const refused = await world.tricenter(['deploy', ALL], { topology: topology({ digest: manifest }) })
    expect(refused, refused.stderr).toMatchObject({ code: 3 })
    expect(refused.stderr).toMatch(/not the one that the topology pins/)
    expect(await revisions()).toEqual(before)

    manifest = await push('1.4.0')
    world.give('63s')
    const running = world.starting(['deploy', ALL], { topology: topology() })
    await running.says(/wave 2: zone-a/)
    running.kill('SIGKILL')
    await running.ended
    registry.retag('charts/gateway-stack', '1.5.0', '1.4.0')
    rmSync(join(world.dir, 'state', 'here', 'helm', 'charts'), { recursive: true })
    const resumed = await world.settle('resume', world.runs().at(-1) ?? '')
    expect([5, 6], resumed.stderr).toContain(resumed.code)
    expect(resumed.stderr.replaceAll(/\s+/g, ' ')).toMatch(/not the one that this run was confirmed with/)
    expect(await charts()).toEqual(ZONES.map(() => 'gateway-stack-1.4.0'))
    if (resumed.code === 6) expect(await world.settle('undo', world.runs().at(-1) ?? '')).toMatchObject({ code: 0 })
    expect(await world.timeouts()).toEqual(was)
    await push('1.4.0')
  })

  test.each([
    ['an unknown version', { version: '9.9.9' }, /gateway-stack:9\.9\.9: not found/],
    ['a server that nobody known has signed for', { caFile: undefined }, /certificate signed by unknown authority/],
    ['a registry that is down', { reference: 'oci://127.0.0.1:1/charts/gateway-stack' }, /connection refused/],
    ['a digest of something else', { digest: `sha256:${'0'.repeat(64)}` }, /not the one that the topology pins/],
  ])('%s is a refusal in one line, and nothing is changed', async (_, more, why) => {
    const before = await revisions()
    world.give('64s')
    const refused = await world.tricenter(['deploy', ALL], { topology: topology(more) })
    expect(refused, refused.stderr).toMatchObject({ code: 3 })
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toMatch(why)
    expect(refused.stderr.match(/could not be had|not the one that the topology pins/g)?.length).toBeLessThanOrEqual(2)
    expect(await revisions()).toEqual(before)
  })

  test('--chart takes a reference, too', async () => {
    world.give('65s')
    const args = ['--chart', `oci://${registry.host}/charts/gateway-stack`, '--chart-version', '1.5.0']
    const env = { SSL_CERT_FILE: join(world.dir, 'ca.pem') }
    const done = await world.tricenter(['deploy', ALL, ...args], { env })
    expect(done, done.stderr).toMatchObject({ code: 0 })
    expect(await charts()).toEqual(ZONES.map(() => 'gateway-stack-1.5.0'))
  })
})
