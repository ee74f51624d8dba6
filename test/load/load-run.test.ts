import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { loadRun } from '../../src/load/load-run.ts'
import type { LoadOrder } from '../../src/ports/load.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer()
})

async function gateway(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function order(url: string, more: Partial<LoadOrder> = {}, timeout = 2_000): LoadOrder {
  const probe = {
    host: 'ai.example.com',
    path: '/api',
    headers: {},
    expect: 200,
    timeout,
    center: { header: 'x-center' },
    values: { a: 'zone-a', c: 'zone-c' },
  }
  return { target: { gateway: 'zone-a', url, service: 'ai', probe }, rate: 100, duration: 500, connections: 10, idPrefix: 't', ...more }
}
const never = new AbortController().signal

test('sends exactly as many requests as the rate and the duration say, each numbered, and counts answers by their center', async () => {
  const ids = new Set<string>()
  const url = await gateway((request, response) => {
    ids.add(String(request.headers['x-request-id']))
    response.setHeader('x-center', ids.size % 5 === 0 ? 'c' : 'a').end()
  })
  const measure = await loadRun(order(url), never)
  expect(measure).toMatchObject({ generator: 'own', loop: 'open', requests: 50, good: 50, errors: {} })
  expect(ids.size).toBe(50)
  expect(measure.byCenter).toMatchObject({ 'zone-a': { count: 40 }, 'zone-c': { count: 10 } })
  expect(measure.latency?.count).toBe(50)
  expect(measure.open).toBeGreaterThan(0)
  expect(measure.open).toBeLessThanOrEqual(10)
})

test('a gateway that stands still shows in the times of every request that was due meanwhile, not only of the one that it kept', async () => {
  let first: number | undefined
  const url = await gateway((_, response) => {
    first ??= performance.now()
    // All that arrives in the first 400 ms is answered at their end.
    setTimeout(() => response.setHeader('x-center', 'a').end(), Math.max(0, first + 400 - performance.now()))
  })
  const measure = await loadRun(order(url, { rate: 100, duration: 800, connections: 1 }), never)
  expect(measure.good).toBe(80)
  // 40 of 80 requests were due while it stood still: half of them waited for more than 100 ms; a client that waits politely sees one slow answer.
  expect(measure.latency?.p50).toBeGreaterThan(20)
  expect(measure.latency?.p99).toBeGreaterThan(350)
  expect(measure.waited).toBeGreaterThan(0.3)
})

test('a request that is not answered in time is an error, and a latency of that long', async () => {
  const url = await gateway((request, response) => {
    if (String(request.headers['x-request-id']).endsWith('-3')) return
    response.setHeader('x-center', 'a').end()
  })
  const measure = await loadRun(order(url, { rate: 20 }, 300), never)
  expect(measure).toMatchObject({ requests: 10, good: 9, errors: { timeout: 1 } })
  expect(measure.latency?.p99).toBeGreaterThanOrEqual(300)
})

test('wrong answers are counted, and their quick times flatter nobody', async () => {
  const url = await gateway((request, response) => {
    const bad = Number(/\d+$/.exec(String(request.headers['x-request-id']))?.[0]) % 2 === 0
    response.statusCode = bad ? 503 : 200
    response.end()
  })
  const measure = await loadRun(order(url), never)
  expect(measure).toMatchObject({ requests: 50, good: 25, errors: { status: 25 }, latency: { count: 25 } })
})

test('ends by itself when most requests fail', async () => {
  const url = await gateway((_, response) => void response.writeHead(500).end())
  const measure = await loadRun(order(url, { rate: 500, duration: 60_000 }), never)
  expect(measure).toMatchObject({ stopped: 'failing', good: 0 })
  expect(measure.requests).toBeLessThan(200)
})

test('ends at once when it is interrupted, and says so', async () => {
  const url = await gateway((_, response) => void response.setHeader('x-center', 'a').end())
  const interrupt = new AbortController()
  setTimeout(() => interrupt.abort('SIGINT'), 100)
  const began = performance.now()
  const measure = await loadRun(order(url, { duration: 60_000 }), interrupt.signal)
  expect(measure.stopped).toBe('interrupted')
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('nobody there is refused, not slow', async () => {
  const url = await gateway(() => undefined)
  for (const closer of closers.splice(0)) await closer()
  const measure = await loadRun(order(url, { rate: 40 }), never)
  expect(measure).toMatchObject({ requests: 20, good: 0, errors: { refused: 20 } })
  expect(measure).not.toHaveProperty('latency')
})
