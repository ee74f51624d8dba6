import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A TCP link before a port of this machine, with the round trip of a distant place. */
export interface DelayLink {
  readonly port: number
  /** Connections that were opened through it since the last `reset`. */
  readonly opened: () => number
  reset(): void
  close(): Promise<void>
}

/** Each direction takes half of `rtt()` (ms); opening a connection costs a whole round trip, which its first bytes pay. */
export async function openDelayLink(target: number, rtt: () => number): Promise<DelayLink> {
  const sockets = new Set<Socket>()
  let opened = 0
  const server = createServer({ noDelay: true }, (client) => {
    opened += 1
    const upstream = connect({ host: '127.0.0.1', port: target, noDelay: true })
    forward(client, upstream, rtt() / 2, rtt())
    forward(upstream, client, rtt() / 2, 0)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    opened: () => opened,
    reset: () => {
      opened = 0
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Every piece arrives `delay` ms after it was sent, and none before `handshake + delay` ms have passed since the connection was opened. */
function forward(from: Socket, to: Socket, delay: number, handshake: number): void {
  const open = performance.now() + handshake
  const later = (act: () => void): void => {
    const wait = Math.max(0, open - performance.now()) + delay
    if (wait === 0) act()
    else setTimeout(act, wait)
  }
  from.on('data', (data) => later(() => to.write(data)))
  from.on('end', () => later(() => to.end()))
}
