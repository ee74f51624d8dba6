import { createServer, connect as connectTcp } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import {
  ca,
  clientPair,
  configMap,
  hostileServer,
  reset,
  sendJson,
  statusBody,
  strangerCa,
  type Behaviour,
  type HostileServer,
} from '../hostile-server.ts'
import { clusterAt, configMaps, within } from './one-context.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
async function serving(behaviour: Behaviour, options = {}): Promise<HostileServer> {
  const server = await hostileServer(behaviour, options)
  open.push(server)
  return server
}
async function clusterOn(server: HostileServer, options: Parameters<typeof clusterAt>[1] = {}) {
  const cluster = await clusterAt(server.url, options)
  open.unshift(cluster)
  return cluster
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const ok: Behaviour = (_q, response) => sendJson(response, 200, configMap('a'))
const get = (cluster: Awaited<ReturnType<typeof clusterAt>>) => cluster.get(configMaps, 'default', 'a', within(2000))

describe('a list', () => {
  const page = (names: readonly string[], next?: string): object => ({
    kind: 'ConfigMapList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '9', ...(next === undefined ? {} : { continue: next }) },
    items: names.map((name) => ({ ...configMap(name), kind: undefined, apiVersion: undefined })),
  })
  const pages =
    (answers: readonly (object | number)[]): Behaviour =>
    (_q, response, _s, count) => {
      const answer = answers[Math.min(count, answers.length) - 1]
      if (typeof answer === 'number') sendJson(response, answer, statusBody(answer, 'Expired', 'too old'))
      else sendJson(response, 200, answer)
    }
  const names = async (behaviour: Behaviour): Promise<{ readonly seen: unknown; readonly urls: readonly string[] }> => {
    const server = await serving(behaviour)
    const cluster = await clusterOn(server, { pageSize: 2 })
    const seen = await cluster.list(configMaps, { namespace: 'default', labelSelector: 'a in (b,c)' }, within(2000))
    return {
      seen: seen.state === 'present' ? seen.value.map(({ metadata }) => metadata.name) : seen,
      urls: server.seen.map(({ url }) => url),
    }
  }

  test('is read page by page, keeping the continue token', async () => {
    const { seen, urls } = await names(pages([page(['a', 'b'], 'to/ken='), page(['c'])]))
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(urls).toEqual([
      '/api/v1/namespaces/default/configmaps?limit=2&labelSelector=a+in+%28b%2Cc%29',
      '/api/v1/namespaces/default/configmaps?limit=2&continue=to%2Fken%3D&labelSelector=a+in+%28b%2Cc%29',
    ])
  })
  test('that expires in the middle is begun once more', async () => {
    expect((await names(pages([page(['a'], 'x'), 410, page(['a', 'b'], 'y'), page(['c'])]))).seen).toEqual(['a', 'b', 'c'])
  })
  test('that expires twice is not known', async () => {
    expect((await names(pages([page(['a'], 'x'), 410]))).seen).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('expired twice'),
    })
  })
  test('whose second page fails is not known, and no part of it is shown', async () => {
    const { seen } = await names(pages([page(['a'], 'x'), 500]))
    expect(seen).toEqual({ state: 'unknown', why: 'server answered 500', at: expect.any(Number), took: expect.any(Number) })
  })
  test('is read as bytes too: begun anew when it expires, and whole only without a gap', async () => {
    const told = async (answers: readonly (object | number)[]): Promise<readonly string[]> => {
      const cluster = await clusterOn(await serving(pages(answers)), { pageSize: 2 })
      const all: string[] = []
      for await (const one of cluster.pages(configMaps, {}, within(2000)))
        all.push(one.state === 'present' ? (one.value.anew ? 'anew' : 'page') : one.state)
      return all
    }
    expect(await told([page(['a'], 'x'), 410, page(['a', 'b'], 'y'), page(['c'])])).toEqual(['page', 'anew', 'page'])
    expect(await told([page(['a'], 'x'), 410])).toEqual(['page', 'unknown'])
    expect(await told([page(['a'], 'x'), 500])).toEqual(['page', 'unknown'])
    expect(await told([page(['a'], 'x')])).toEqual(['page', 'page', 'unknown'])
  })
  test('whose token never changes is not known', async () => {
    expect((await names(pages([page(['a'], 'x')]))).seen).toMatchObject({ state: 'unknown', why: expect.stringContaining('circle') })
  })
  test('with an item that is no object is not known', async () => {
    expect((await names(pages([{ ...page(['a']), items: [null] }]))).seen).toMatchObject({ state: 'unknown' })
  })
})

describe('what may be repeated', () => {
  const busyOnce =
    (header: Readonly<Record<string, string>>): Behaviour =>
    (_q, response, _s, count) =>
      count === 1 ? sendJson(response, 429, statusBody(429, 'TooManyRequests', 'busy'), header) : sendJson(response, 200, configMap('a'))

  test('429 is tried again after as long as the server asks, for a patch too', async () => {
    const server = await serving(busyOnce({ 'retry-after': '0.1' }))
    const cluster = await clusterOn(server)
    const result = await cluster.patch(configMaps, 'default', 'a', [], within(2000))
    expect(result).toMatchObject({ kind: 'applied' })
    expect(server.seen).toHaveLength(2)
  })

  test('a read whose connection was cut before its answer is tried once more, a patch is not', async () => {
    const server = await serving((_q, response, socket, count) =>
      count % 2 === 1 ? reset(socket) : sendJson(response, 200, configMap('a')),
    )
    const cluster = await clusterOn(server)
    expect(await get(cluster)).toMatchObject({ state: 'present' })
    expect(await cluster.patch(configMaps, 'default', 'a', [], within(500))).toEqual({ kind: 'unknown', reason: 'cut' })
    expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH'])
  })

  test('a patch is sent as soon as a server that refused is there', async () => {
    const server = await serving(ok)
    const gate = createServer()
    gate.listen(0, '127.0.0.1')
    await once(gate, 'listening')
    const { port } = gate.address() as { port: number }
    await new Promise((resolve) => gate.close(resolve))
    const cluster = await clusterAt(`https://127.0.0.1:${port}`)
    open.unshift(cluster)
    const patched = cluster.patch(configMaps, 'default', 'a', [], within(3000))
    const relay = createServer((socket) => {
      const through = connectTcp(server.port, '127.0.0.1')
      socket.pipe(through).pipe(socket)
      socket.on('error', () => through.destroy())
      through.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => setTimeout(resolve, 120))
    relay.listen(port, '127.0.0.1')
    expect(await patched).toMatchObject({ kind: 'applied' })
    expect(server.seen).toHaveLength(1)
    await cluster.close()
    await new Promise((resolve) => relay.close(resolve))
  })
})

describe('a request', () => {
  test('says who it is, what it wants, and who owns the fields', async () => {
    const server = await serving(ok)
    const cluster = await clusterOn(server, { user: { token: 'secret-token' }, version: '1.2.3' })
    await get(cluster)
    await cluster.patch(configMaps, 'default', 'a', [{ op: 'test', path: '/x', value: null }], within(2000), 'status')
    const [read, write] = server.seen
    expect(read?.headers).toMatchObject({
      'user-agent': 'tricenter/1.2.3',
      accept: 'application/json',
      authorization: 'Bearer secret-token',
    })
    expect(write).toMatchObject({
      method: 'PATCH',
      url: '/api/v1/namespaces/default/configmaps/a/status?fieldManager=tricenter',
      body: '[{"op":"test","path":"/x","value":null}]',
    })
    expect(write?.headers['content-type']).toBe('application/json-patch+json')
  })

  test('goes below the path of its server', async () => {
    const server = await serving(ok)
    const cluster = await clusterAt(`${server.url}/k8s/clusters/c-1/`)
    open.unshift(cluster)
    await get(cluster)
    expect(server.seen[0]?.url).toBe('/k8s/clusters/c-1/api/v1/namespaces/default/configmaps/a')
  })

  test('one after another shares one connection', async () => {
    const server = await serving(ok)
    const cluster = await clusterOn(server)
    for (let n = 0; n < 10; n++) await get(cluster)
    expect(server.connections()).toBe(1)
  })

  test('of many at once, 8 are in flight', async () => {
    const server = await serving((_q, response) => void setTimeout(() => sendJson(response, 200, configMap('a')), 10))
    const cluster = await clusterOn(server)
    const seen = await Promise.all(Array.from({ length: 60 }, () => get(cluster)))
    expect(seen.every(({ state }) => state === 'present')).toBe(true)
    expect(server.mostInFlight()).toBeLessThanOrEqual(8)
    expect(server.connections()).toBeLessThanOrEqual(8)
  })
})

describe('trust', () => {
  test('a client certificate is shown', async () => {
    const server = await serving(ok, { requestCert: true, rejectUnauthorized: true, ca })
    const cluster = await clusterOn(server, {
      user: { 'client-certificate-data': base64(clientPair.cert), 'client-key-data': base64(clientPair.key) },
    })
    expect(await get(cluster)).toMatchObject({ state: 'present' })
    expect(server.seen[0]?.subject).toBe('tester')
  })

  test('without the client certificate that a server wants, it is unreachable', async () => {
    const server = await serving(ok, { requestCert: true, rejectUnauthorized: true, ca })
    expect(await get(await clusterOn(server))).toMatchObject({
      state: 'unreachable',
      why: expect.stringMatching(/client certificate|reset/),
    })
  })

  test('a certificate of an unknown authority is not trusted', async () => {
    const cluster = await clusterOn(await serving(ok), { cluster: { 'certificate-authority-data': base64(strangerCa) } })
    expect(await get(cluster)).toMatchObject({ state: 'unreachable', why: 'certificate not trusted' })
  })

  test('a certificate for another name is not accepted, unless that is the name that is asked for', async () => {
    const server = await serving(ok)
    expect(await get(await clusterOn(server, { cluster: { 'tls-server-name': 'other.example' } }))).toMatchObject({
      state: 'unreachable',
      why: 'certificate is for another name',
    })
    expect(await get(await clusterOn(server, { cluster: { 'tls-server-name': 'api.example' } }))).toMatchObject({ state: 'present' })
  })

  test('insecure-skip-tls-verify trusts anybody', async () => {
    const cluster = await clusterOn(await serving(ok), {
      cluster: { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true },
    })
    expect(await get(cluster)).toMatchObject({ state: 'present' })
  })

  test('a server that speaks no TLS is unreachable', async () => {
    const plain = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.0 400 Bad Request\r\n\r\n'),
    ).listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const cluster = await clusterAt(`https://127.0.0.1:${(plain.address() as { port: number }).port}`)
    open.unshift(cluster, { close: () => new Promise((resolve) => plain.close(resolve)) })
    expect(await get(cluster)).toMatchObject({ state: 'unreachable', why: 'does not speak TLS' })
  })
})

test('a proxy of the kubeconfig is gone through', async () => {
  const server = await serving(ok)
  let tunnels = 0
  const { createServer: createHttp } = await import('node:http')
  const proxy = createHttp()
  proxy.on('connect', (request, socket, head) => {
    tunnels++
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const through = connectTcp(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      through.write(head)
      socket.pipe(through).pipe(socket)
    })
    socket.on('error', () => through.destroy())
    through.on('error', () => socket.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const cluster = await clusterOn(server, { cluster: { 'proxy-url': `http://127.0.0.1:${(proxy.address() as { port: number }).port}` } })
  expect(await get(cluster)).toMatchObject({ state: 'present' })
  expect(tunnels).toBe(1)
  await cluster.close()
  await new Promise((resolve) => proxy.close(resolve))
})
