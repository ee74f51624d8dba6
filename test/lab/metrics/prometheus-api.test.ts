import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOOPBACK, listen } from '../../../src/lab/listen.ts'
import { openRules } from '../../../src/lab/metrics/alerts.ts'
import { prometheusServer } from '../../../src/lab/metrics/prometheus-api.ts'
import { readRules } from '../../../src/lab/metrics/rules.ts'
import { openScraper } from '../../../src/lab/metrics/scraper.ts'
import { seriesOf } from '../promql/series.ts'

const NOW = 60_000
let server: Server
let url: string

beforeAll(async () => {
  const tsdb = seriesOf({
    'x_total{zone="a"}': '0+15x4',
    'x_total{zone="b"}': '0+30x4',
    odd: 'NaNx4',
    'big{v="1"}': '100000000000000000000000x4',
  })
  const groups = readRules(
    'groups: [{name: g, rules: [{alert: Any, expr: "x_total > 100", labels: {severity: page}, annotations: {summary: s}}]}]',
    5000,
  )
  const rules = openRules(groups, tsdb)
  rules.evaluate(groups[0]!, NOW)
  const target = { url: 'http://127.0.0.1:1/stats/prometheus', labels: { job: 'gateway', instance: '127.0.0.1:1' } }
  const scraper = openScraper({ targets: [target], tsdb, interval: 1500, now: () => NOW })
  server = prometheusServer({ tsdb, rules, scraper, rulesFile: 'rules.yaml', startedAt: 0, now: () => NOW })
  url = `http://${LOOPBACK}:${await listen(server)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function get(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url + path, init)
  const text = await answer.text()
  return { status: answer.status, body: answer.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text }
}
const ok = (data: unknown) => ({ status: 200, body: { status: 'success', data } })
const bad = (status: number, errorType: string, error: string) => ({
  status,
  body: { status: 'error', errorType, error: expect.stringContaining(error) },
})

describe('a query', () => {
  test('is answered by GET and by a form, at the time given or now', async () => {
    const vector = (time: number, value: string) =>
      ok({ resultType: 'vector', result: [{ metric: { __name__: 'x_total', zone: 'a' }, value: [time, value] }] })
    const query = 'x_total{zone="a"}'
    expect(await get(`/api/v1/query?${new URLSearchParams({ query }).toString()}`)).toEqual(vector(60, '60'))
    expect(await get('/api/v1/query', { method: 'POST', body: new URLSearchParams({ query, time: '31.5', timeout: '5s' }) })).toEqual(
      vector(31.5, '30'),
    )
    expect(await get(`/api/v1/query?time=1970-01-01T00:00:15Z`, { method: 'POST', body: new URLSearchParams({ query }) })).toEqual(
      vector(15, '15'),
    )
  })
  test.each([
    ['odd', { resultType: 'vector', result: [{ metric: { __name__: 'odd' }, value: [60, 'NaN'] }] }],
    ['big', { resultType: 'vector', result: [{ metric: { __name__: 'big', v: '1' }, value: [60, '1e+23'] }] }],
    ['nothing', { resultType: 'vector', result: [] }],
    ['1 / 0', { resultType: 'scalar', result: [60, '+Inf'] }],
    ['-1e-7', { resultType: 'scalar', result: [60, '-1e-07'] }],
    ['"text"', { resultType: 'string', result: [60, 'text'] }],
    [
      'odd[30s]',
      {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'odd' },
            values: [
              [45, 'NaN'],
              [60, 'NaN'],
            ],
          },
        ],
      },
    ],
  ])('%s has its shape', async (query, data) => {
    expect(await get(`/api/v1/query?${new URLSearchParams({ query }).toString()}`)).toEqual(ok(data))
  })
  test('over a range gives each series its points', async () => {
    const asked = new URLSearchParams({ query: 'sum(x_total)', start: '30', end: '60', step: '15s' })
    expect(await get(`/api/v1/query_range?${asked.toString()}`)).toEqual(
      ok({
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [30, '90'],
              [45, '135'],
              [60, '180'],
            ],
          },
        ],
      }),
    )
  })
  test.each([
    ['query=sum(', 400, 'bad_data', 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
    ['', 400, 'bad_data', 'invalid parameter "query": 1:1: parse error'],
    ['query=x_total&time=now', 400, 'bad_data', 'invalid parameter "time": cannot parse "now" to a valid timestamp'],
    ['query=topk(1,x_total)', 422, 'execution', 'does not offer topk()'],
    ['query=x_total*on()x_total', 422, 'execution', 'found duplicate series for the match group {}'],
    ['query=x_total&lookback_delta=1m', 422, 'execution', 'does not offer the parameter lookback_delta'],
    ['query=x_total&limit=1', 422, 'execution', 'does not offer the parameter limit'],
  ])('%s is answered %i, %s', async (asked, status, type, error) => {
    expect(await get(`/api/v1/query?${asked}`)).toEqual(bad(status, type, error))
  })
})

test('rules and alerts say what is pending and what fires', async () => {
  const alert = {
    labels: { alertname: 'Any', severity: 'page', zone: 'b' },
    annotations: { summary: 's' },
    state: 'firing',
    activeAt: '1970-01-01T00:01:00.000Z',
    value: '1.2e+02',
  }
  expect(await get('/api/v1/alerts')).toEqual(ok({ alerts: [alert] }))
  const rule = {
    state: 'firing',
    name: 'Any',
    query: 'x_total > 100',
    duration: 0,
    keepFiringFor: 0,
    labels: { severity: 'page' },
    annotations: { summary: 's' },
    alerts: [alert],
    health: 'ok',
    evaluationTime: expect.any(Number),
    lastEvaluation: '1970-01-01T00:01:00.000Z',
    type: 'alerting',
  }
  const group = {
    name: 'g',
    file: 'rules.yaml',
    rules: [rule],
    interval: 5,
    limit: 0,
    evaluationTime: expect.any(Number),
    lastEvaluation: '1970-01-01T00:01:00.000Z',
  }
  expect(await get('/api/v1/rules?type=alert')).toEqual(ok({ groups: [group] }))
  expect(await get('/api/v1/rules?type=record')).toEqual(ok({ groups: [] }))
})

test('targets that were never scraped are unknown', async () => {
  expect(await get('/api/v1/targets')).toMatchObject(
    ok({
      activeTargets: [
        {
          health: 'unknown',
          scrapeUrl: 'http://127.0.0.1:1/stats/prometheus',
          scrapeInterval: '1s500ms',
          scrapePool: 'gateway',
          lastScrape: '0001-01-01T00:00:00Z',
        },
      ],
    }),
  )
})

test.each([
  ['/api/v1/labels', ['__name__', 'alertname', 'alertstate', 'severity', 'v', 'zone']],
  ['/api/v1/label/zone/values', ['a', 'b']],
  ['/api/v1/label/zone/values?match[]=x_total{zone!="a"}', ['b']],
  ['/api/v1/series?match[]=x_total{zone="a"}', [{ __name__: 'x_total', zone: 'a' }]],
  ['/api/v1/series?match[]=odd&end=-1', []],
  ['/api/v1/metadata', {}],
])('%s', async (path, data) => {
  expect(await get(path)).toEqual(ok(data))
})

test('a limit cuts and says so', async () => {
  expect(await get('/api/v1/label/__name__/values?limit=1')).toEqual({
    status: 200,
    body: { status: 'success', data: ['ALERTS'], warnings: ['results truncated due to limit'] },
  })
})

test('it is ready, says what it is, and what it has not is not there', async () => {
  expect(await get('/-/ready')).toEqual({ status: 200, body: 'Prometheus Server is Ready.\n' })
  expect(await get('/api/v1/status/buildinfo')).toMatchObject({ status: 200, body: { data: { version: '3.0.0+lab' } } })
  expect((await get('/api/v1/admin/tsdb/snapshot', { method: 'POST' })).status).toBe(404)
  expect((await get('/api/v1/rules', { method: 'DELETE' })).status).toBe(405)
  expect(await get('/api/v1/series')).toEqual(bad(400, 'bad_data', 'no match[] parameter provided'))
})
