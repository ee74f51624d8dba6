import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openMetrics } from '../../../src/adapters/prometheus/metrics.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { MetricsEndpoint } from '../../../src/domain/estate.ts'
import type { Metrics } from '../../../src/ports/metrics.ts'
import { answeringServer, http, type Asked, type Said } from './answering-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tricenter-metrics-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const soon = (ms = 2_000) => ({ at: systemClock.monotonic() + ms })
const success = (data: unknown, more: object = {}) => ({ json: { status: 'success', data, ...more } })
const vector = (...result: readonly unknown[]) => success({ resultType: 'vector', result })

async function asking<T>(
  answer: (asked: Asked) => Said,
  ask: (metrics: Metrics, seen: readonly Asked[]) => Promise<T>,
  endpoint: Partial<MetricsEndpoint> = {},
): Promise<T> {
  const server = await answeringServer(answer)
  const metrics = openMetrics({ centers: { 'zone-a': { url: server.url, labels: {}, ...endpoint } } }, systemClock)
  try {
    return await ask(metrics, server.asked)
  } finally {
    await metrics.close()
    await server.close()
  }
}

test('reads a vector with its labels and times, and NaN and infinities as they are', async () => {
  const series = (name: string, value: string) => ({ metric: { name }, value: [1_731_500_000.123, value] })
  const seen = await asking(
    () => vector(series('a', '512.25'), series('b', 'NaN'), series('c', '+Inf'), series('d', '-Inf'), series('e', '1e-3')),
    (metrics) => metrics.query('zone-a', 'up', soon()),
  )
  expect(seen).toMatchObject({ state: 'answered' })
  const values = seen.state === 'answered' ? seen.value : []
  expect(values[0]).toEqual({ labels: { name: 'a' }, value: 512.25, at: 1_731_500_000_123 })
  expect(values.slice(1).map(({ value }) => value)).toEqual([NaN, Infinity, -Infinity, 0.001])
})

test('a scalar is one sample without labels', async () => {
  const seen = await asking(
    () => success({ resultType: 'scalar', result: [1_731_500_000, '7'] }),
    (metrics) => metrics.query('zone-a', '7', soon()),
  )
  expect(seen).toMatchObject({ state: 'answered', value: [{ labels: {}, value: 7 }] })
})

test('asks the API of Prometheus, by its own clock unless a time is said', async () => {
  await asking(
    () => vector(),
    async (metrics, asked) => {
      await metrics.query('zone-a', 'sum(x{a="b&c"})', soon())
      await metrics.query('zone-a', 'x', soon(), 1_731_500_000_500)
      await metrics.series('zone-a', 'up{job="a"}', soon())
      await metrics.targets('zone-a', soon())
      expect(asked.map(({ path }) => path)).toEqual(['/api/v1/query', '/api/v1/query', '/api/v1/series', '/api/v1/targets'])
      expect(asked[0]!.query.get('query')).toBe('sum(x{a="b&c"})')
      expect(asked[0]!.query.has('time')).toBe(false)
      expect(asked[1]!.query.get('time')).toBe('1731500000.5')
      expect(asked[2]!.query.getAll('match[]')).toEqual(['up{job="a"}'])
      expect([...asked[3]!.query]).toEqual([['state', 'active']])
    },
  )
})

test('reads alerting rules and leaves recording rules out', async () => {
  const alert = {
    type: 'alerting',
    name: 'High',
    query: 'a > 1',
    duration: 300,
    labels: { severity: 'critical' },
    annotations: {},
    alerts: [],
    health: 'ok',
    state: 'inactive',
  }
  const groups = [{ name: 'g', rules: [{ type: 'recording', name: 'r', query: 'a' }, alert] }]
  const seen = await asking(
    () => success({ groups }),
    (metrics) => metrics.rules('zone-a', soon()),
  )
  expect(seen).toMatchObject({
    state: 'answered',
    value: [{ name: 'High', query: 'a > 1', for: 300, labels: { severity: 'critical' }, health: 'ok', state: 'inactive', lastError: '' }],
  })
})

test('reads targets with their health and the time of their last scrape', async () => {
  const target = { labels: { job: 'g' }, health: 'down', lastError: 'refused', lastScrape: '2026-11-21T04:00:00Z' }
  const seen = await asking(
    () => success({ activeTargets: [target] }),
    (metrics) => metrics.targets('zone-a', soon()),
  )
  expect(seen).toMatchObject({
    state: 'answered',
    value: [{ health: 'down', lastError: 'refused', lastScrape: Date.UTC(2026, 10, 21, 4) }],
  })
})

test('the remark that a counter has an unusual name does not make an answer partial; everything else does', async () => {
  const remark =
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "envoy_http_downstream_rq" (1:10)'
  const data = { resultType: 'vector', result: [] }
  for (const key of ['warnings', 'infos']) {
    const said = (...texts: readonly string[]) =>
      asking(
        () => success(data, { [key]: texts }),
        (metrics) => metrics.query('zone-a', 'x', soon()),
      )
    expect(await said(remark)).toMatchObject({ state: 'answered' })
    expect(await said(remark, 'remote read failed')).toMatchObject({ state: 'gap', gap: 'partial', detail: 'remote read failed' })
  }
})

test('sends the token of its file with each request, and never tells it', async () => {
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, 'first-secret\n')
  await asking(
    ({ headers }) => ({
      raw: http(500, JSON.stringify({ status: 'error', errorType: 'x', error: `bad ${String(headers['authorization'])}` })),
    }),
    async (metrics, asked) => {
      const seen = await metrics.query('zone-a', 'x', soon())
      expect(asked[0]!.headers['authorization']).toBe('Bearer first-secret')
      expect(seen).toMatchObject({ state: 'gap', gap: 'error-status', detail: 'x: bad Bearer ***' })
      writeFileSync(tokenFile, 'second-secret')
      await metrics.query('zone-a', 'x', soon())
      expect(asked[1]!.headers['authorization']).toBe('Bearer second-secret')
    },
    { tokenFile },
  )
})

test.each([
  { is: 'missing', content: undefined },
  { is: 'empty', content: ' \n' },
  { is: 'of two lines', content: 'a\nx-evil: b' },
])('asks nothing where the token file is $is', async ({ content }) => {
  const tokenFile = join(folder, `token-${String(content?.length)}`)
  if (content !== undefined) writeFileSync(tokenFile, content)
  await asking(
    () => vector(),
    async (metrics, asked) => {
      expect(await metrics.query('zone-a', 'x', soon())).toMatchObject({ state: 'gap', gap: 'no-token' })
      expect(asked).toEqual([])
    },
    { tokenFile },
  )
})

test('a redirect is not followed, and its ticket is not told', async () => {
  const raw = 'HTTP/1.1 302 X\r\nlocation: https://login.example/?ticket=secret\r\ncontent-length: 0\r\n\r\n'
  const seen = await asking(
    () => ({ raw }),
    (metrics) => metrics.query('zone-a', 'x', soon()),
  )
  expect(seen).toMatchObject({ state: 'gap', gap: 'redirected', detail: '302 to login.example' })
})

test('a server that hangs costs its deadline, and an answer without an end its size', async () => {
  const began = performance.now()
  const hangs = await asking(
    () => ({ raw: '', end: 'hang' }),
    (metrics) => metrics.query('zone-a', 'x', soon(200)),
  )
  expect(hangs).toMatchObject({ state: 'gap', gap: 'timeout' })
  expect(performance.now() - began).toBeLessThan(1_500)
  const endless = await asking(
    () => ({ raw: http(200, `{"status":"success","data":"${'x'.repeat(9 * 2 ** 20)}"}`) }),
    (metrics) => metrics.query('zone-a', 'x', soon(5_000)),
  )
  expect(endless).toMatchObject({ state: 'gap', gap: 'too-large' })
})

test('a center without a Prometheus, and one where nobody listens, are two answers', async () => {
  const metrics = openMetrics({ centers: { 'zone-a': { url: 'http://127.0.0.1:1', labels: {} } } }, systemClock)
  expect(await metrics.query('zone-b', 'x', soon())).toMatchObject({ state: 'gap', gap: 'no-endpoint' })
  expect(await metrics.query('zone-a', 'x', soon())).toMatchObject({ state: 'gap', gap: 'unreachable', detail: 'refused' })
  await metrics.close()
})
