import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_IN_FLIGHT, SHARED_READS } from '../../../src/adapters/kube/connection.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { type Behaviour, configMap, hostileServer, refusingUrl, reset, sendJson, silentServer, statusBody } from '../hostile-server.ts'
import { clusterAt, configMaps, within } from './one-context.ts'

const LIMIT = 300
/** Room for a loaded machine on top of a deadline. */
const SLACK = 400

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
async function against(behaviour: Behaviour): Promise<Cluster> {
  const server = await hostileServer(behaviour)
  const cluster = await clusterAt(server.url, { maxAnswer: 2 ** 20 })
  open.push(cluster, server)
  return cluster
}

const answer = (status: number, reason: string, message: string, details?: object): Behaviour => {
  return (_request, response) => sendJson(response, status, statusBody(status, reason, message, details))
}
const raw = (status: number, type: string, text: string | Buffer, headers: Readonly<Record<string, string>> = {}): Behaviour => {
  return (_request, response) => void response.writeHead(status, { 'content-type': type, ...headers }).end(text)
}
const half = JSON.stringify(configMap('a')).slice(0, 40)
const halfThen =
  (then: (socket: Socket) => void): Behaviour =>
  (_request, response, socket) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' })
    response.write(half, () => then(socket))
  }

interface Case {
  readonly fault: string
  readonly behaviour: Behaviour
  readonly read: { readonly state: string; readonly why?: string | RegExp }
  readonly write: object
  /** Lists differ where a page can expire. */
  readonly list?: { readonly state: string; readonly why?: string | RegExp }
}
const notAnswered = { kind: 'unknown', reason: 'no-answer' }
const cut = { kind: 'unknown', reason: 'cut' }

const cases: readonly Case[] = [
  { fault: 'no answer', behaviour: () => undefined, read: { state: 'unreachable', why: 'no answer in 0.3 s' }, write: notAnswered },
  {
    fault: 'reset before the answer',
    behaviour: (_q, _r, socket) => reset(socket),
    read: { state: 'unreachable', why: 'connection reset' },
    write: cut,
  },
  {
    fault: 'closed before the answer',
    behaviour: (_q, _r, socket) => socket.end(),
    read: { state: 'unreachable', why: 'connection reset' },
    write: cut,
  },
  { fault: 'reset mid-answer', behaviour: halfThen(reset), read: { state: 'unknown', why: 'answer cut off' }, write: cut },
  {
    fault: 'closed mid-answer',
    behaviour: halfThen((socket) => socket.end()),
    read: { state: 'unknown', why: 'answer cut off' },
    write: cut,
  },
  {
    fault: '401',
    behaviour: answer(401, 'Unauthorized', 'Unauthorized'),
    read: { state: 'forbidden', why: 'not logged in: Unauthorized' },
    write: { kind: 'rejected', status: 401, message: 'Unauthorized' },
  },
  {
    fault: '403',
    behaviour: answer(403, 'Forbidden', 'configmaps "a" is forbidden: User "u" cannot get it'),
    read: { state: 'forbidden', why: /cannot get it/ },
    write: { kind: 'rejected', status: 403, message: 'configmaps "a" is forbidden: User "u" cannot get it' },
  },
  {
    fault: '404 of the API',
    behaviour: answer(404, 'NotFound', 'configmaps "a" not found'),
    read: { state: 'absent' },
    write: { kind: 'rejected', status: 404, message: 'configmaps "a" not found' },
  },
  {
    fault: '404 of a path that is not served',
    behaviour: raw(404, 'text/plain; charset=utf-8', '404 page not found\n'),
    read: { state: 'absent' },
    write: { kind: 'rejected', status: 404, message: 'server answered 404' },
  },
  {
    fault: '404 of a proxy',
    behaviour: raw(404, 'text/html', '<html>nothing here</html>'),
    read: { state: 'unknown', why: 'server answered 404' },
    write: { kind: 'rejected', status: 404, message: 'server answered 404' },
  },
  {
    fault: '409',
    behaviour: answer(409, 'Conflict', 'the object has been modified'),
    read: { state: 'unknown', why: 'server answered 409' },
    write: { kind: 'conflict', reason: 'version' },
  },
  {
    fault: '410',
    behaviour: answer(410, 'Expired', 'too old'),
    read: { state: 'unknown', why: 'server answered 410' },
    write: { kind: 'rejected', status: 410, message: 'too old' },
    list: { state: 'unknown', why: 'the list expired twice while it was read' },
  },
  {
    fault: '422 of a failed test',
    behaviour: answer(422, 'Invalid', 'the server rejected our request due to an error in our request', {}),
    read: { state: 'unknown', why: 'server answered 422' },
    write: { kind: 'conflict', reason: 'test-failed' },
  },
  {
    fault: '422 of a validation',
    behaviour: answer(422, 'Invalid', 'HTTPRoute "a" is invalid: spec.rules[0].backendRefs[0].weight: Invalid value: 1000001', {
      name: 'a',
      causes: [{ reason: 'FieldValueInvalid', field: 'spec.rules[0].backendRefs[0].weight' }],
    }),
    read: { state: 'unknown', why: 'server answered 422' },
    write: {
      kind: 'rejected',
      status: 422,
      message: 'HTTPRoute "a" is invalid: spec.rules[0].backendRefs[0].weight: Invalid value: 1000001',
    },
  },
  {
    fault: '429 that asks for more time than there is',
    behaviour: (_q, response) => sendJson(response, 429, statusBody(429, 'TooManyRequests', 'busy'), { 'retry-after': '30' }),
    read: { state: 'unknown', why: 'server answered 429' },
    write: { kind: 'rejected', status: 429, message: 'busy' },
  },
  {
    fault: '500',
    behaviour: answer(500, 'InternalError', 'boom'),
    read: { state: 'unknown', why: 'server answered 500' },
    write: notAnswered,
  },
  {
    fault: '503',
    behaviour: raw(503, 'text/plain', 'no backend'),
    read: { state: 'unknown', why: 'server answered 503' },
    write: notAnswered,
  },
  {
    fault: 'a redirect',
    behaviour: raw(302, 'text/html', 'elsewhere', { location: 'https://login.example/' }),
    read: { state: 'unknown', why: 'server answered 302' },
    write: { kind: 'rejected', status: 302, message: 'server answered 302' },
  },
  {
    fault: 'a slow drip',
    behaviour: (_q, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 20)
      socket.on('close', () => clearInterval(drip))
    },
    read: { state: 'unknown', why: 'answer not complete after 0.3 s' },
    // It stands behind the read on their connection.
    list: { state: 'unreachable', why: 'no answer in 0.3 s' },
    write: notAnswered,
  },
  { fault: 'HTML', behaviour: raw(200, 'text/html', '<!doctype html><p>Sign in'), read: { state: 'unknown', why: /HTML/ }, write: cut },
  {
    fault: 'truncated JSON',
    behaviour: raw(200, 'application/json', half),
    read: { state: 'unknown', why: 'the answer is not whole JSON' },
    write: cut,
  },
  {
    fault: 'an empty answer',
    behaviour: raw(200, 'application/json', ''),
    read: { state: 'unknown', why: 'the answer is empty' },
    write: cut,
  },
  {
    fault: 'an endless answer',
    behaviour: (_q, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (!socket.destroyed && response.write(Buffer.alloc(65_536, 32)));
        if (!socket.destroyed) response.once('drain', more)
      }
      more()
    },
    read: { state: 'unknown', why: 'the answer is longer than 1 MiB' },
    write: notAnswered,
  },
  {
    fault: 'gzip that nobody asked for',
    behaviour: raw(200, 'application/json', Buffer.from([31, 139, 8, 0, 99, 99]), { 'content-encoding': 'gzip' }),
    read: { state: 'unknown', why: /encoded as gzip/ },
    write: cut,
  },
  {
    fault: 'another kind',
    behaviour: (_q, response) =>
      sendJson(response, 200, { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a', uid: 'u', resourceVersion: '1' } }),
    read: { state: 'unknown', why: /^the answer is not (one|a list) of kind ConfigMap$/ },
    write: { kind: 'applied', object: { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a', uid: 'u', resourceVersion: '1' } } },
  },
  {
    fault: 'JSON that is no object',
    behaviour: raw(200, 'application/json', '[1,2]'),
    read: { state: 'unknown', why: /is not (one|a list) of kind/ },
    write: cut,
  },
  {
    fault: 'no HTTP',
    behaviour: (_q, _r, socket) => socket.write('garbage garbage garbage\r\n\r\n'),
    read: { state: 'unreachable', why: 'the answer is not HTTP' },
    write: cut,
  },
]

const expected = ({ state, why }: Case['read']): object => ({
  state,
  ...(why === undefined ? {} : { why: typeof why === 'string' ? why : expect.stringMatching(why) }),
})

describe.each(cases)('$fault', ({ behaviour, read, write, list = read }) => {
  test('a read, a list and a patch say what is known, by their deadline', async () => {
    const cluster = await against(behaviour)
    const began = systemClock.monotonic()
    const [got, listed, patched] = await Promise.all([
      cluster.get(configMaps, 'default', 'a', within(LIMIT)),
      cluster.list(configMaps, {}, within(LIMIT)),
      cluster.patch(configMaps, 'default', 'a', [{ op: 'test', path: '/data', value: null }], within(LIMIT)),
    ])
    expect(got).toMatchObject(expected(read))
    expect(listed).toMatchObject(expected(list))
    expect(patched).toEqual(write)
    expect(systemClock.monotonic() - began).toBeLessThan(LIMIT + SLACK)
  })
})

test('nothing that listens is refused, and a patch is tried until its deadline', async () => {
  const cluster = await clusterAt(await refusingUrl())
  open.push(cluster)
  expect(await cluster.get(configMaps, 'default', 'a', within(LIMIT))).toMatchObject({ state: 'unreachable', why: 'refused' })
  expect(await cluster.patch(configMaps, 'default', 'a', [], within(LIMIT))).toEqual(notAnswered)
})

test('a server that accepts and says nothing costs no more than the deadline', async () => {
  const silent = await silentServer()
  const cluster = await clusterAt(silent.url)
  open.push(cluster, silent)
  const began = systemClock.monotonic()
  expect(await cluster.get(configMaps, 'default', 'a', within(LIMIT))).toMatchObject({ state: 'unreachable', why: 'no answer in 0.3 s' })
  expect(await cluster.patch(configMaps, 'default', 'a', [], within(LIMIT))).toEqual(notAnswered)
  expect(systemClock.monotonic() - began).toBeLessThan(2 * LIMIT + SLACK)
})

test('a patch that waited for a connection past its deadline is never sent', async () => {
  const server = await hostileServer(() => undefined)
  const cluster = await clusterAt(server.url)
  open.push(cluster, server)
  const busy = Array.from({ length: SHARED_READS + MAX_IN_FLIGHT }, (_, n) => cluster.get(configMaps, 'default', `busy-${n}`, within(200)))
  const patched = await cluster.patch(configMaps, 'default', 'a', [], within(100))
  await Promise.all(busy)
  await systemClock.sleep(50)
  expect(patched).toEqual(notAnswered)
  expect(server.seen.filter(({ method }) => method === 'PATCH')).toHaveLength(0)
})

test('a look of four reads at once opens one connection, and a write after it uses the same', async () => {
  const sockets = new Set<Socket>()
  const server = await hostileServer((_q, response, socket) => {
    sockets.add(socket)
    sendJson(response, 200, configMap('a'))
  })
  const cluster = await clusterAt(server.url)
  open.push(cluster, server)
  const seen = await Promise.all(['a', 'b', 'c', 'd'].map((name) => cluster.get(configMaps, 'default', name, within(2000))))
  expect(seen.map(({ state }) => state)).toEqual(['present', 'present', 'present', 'present'])
  expect(await cluster.patch(configMaps, 'default', 'a', [], within(2000))).toMatchObject({ kind: 'applied' })
  expect(sockets.size).toBe(1)
})

test('reads of one look are all sent before the first is answered', async () => {
  const held: ServerResponse[] = []
  const server = await hostileServer((_q, response) => {
    held.push(response)
    if (held.length === SHARED_READS) for (const one of held) sendJson(one, 200, configMap('a'))
  })
  const cluster = await clusterAt(server.url)
  open.push(cluster, server)
  const seen = await Promise.all(['a', 'b', 'c', 'd'].map((name) => cluster.get(configMaps, 'default', name, within(2000))))
  expect(seen.map(({ state }) => state)).toEqual(['present', 'present', 'present', 'present'])
})

test('reads behind one whose connection is cut are read again', async () => {
  const server = await hostileServer((_q, response, socket, count) =>
    count === 1 ? reset(socket) : sendJson(response, 200, configMap('a')),
  )
  const cluster = await clusterAt(server.url)
  open.push(cluster, server)
  const seen = await Promise.all(['a', 'b', 'c', 'd'].map((name) => cluster.get(configMaps, 'default', name, within(2000))))
  expect(seen.map(({ state }) => state)).toEqual(['present', 'present', 'present', 'present'])
})

test('a center that hangs delays no other', async () => {
  const healthy = await hostileServer((_q, response) => sendJson(response, 200, configMap('a')))
  const silent = await silentServer()
  const [good, bad] = [await clusterAt(healthy.url), await clusterAt(silent.url)]
  open.push(good, bad, healthy, silent)
  await good.get(configMaps, 'default', 'a', within(2000))
  const hanging = bad.get(configMaps, 'default', 'a', within(300))
  const began = systemClock.monotonic()
  expect(await good.get(configMaps, 'default', 'a', within(2000))).toMatchObject({ state: 'present' })
  expect(systemClock.monotonic() - began).toBeLessThan(150)
  expect(await hanging).toMatchObject({ state: 'unreachable' })
})
