import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { draft7Errors } from '../documents/draft7.ts'
import { openScenario, ROUTES, type Scenario } from './harness.ts'
import { PROGRAM } from './program.ts'

describe('sync --watch on a lab', () => {
  let it: Scenario
  let name: string
  beforeAll(async () => {
    it = await openScenario({ load: 0 })
    name = Object.keys(await it.routes('zone-a'))[0] ?? ''
  }, 60_000)
  afterAll(() => it.close())
  beforeEach(async () => {
    await it.reset()
    // Labels are not what a reset looks at.
    await label(null)
  })

  const label = async (value: string | null): Promise<void> => {
    await it.client('zone-b').mergePatch(`${ROUTES}/${name}`, { metadata: { labels: { night: value } } })
  }

  test('a route that is changed by hand is told with its values, a cluster that is gone as unreachable, and Ctrl-C ends it', async () => {
    const watch = it.start(['sync', '--watch'])
    await watch.says(/ 0 drift/)
    expect(watch.stdout()).toMatch(/^zone-a {2}\d+ HTTPRoute$/m)
    await label('shift')
    await watch.says(new RegExp(`! drift began HTTPRoute ai-system/${name} · odd one out in zone-b .*zone-b shift`))
    await label(null)
    await watch.says(new RegExp(`= drift ended HTTPRoute ai-system/${name} · equal now`))
    await it.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
    await watch.says(/\? zone-c: HTTPRoute · unreachable/)
    await it.lab.heal()
    await watch.says(/\+ zone-c: HTTPRoute · read again/)
    expect(watch.stdout().match(/unreachable/g)).toHaveLength(1)
    const ended = performance.now()
    watch.kill('SIGINT')
    expect((await watch.ended).code).toBe(130)
    expect(performance.now() - ended).toBeLessThan(3_000)
    expect(it.heard.every(({ method, path }) => method === 'GET' || path.endsWith('reviews'))).toBe(true)
  })

  test('for a while: 1 where something drifts at the end, 0 where nothing does, 4 where a center cannot be read', async () => {
    const quiet = await it.run(['sync', '--watch', '--for', '1s', '-o', 'json'])
    expect(quiet.code, quiet.stderr).toBe(0)
    const records = quiet.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly kind: string; readonly type: string })
    expect(records.map(({ kind, type }) => [kind, type])).toEqual([
      ['DriftRecord', 'following'],
      ['DriftRecord', 'stopped'],
    ])
    await label('shift')
    expect((await it.run(['sync', '--watch', '--for', '1s'])).code).toBe(1)
    await label(null)
    await it.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
    expect((await it.run(['sync', '--watch', '--for', '1s'])).code).toBe(4)
  })

  test('each line of JSON keeps to the published schema, whatever it tells', async () => {
    const schema: unknown = JSON.parse((await it.run(['schema', 'drift'])).stdout)
    const watch = it.start(['sync', '--watch', '-o', 'json'])
    await watch.says(/"type":"following"/)
    await label('shift')
    await watch.says(/"type":"began"/)
    await label('day')
    await watch.says(/"type":"changed"/)
    await it.lab.fault('zone-c', { kind: 'refuse', target: 'api' })
    await watch.says(/"type":"unread"/)
    await it.lab.heal()
    await watch.says(/"type":"read"/)
    const found = await it.run(['sync', '--watch', '--for', '1s', '-o', 'ndjson'])
    await label(null)
    await watch.says(/"type":"ended".*\n/)
    watch.kill('SIGINT')
    const { stdout } = await watch.ended
    const records = (stdout + found.stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string })
    for (const record of records) expect(draft7Errors(schema, record), JSON.stringify(record)).toEqual([])
    const types = ['began', 'changed', 'ended', 'following', 'found', 'read', 'stopped', 'unread']
    expect([...new Set(records.map(({ type }) => type))].sort()).toEqual(types)
    for (const record of records) expect(draft7Errors(schema, { ...record, more: 1 })).not.toEqual([])
    expect(draft7Errors(schema, { ...records[0], type: 'elsewhere' })).not.toEqual([])
  })

  test('in Chinese too', async () => {
    await label('shift')
    const { stdout } = await it.run(['sync', '--watch', '--for', '1s', '--lang', 'zh'])
    expect(stdout).toMatch(new RegExp(`! 漂移 HTTPRoute ai-system/${name} · .*metadata\\.labels\\.night .*zone-b shift`))
    expect(stdout).toMatch(/个对象一致 · 0 个有意差异 · 1 个漂移 · 0 个未知\n$/)
    const refused = await it.run(['sync', '--watch', '--create', '--lang', 'zh'])
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^tricenter: sync --watch 不做任何修复：--create 在此无意义；.*\n$/),
    ])
  })

  test('a center and those that are named are followed alone, and manifests stand beside the centers', async () => {
    const followed = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await it.run(['sync', '--watch', '--for', '1s', '-o', 'json', ...args])
      expect(stderr).toBe('')
      const records = stdout
        .trim()
        .split('\n')
        .map(
          (line) =>
            JSON.parse(line) as {
              readonly type: string
              readonly columns?: readonly { readonly name: string }[]
              readonly object?: unknown
            },
        )
      return { code, columns: records[0]?.columns?.map((column) => column.name), found: records.flatMap(({ object }) => object ?? []) }
    }
    await label('shift')
    expect(await followed('--from', 'zone-a', '--center', 'zone-c')).toEqual({ code: 0, columns: ['zone-a', 'zone-c'], found: [] })
    expect(await followed('--from', 'zone-a', '--center', 'zone-b')).toMatchObject({ code: 1, columns: ['zone-a', 'zone-b'] })

    const file = join(it.dir, 'desired.json')
    const { apiVersion, kind, metadata, spec } = (await it.routes('zone-b'))[name] ?? {}
    const labels = { night: 'shift' }
    writeFileSync(file, JSON.stringify({ apiVersion, kind, metadata: { name, namespace: metadata?.namespace, labels }, spec }))
    const columns = ['desired', 'zone-a', 'zone-b', 'zone-c']
    for (const args of [
      ['-f', file],
      ['--from', 'desired', '--filename', file, '--only', 'HTTPRoute'],
    ]) {
      const beside = await followed(...args)
      expect(beside).toMatchObject({ code: 1, columns })
      expect(beside.found).toContainEqual(
        expect.objectContaining({ name, presence: Object.fromEntries(columns.map((one) => [one, 'present'])) }),
      )
    }
  })

  test('a center that leaves what a manifest says is told, and when it is back', async () => {
    const file = join(it.dir, 'same.json')
    const route = (await it.routes('zone-b'))[name]
    writeFileSync(file, JSON.stringify(route))
    const watch = it.start(['sync', '--watch', '-f', file, '--only', `HTTPRoute/${route?.metadata.namespace}/${name}`])
    await watch.says(/ 0 drift/)
    await label('shift')
    await watch.says(new RegExp(`! drift began HTTPRoute ai-system/${name} · .*zone-b shift`))
    await label(null)
    await watch.says(/= drift ended /)
    watch.kill('SIGINT')
    expect((await watch.ended).code).toBe(130)
  })

  test('a pipe that is closed ends it without a word', async () => {
    const env = {
      ...process.env,
      KUBECONFIG: it.lab.kubeconfigPath,
      TRICENTER_TOPOLOGY: it.lab.topologyPath,
      TRICENTER_STATE_DIR: it.stateDir(),
    }
    const child = spawn(process.execPath, [PROGRAM, 'sync', '--watch'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.stdout.destroy()
    const ended = new Promise((resolve) => child.once('close', resolve))
    await label('shift')
    expect([await ended, said]).toEqual([1, ''])
  })
})
