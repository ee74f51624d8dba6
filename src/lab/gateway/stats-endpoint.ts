import { createServer } from 'node:http'
import { listen } from '../listen.ts'

/** Where Prometheus finds a gateway's counters: `GET /stats/prometheus`, as at Envoy's. */
export async function openStatsEndpoint(text: () => string): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((request, response) => {
    request.resume()
    if (request.url?.split('?', 1)[0] !== '/stats/prometheus') return void response.writeHead(404).end('not here\n')
    response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end(text())
  })
  return {
    port: await listen(server),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
