import type { Socket } from 'node:net'
import { buildConnector, Client, Pool, ProxyAgent, type Dispatcher } from 'undici'
import type { ContextAccess } from './contexts.ts'
import { inFlight } from './in-flight.ts'
import type { TlsOptions } from './login.ts'

/** At most this many requests are in flight to one cluster. */
export const MAX_IN_FLIGHT = 8
/** Reads that may wait for each other's answers on the first connection: what one look at a center asks for. */
export const SHARED_READS = 4
/** A connection that is not open after this long (ms) is tried anew, so that a center that returns is noticed soon. */
const CONNECT_PATIENCE = 3_000

/** Keep-alive connections to one API server. */
export type Connections = Pick<Dispatcher, 'dispatch' | 'close' | 'destroy'>

const shared = { allowH2: false, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 }

/**
 * HTTP/1.1. The first connection takes up to four reads at once, one behind the other, for a handshake costs more than all of them; a read that is cut with its neighbour is repeated on a new one.
 * Everything else, and every write, has a connection to itself: one that hangs is ended with it and never with another request's. Those open only while requests wait.
 */
export function connect({ server, proxy }: Pick<ContextAccess, 'server' | 'proxy'>, tls: TlsOptions, ahead = false): Connections {
  if (proxy !== undefined) return throughProxy(server, proxy, tls)
  const { origin } = new URL(server)
  const connector = buildConnector({ ...tls, allowH2: false, timeout: CONNECT_PATIENCE })
  const early = ahead ? connectAhead(connector, new URL(server)) : undefined
  const first = new Client(origin, { ...shared, connect: early?.connector ?? connector, pipelining: SHARED_READS })
  const more = new Pool(origin, { ...shared, connect: connector, connections: MAX_IN_FLIGHT - 1, pipelining: 1 })
  const { dispatch, idle } = inFlight(MAX_IN_FLIGHT, (request, handler) => {
    if (request.method !== 'GET') return (first.stats.size < 1 ? first : more).dispatch(request, handler)
    // Without `blocking: false` each would wait for the head of the answer before it: a round trip a request.
    return (first.stats.size < SHARED_READS ? first : more).dispatch({ ...request, blocking: false }, handler)
  })
  return {
    dispatch,
    close: async () => {
      early?.drop()
      await idle()
      await Promise.all([first.close(), more.close()])
    },
    destroy: async () => {
      early?.drop()
      await Promise.all([first.destroy(), more.destroy()])
    },
  }
}

/** A connection for one long answer, beside the others: what waits behind a watch would wait for as long as it lasts. */
export function connectAlone({ server, proxy }: Pick<ContextAccess, 'server' | 'proxy'>, tls: TlsOptions): Connections {
  if (proxy !== undefined) return throughProxy(server, proxy, tls)
  const connector = buildConnector({ ...tls, allowH2: false, timeout: CONNECT_PATIENCE })
  return new Client(new URL(server).origin, { ...shared, connect: connector, pipelining: 1 })
}

/** Opens a connection at once, and hands it to whoever connects first. One that has failed or ended before that counts for nothing. */
function connectAhead(connector: buildConnector.connector, { protocol, host, hostname, port }: URL) {
  let taker: buildConnector.Callback | undefined
  let ready: Socket | undefined
  let state: 'opening' | 'open' | 'over' = 'opening'
  connector({ protocol, host, hostname: hostname.replace(/^\[|\]$/g, ''), port }, (...result) => {
    const [, socket] = result
    if (state === 'over') return void socket?.destroy()
    state = taker !== undefined || socket === null ? 'over' : 'open'
    if (taker !== undefined) taker(...result)
    else ready = socket ?? undefined
  })
  return {
    connector: (options: buildConnector.Options, callback: buildConnector.Callback): void => {
      const usable = state === 'open' && ready?.destroyed === false ? ready : undefined
      if (state === 'opening' && taker === undefined) taker = callback
      else if (usable === undefined) connector(options, callback)
      // Never at once: the client asks for a connection in the middle of its own loop, and would not look at its queue again.
      else queueMicrotask(() => callback(null, usable))
      if (state === 'open') [state, ready] = ['over', undefined]
    },
    drop: (): void => {
      if (state === 'opening') taker?.(new Error('the connection was closed'), null)
      ready?.destroy()
      state = 'over'
    },
  }
}

function throughProxy(server: string, proxy: string, tls: TlsOptions): Connections {
  return new ProxyAgent({
    ...shared,
    connections: MAX_IN_FLIGHT,
    pipelining: 1,
    uri: proxy.replace(/^socks5?h?:/, 'socks5:'),
    requestTls: { ...tls, timeout: CONNECT_PATIENCE },
    proxyTunnel: server.startsWith('https:'),
    connectTimeout: CONNECT_PATIENCE,
  })
}
