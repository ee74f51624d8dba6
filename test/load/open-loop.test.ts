import { once } from 'node:events'
import { type Server, type ServerResponse, createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { burst } from '../../src/load/burst.ts'
import { openConnections } from '../../src/load/connections.ts'
import { openLoop } from '../../src/load/open-loop.ts'
import { sendProbe } from '../../src/load/send-probe.ts'
import type { Probe } from '../../src/domain/topology.ts'
import type { ProbeTarget } from '../../src/ports/traffic.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer()
})

interface Seen {
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
async function gateway(answer: (response: ServerResponse, seen: Seen) => void): Promise<{ url: string; seen: Seen[]; server: Server }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const one = { url: request.url ?? '', headers: request.headers }
    seen.push(one)
    answer(response, one)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server }
}

const probe: Probe = {
  host: 'ai.example.com',
  path: '/api/health',
  headers: { 'x-client-region': 'beijing' },
  expect: 200,
  timeout: 500,
  center: { header: 'x-center' },
  values: { 'zone-a': 'zone-a', shanghai: 'zone-c' },
}
const target = (url: string, more: Partial<Probe> = {}): ProbeTarget => ({
  gateway: 'zone-a',
  url,
  service: 'ai-service',
  probe: { ...probe, ...more },
})
const named = (response: ServerResponse, center = 'zone-a') => response.setHeader('x-center', center).end('ok')
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('sends host, headers and a numbered id, and reads the center from a header', async () => {
  const { url, seen } = await gateway((response) => named(response, 'shanghai'))
  const results = await burst(target(url), 3, 'run-1', 1000)
  expect(results).toMatchObject(
    [0, 1, 2].map((n) => ({ id: `run-1-${n}`, gateway: 'zone-a', service: 'ai-service', ok: true, status: 200, center: 'zone-c' })),
  )
  expect(seen[0]).toMatchObject({ url: '/api/health', headers: { host: 'ai.example.com', 'x-client-region': 'beijing' } })
  expect(new Set(seen.map(({ headers }) => headers['x-request-id']))).toEqual(new Set(['run-1-0', 'run-1-1', 'run-1-2']))
})

test.each<{ what: string; answer: (response: ServerResponse) => unknown; more?: Partial<Probe>; result: object }>([
  { what: 'a center that the topology does not know', answer: (response) => named(response, 'mars'), result: { ok: true, status: 200 } },
  {
    what: 'another status',
    answer: (response) => response.writeHead(503, { 'x-center': 'zone-a' }).end(),
    result: { ok: false, status: 503, error: 'status', center: 'zone-a' },
  },
  {
    what: 'a redirect, which is not followed',
    answer: (response) => response.writeHead(302, { location: '/' }).end(),
    result: { ok: false, status: 302, error: 'status' },
  },
  {
    what: 'the status that was asked for',
    answer: (response) => response.writeHead(404).end(),
    more: { expect: 404 },
    result: { ok: true, status: 404 },
  },
  { what: 'no answer', answer: () => undefined, more: { timeout: 60 }, result: { ok: false, error: 'timeout' } },
  {
    what: 'an answer that never ends',
    answer: (response) => response.write('x'),
    more: { timeout: 60 },
    result: { ok: false, error: 'timeout' },
  },
  { what: 'a connection that is cut', answer: (response) => response.destroy(), result: { ok: false, error: 'reset' } },
  {
    what: 'an answer that is cut',
    answer: (response) => response.writeHead(200, { 'content-length': 10 }).write('abc', () => response.destroy()),
    result: { ok: false, error: 'reset' },
  },
  {
    what: 'a center in JSON',
    answer: (response) => response.end('{"data":[{"zone":"shanghai"}]}'),
    more: { center: { json: 'data.0.zone' } },
    result: { ok: true, center: 'zone-c' },
  },
  { what: 'JSON that says no center', answer: (response) => response.end('{}'), more: { center: { json: 'zone' } }, result: { ok: true } },
  {
    what: 'HTML instead of JSON',
    answer: (response) => response.end('<html>'),
    more: { center: { json: 'zone' } },
    result: { ok: false, status: 200, error: 'unreadable' },
  },
  {
    what: 'JSON without an end',
    answer: (response) => response.end(`{"zone":"${'x'.repeat(100_000)}"}`),
    more: { center: { json: 'zone' } },
    result: { ok: false, error: 'unreadable' },
  },
])('reads $what', async ({ answer, more = {}, result }) => {
  const { url } = await gateway((response) => void answer(response))
  const [one] = await burst(target(url, more), 1, 'p', 1000)
  expect(one).toMatchObject(result)
  for (const key of ['center', 'error'] as const) if (!(key in result)) expect(one).not.toHaveProperty(key)
})

test('tells a refused connection and a server that does not speak HTTP apart', async () => {
  const deaf = createTcpServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.end('220 smtp\r\n'))).listen(
    0,
    '127.0.0.1',
  )
  await once(deaf, 'listening')
  closers.push(() => deaf.close())
  const [odd] = await burst(target(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}`), 1, 'p', 1000)
  expect(odd).toMatchObject({ ok: false, error: 'unreadable' })
  const { url, server } = await gateway((response) => named(response))
  await new Promise((resolve) => server.close(resolve))
  const [refused] = await burst(target(url), 1, 'p', 1000)
  expect(refused).toMatchObject({ ok: false, error: 'refused' })
})

test('starts requests when they are due, however slow the answers are', async () => {
  const { url, seen } = await gateway(() => undefined)
  const stream = openLoop({ targets: [target(url, { timeout: 400 })], rate: 100, idPrefix: 'p' })
  await wait(300)
  expect(stream.take()).toEqual([])
  expect(seen.length).toBeGreaterThanOrEqual(20)
  await stream.stop()
  const results = stream.take()
  expect(results.length).toBe(seen.length)
  expect(results.every(({ ok, error, took }) => !ok && error === 'timeout' && took >= 395)).toBe(true)
  expect(results.map(({ id }) => id)).toEqual(results.map((_, n) => `p-${n}`))
})

test('takes targets in turn, and gives each result once', async () => {
  const [a, b] = [await gateway((response) => named(response)), await gateway((response) => named(response))]
  const stream = openLoop({ targets: [target(a.url), { ...target(b.url), gateway: 'zone-b' }], rate: 200, idPrefix: 'p' })
  await wait(100)
  const early = stream.take()
  await stream.stop()
  const all = [...early, ...stream.take()]
  expect(all.map(({ gateway }) => gateway)).toEqual(all.map((_, n) => (n % 2 === 0 ? 'zone-a' : 'zone-b')))
  expect(stream.take()).toEqual([])
  expect(a.seen.length + b.seen.length).toBe(all.length)
})

test('beyond the bound nothing is sent, and it counts as failed', async () => {
  const { url, seen } = await gateway(() => undefined)
  const stream = openLoop({ targets: [target(url, { timeout: 200 })], rate: 200, idPrefix: 'p', maxInFlight: 3 })
  await wait(100)
  expect(stream.take().every(({ error }) => error === 'timeout')).toBe(true)
  expect(seen.length).toBe(3)
  await stream.stop()
})

test('a pause of the process is not made up for by a burst', async () => {
  const { url, seen } = await gateway((response) => named(response))
  let now = 0
  const stream = openLoop({ targets: [target(url)], rate: 1000, idPrefix: 'p', now: () => now })
  now = 60_000
  await wait(50)
  await stream.stop()
  expect(seen.length).toBeLessThan(5)
})

test('sends no more than it may in all, however late it is', async () => {
  const { url, seen } = await gateway((response) => named(response))
  let now = 0
  const stream = openLoop({ targets: [target(url)], rate: 1000, idPrefix: 'p', now: () => now, most: 5 })
  now = 900
  await wait(50)
  await stream.stop()
  expect(seen.length).toBe(5)
})

test('uses its connections again', async () => {
  const { url, server } = await gateway((response) => named(response))
  let connections = 0
  server.on('connection', () => connections++)
  const pool = openConnections()
  for (let i = 0; i < 20; i += 1) expect(await sendProbe(pool, target(url), `p-${i}`, () => performance.now())).toMatchObject({ ok: true })
  await pool.close()
  // A connection is free a moment after its answer has been read: a second one may be opened, a twentieth may not.
  expect(connections).toBeLessThan(6)
})
