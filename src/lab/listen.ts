import type { Server } from 'node:net'

/** The whole lab listens here and nowhere else. */
export const LOOPBACK = '127.0.0.1'

/**
 * Ports that a fault closes and opens again lie under the range from which systems take ports for outgoing connections (Linux from 32768, macOS from 49152):
 * else a client's own connection could sit on a port while it is closed.
 */
const FIRST = 20_000
const COUNT = 12_000

/** Listens on loopback; port 0 lets the system choose. Answers the port. */
export function listen(server: Server, port = 0): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen({ host: LOOPBACK, port, backlog: 2048 }, () => {
    server.off('error', reject)
    const address = server.address()
    resolve(typeof address === 'object' && address !== null ? address.port : port)
  })
  return promise
}

/** Ports that are somebody's here, also while they are closed. */
const given = new Set<number>()

/** Listens on a port that stays ours while it is closed, until it is given back. */
export async function listenOnFreePort(open: () => Server): Promise<{ readonly server: Server; readonly port: number }> {
  for (let attempt = 0; ; attempt++) {
    const wanted = FIRST + Math.floor(Math.random() * COUNT)
    if (given.has(wanted)) continue
    const server = open()
    try {
      const port = await listen(server, wanted)
      given.add(port)
      return { server, port }
    } catch (error) {
      if (attempt >= 50) throw error
    }
  }
}

/** Whoever listens next may have it. */
export function giveBack(port: number): void {
  given.delete(port)
}
