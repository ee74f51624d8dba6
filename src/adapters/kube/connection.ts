import { Pool, ProxyAgent, type Dispatcher } from 'undici'
import type { ContextAccess } from './contexts.ts'
import type { TlsOptions } from './login.ts'

/** At most this many requests are in flight to one cluster. */
export const MAX_IN_FLIGHT = 8
/** A connection that is not open after this long (ms) is tried anew, so that a center that returns is noticed soon. */
const CONNECT_PATIENCE = 3_000

/**
 * Keep-alive connections to one API server, HTTP/1.1 and one request at a time on each: a request that hangs is ended with its connection and never with another request's.
 * More connections open only while requests wait.
 */
export function connect({ server, proxy }: Pick<ContextAccess, 'server' | 'proxy'>, tls: TlsOptions): Dispatcher {
  const shared = { connections: MAX_IN_FLIGHT, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 }
  if (proxy === undefined) return new Pool(new URL(server).origin, { ...shared, connect: { ...tls, timeout: CONNECT_PATIENCE } })
  const uri = proxy.replace(/^socks5?h?:/, 'socks5:')
  return new ProxyAgent({
    ...shared,
    uri,
    requestTls: { ...tls, timeout: CONNECT_PATIENCE },
    proxyTunnel: server.startsWith('https:'),
    connectTimeout: CONNECT_PATIENCE,
  })
}
