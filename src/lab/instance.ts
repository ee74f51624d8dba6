import { createServer } from 'node:http'
import type { Ledger } from './ledger.ts'
import { listen } from './listen.ts'

/** One Pod's process: an HTTP server that says which center it belongs to and writes down the ids of the requests that it gets. */
export interface Instance {
  readonly port: number
  /** Takes no new connection, ends idle ones, lets requests in flight finish. */
  stop(): void
  /** At once. */
  kill(): void
}

export interface InstanceOptions {
  /** Named in the header `x-center` and the JSON field `zone` of every answer. */
  readonly center: string
  readonly pod: string
  readonly ledger: Ledger
}

const GRACE = 1000 // ms for requests in flight

export async function startInstance({ center, pod, ledger }: InstanceOptions): Promise<Instance> {
  const server = createServer({ keepAliveTimeout: 15_000 }, (request, response) => {
    request.resume()
    request.once('end', () => {
      const id = request.headers['x-request-id']
      if (typeof id === 'string') ledger.record(id)
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-center': center,
        ...(server.listening ? {} : { connection: 'close' }),
      })
      response.end(JSON.stringify({ status: 'ok', zone: center, pod, path: request.url }))
    })
  })
  const port = await listen(server)
  return {
    port,
    stop() {
      server.close()
      setTimeout(() => server.closeAllConnections(), GRACE).unref()
    },
    kill() {
      server.close()
      server.closeAllConnections()
    },
  }
}
