import { spawn } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
  beforeEach(() => it.reset())

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

  test('what would mend is refused, for it mends nothing', async () => {
    const refused = await it.run(['sync', '--watch', '--create'])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('mends nothing: --create')])
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
