import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { type FaultProxy, openFaultProxy } from '../../src/lab/fault-proxy.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const closer of closers.splice(0)) await closer()
})

/** A server that says back in capitals what it hears. */
async function echo(): Promise<number> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    socket.on('data', (data) => socket.write(data.toString().toUpperCase()))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

async function proxied(upstream?: () => number | undefined): Promise<FaultProxy> {
  const port = await echo()
  const proxy = await openFaultProxy(upstream ?? (() => port))
  closers.push(() => proxy.close())
  return proxy
}

interface Client {
  readonly socket: Socket
  readonly opened: Promise<unknown>
  /** What it has heard once `length` characters are there, or how the connection ended. */
  hears(length: number): Promise<string>
  /** Has it heard anything, some time later? */
  isSilent(): Promise<boolean>
}
function client({ port }: FaultProxy): Client {
  const socket = connect({ port, host: '127.0.0.1' })
  closers.push(() => socket.destroy())
  let heard = ''
  let ended: string | undefined
  let wake = (): void => undefined
  socket.on('data', (data) => ((heard += data.toString()), wake()))
  socket.on('error', (error: NodeJS.ErrnoException) => ((ended = error.code ?? 'error'), wake()))
  socket.on('end', () => ((ended ??= 'end'), wake()))
  return {
    socket,
    opened: once(socket, 'connect').catch(() => undefined),
    async hears(length) {
      while (heard.length < length && ended === undefined) await new Promise<void>((resolve) => (wake = resolve))
      return heard.length >= length ? heard : `${heard}|${ended}`
    },
    async isSilent() {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return heard === '' && ended === undefined
    },
  }
}

test('passes both ways, and the end of a connection too', async () => {
  const one = client(await proxied())
  one.socket.end('hello')
  expect(await one.hears(5)).toBe('HELLO')
  expect(await one.hears(6)).toBe('HELLO|end')
})

test('refuse: new connections are refused, open ones reset; healed, they open again', async () => {
  const proxy = await proxied()
  const open = client(proxy)
  open.socket.write('a')
  expect(await open.hears(1)).toBe('A')
  await proxy.set({ kind: 'refuse' })
  expect(await open.hears(2)).toBe('A|ECONNRESET')
  expect(await client(proxy).hears(1)).toBe('|ECONNREFUSED')
  await proxy.set(null)
  const again = client(proxy)
  again.socket.write('b')
  expect(await again.hears(1)).toBe('B')
})

test('blackhole: accepts and never answers, open connections stall; healed, both go on at once', async () => {
  const proxy = await proxied()
  const open = client(proxy)
  open.socket.write('a')
  await open.hears(1)
  await proxy.set({ kind: 'blackhole' })
  const fresh = client(proxy)
  await fresh.opened
  fresh.socket.write('new')
  open.socket.write('bc')
  expect(await fresh.isSilent()).toBe(true)
  await proxy.set(null)
  expect(await fresh.hears(3)).toBe('NEW')
  expect(await open.hears(3)).toBe('ABC')
})

test('blackhole: a client that gives up leaves nothing behind', async () => {
  let asked = 0
  const port = await echo()
  const proxy = await proxied(() => (asked++, port))
  await proxy.set({ kind: 'blackhole' })
  const before = asked
  const one = client(proxy)
  await one.opened
  one.socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await proxy.set(null)
  // Healing opens the held connections; this one has gone, so nobody is asked for its upstream but the listener's own look.
  expect(asked - before).toBeLessThanOrEqual(1)
})

test('reset: an answer is cut in its middle', async () => {
  const proxy = await proxied()
  await proxy.set({ kind: 'reset' })
  const one = client(proxy)
  one.socket.write('abcdef')
  expect(await one.hears(6)).toMatch(/^(ABC)?\|ECONNRESET$/)
})

test('delay: every piece of an answer comes that much later, in order', async () => {
  const proxy = await proxied()
  await proxy.set({ kind: 'delay', ms: 120 })
  const one = client(proxy)
  const begin = performance.now()
  one.socket.write('a')
  setTimeout(() => one.socket.write('b'), 30)
  expect(await one.hears(1)).toBe('A')
  expect(performance.now() - begin).toBeGreaterThanOrEqual(119)
  expect(await one.hears(2)).toBe('AB')
  expect(performance.now() - begin).toBeGreaterThanOrEqual(148)
})

test('with nothing behind it, connections are refused until there is something', async () => {
  const port = await echo()
  let upstream: number | undefined
  const proxy = await proxied(() => upstream)
  expect(await client(proxy).hears(1)).toBe('|ECONNREFUSED')
  upstream = port
  await proxy.refresh()
  const one = client(proxy)
  one.socket.write('x')
  expect(await one.hears(1)).toBe('X')
})

test('a port is not given to another while it is closed', async () => {
  let behind: number | undefined
  const closed = await proxied(() => behind)
  const random = vi.spyOn(Math, 'random').mockReturnValueOnce((closed.port - 20_000 + 0.5) / 12_000)
  const other = await proxied()
  random.mockRestore()
  expect(other.port).not.toBe(closed.port)
  behind = await echo()
  await closed.refresh()
  const talking = client(closed)
  talking.socket.write('x')
  expect(await talking.hears(1)).toBe('X')
})
