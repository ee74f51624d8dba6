import { buildConnector, Pool } from 'undici'

/** Keep-alive connections, one pool a gateway. A pool opens as many as there are requests in flight: an open loop must not queue behind slow answers. */
export interface Connections {
  to(url: string): Pool
  /** Cuts what is still in flight. */
  close(): Promise<void>
}

/**
 * `connectTimeout` in ms: how long a connection may take to open before its attempt is given up; the probe's own time-out is usually shorter.
 * `fresh`: every request opens a connection of its own, as new clients do; behind a layer-4 balancer one connection only ever meets one instance.
 */
export function openConnections(connectTimeout = 10_000, fresh = false): Connections {
  const pools = new Map<string, Pool>()
  const connector = buildConnector({ allowH2: false, timeout: connectTimeout })
  return {
    to(url) {
      const { origin } = new URL(url)
      const known = pools.get(origin)
      if (known !== undefined) return known
      const pool = new Pool(origin, {
        allowH2: false,
        connections: null,
        pipelining: fresh ? 0 : 1,
        headersTimeout: 0,
        bodyTimeout: 0,
        // Without TLS the probe's host is of no use to a connection, and with it undici would resolve names for a gateway that is an address.
        connect: ({ servername, ...options }, callback) =>
          connector(options.protocol === 'https:' && servername !== undefined ? { ...options, servername } : options, callback),
      })
      pools.set(origin, pool)
      return pool
    },
    async close() {
      const all = [...pools.values()]
      pools.clear()
      await Promise.all(all.map((pool) => pool.destroy()))
    },
  }
}
