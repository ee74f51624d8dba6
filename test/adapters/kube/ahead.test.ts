import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { clusterAt, configMaps, within } from './one-context.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

/** A cluster opened ahead, when its server has seen the connection; `sockets` are the server's. */
async function openedAhead() {
  const sockets: Socket[] = []
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', uid: 'u', resourceVersion: '1' } }))
  })
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const connected = once(server, 'connection')
  const cluster = await clusterAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { ahead: true })
  cleanups.push(() => {
    void cluster.close()
    server.closeAllConnections()
    server.close()
  })
  await connected
  return { cluster, sockets }
}

/** Lets the client take notice of what the server has seen. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => void setImmediate(resolve))
}

test('a connection opened ahead serves the request that comes later, and none else is opened', async () => {
  const { cluster, sockets } = await openedAhead()
  await settled()
  expect(await cluster.get(configMaps, 'ai', 'one', within(5_000))).toMatchObject({ state: 'present' })
  expect(sockets).toHaveLength(1)
})

test('one that ended before it was used is opened again', async () => {
  const { cluster, sockets } = await openedAhead()
  await settled()
  sockets[0]?.destroy()
  await settled()
  expect(await cluster.get(configMaps, 'ai', 'one', within(5_000))).toMatchObject({ state: 'present' })
})
