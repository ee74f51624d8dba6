import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openScenario, type Scenario, type Zone } from './harness.ts'

const MAPS = '/api/v1/namespaces/ai-system/configmaps'
const NAMES = Array.from({ length: 12 }, (_, i) => `shared-${String(i).padStart(2, '0')}`)

describe('sync --from on a lab', () => {
  let it: Scenario
  beforeAll(async () => {
    it = await openScenario({ load: 0 })
    const topology = parse(readFileSync(it.lab.topologyPath, 'utf8')) as Record<string, unknown>
    const compare = { kinds: [{ kind: 'ConfigMap', namespaces: ['ai-system'] }] }
    writeFileSync(join(it.dir, 'compare.yaml'), stringify({ ...topology, compare }))
  }, 60_000)
  afterAll(() => it.close())
  beforeEach(async () => {
    await it.reset()
    await Promise.all(
      (['zone-a', 'zone-b', 'zone-c'] as const).map(async (zone) => {
        for (const { metadata } of await maps(zone)) await it.client(zone).send('DELETE', `${MAPS}/${metadata.name}`)
        await Promise.all(NAMES.map(async (name) => await put(zone, name, 'value')))
      }),
    )
  })

  interface ConfigMap {
    readonly metadata: { readonly name: string; readonly uid: string }
    readonly data: Readonly<Record<string, string>>
  }
  const maps = async (zone: Zone): Promise<readonly ConfigMap[]> => {
    const { body } = await it.client(zone).send('GET', MAPS)
    return (body as { items: ConfigMap[] }).items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
  }
  const put = async (zone: Zone, name: string, value: string): Promise<void> => {
    await it
      .client(zone)
      .send('POST', MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ai-system' }, data: { key: value } })
  }
  const edit = async (zone: Zone, name: string, value: string): Promise<void> => {
    await it.client(zone).mergePatch(`${MAPS}/${name}`, { data: { key: value } })
  }
  const run = async (...args: readonly string[]) => await it.run(args, { env: { TRICENTER_TOPOLOGY: join(it.dir, 'compare.yaml') } })
  const contents = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        (['zone-a', 'zone-b', 'zone-c'] as const).map(async (zone) =>
          (await maps(zone)).map(({ metadata, data }) => [metadata.name, data]),
        ),
      ),
    )

  test('a dry run shows it and writes nothing; the run mends it; diff is empty then; undo puts it back', async () => {
    await edit('zone-b', 'shared-03', 'edited at night')
    const before = await contents()
    const dry = await run('sync', '--from', 'zone-a', '--dry-run')
    expect(dry.stdout).toContain('ConfigMap ai-system/shared-03')
    expect([dry.code, await contents()]).toEqual([0, before])
    const done = await run('sync', '--from', 'zone-a', '--yes')
    expect(done.code, done.stderr).toBe(0)
    const drift = await run('diff', '--stat')
    expect(drift.code, drift.stdout).toBe(0)
    const undone = await run('undo', it.runs()[0] ?? '', '--yes')
    expect(undone.code, undone.stderr).toBe(0)
    expect(await contents()).toBe(before)
  })

  test('what is missing is published, and what is too much removed only by its name', async () => {
    await put('zone-a', 'new', 'of zone-a')
    await put('zone-c', 'extra', 'of zone-c')
    const published = await run('sync', '--publish', '--center', 'zone-c', '--yes')
    expect(published.code, published.stderr).toBe(0)
    expect((await maps('zone-c')).map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['new', 'extra']))
    const yes = await run('sync', '--from', 'zone-a', '--center', 'zone-c', '--delete', '--yes')
    expect(yes.code).toBe(3)
    const confirmed = await run('sync', '--from', 'zone-a', '--center', 'zone-c', '--delete', '--confirm=ConfigMap/ai-system/extra')
    expect(confirmed.code, confirmed.stderr).toBe(0)
    expect((await maps('zone-c')).map(({ metadata }) => metadata.name)).not.toContain('extra')
  })

  test('a snapshot of the home centers is what the remote is compared with before both are left', async () => {
    const drill = async () => await run('drill', 'dual-center', '--center', 'zone-a,zone-b', '--dry-run')
    expect((await run('diff', '--save', join(it.dir, 'saved.json'), '--stat')).code).toBe(0)
    expect((await drill()).stdout).not.toContain('snapshot')
    await it.client('zone-c').send('DELETE', `${MAPS}/shared-04`)
    const behind = await drill()
    expect([behind.code, behind.stdout]).toEqual([3, expect.stringContaining('ConfigMap/ai-system/shared-04')])
    const published = await run('sync', '--publish', '--center', 'zone-c', '--yes')
    expect(published.code, published.stderr).toBe(0)
    expect((await drill()).stdout).not.toContain('shared-04')
  })

  test('the emergency plan publishes what the remote lacks and switches; undo takes both back', async () => {
    const ROUTE = 'ai-service-dual-active-route'
    const ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes'
    const prompts = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'prompts', namespace: 'ai-system' },
      data: { greeting: 'hello' },
    }
    for (const zone of ['zone-a', 'zone-b', 'zone-c'] as const) await it.client(zone).send('POST', MAPS, prompts)
    expect((await run('diff', '--save', join(it.dir, 'saved.json'), '--stat')).code).toBe(0)
    await it.client('zone-c').send('DELETE', `${MAPS}/prompts`)
    await it.client('zone-c').send('DELETE', `${ROUTES}/${ROUTE}`)
    const before = [await contents(), await it.weights('zone-c')]
    for (const center of ['zone-a', 'zone-b']) await it.lab.fault(center, { kind: 'lost' })
    const plan = ['runbook', 'run', 'dual-center-failure', '-p', 'centers=zone-a,zone-b']
    const dry = await run(...plan, '--dry-run')
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('ConfigMap ai-system/prompts')])
    const done = await run(...plan, '--yes', '--confirm=beijing')
    expect(done.code, done.stderr).toBe(0)
    expect((await maps('zone-c')).map(({ metadata }) => metadata.name)).toContain('prompts')
    expect(Object.keys(await it.routes('zone-c'))).toContain(ROUTE)
    const ended = it.runs().at(-1) ?? ''
    await it.lab.heal()
    const aligned = await run('sync', '--center', 'zone-a,zone-b', '--yes')
    expect(aligned.code, aligned.stderr).toBe(0)
    const undone = await run('undo', ended, '--yes', '--confirm=beijing')
    expect(undone.code, undone.stderr).toBe(0)
    expect([await contents(), await it.weights('zone-c')]).toEqual(before)
  })

  test('a truncated directory and an empty one empty nothing', async () => {
    const dir = join(it.dir, 'desired')
    mkdirSync(dir, { recursive: true })
    const manifest = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'ai-system' },
      data: { key: 'value' },
    })
    writeFileSync(
      join(dir, 'all.yaml'),
      NAMES.slice(0, 3)
        .map((name) => stringify(manifest(name)))
        .join('---\n'),
    )
    const before = await contents()
    const truncated = await run('sync', '--from', 'desired', '-f', dir, '--delete', '--yes')
    expect([truncated.code, truncated.stderr]).toEqual([3, expect.stringContaining('mass-delete')])
    writeFileSync(join(dir, 'all.yaml'), '')
    const empty = await run('sync', '--from', 'desired', '-f', dir, '--delete', '--yes')
    expect([empty.code, empty.stderr]).toEqual([3, expect.stringContaining('mass-delete')])
    expect(await contents()).toBe(before)
  })
})
