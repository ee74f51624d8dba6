import { createServer } from 'node:http'
import { listen } from '../listen.ts'

export interface StatsEndpoint {
  readonly port: number
  close(): void
}

/** What a gateway tells of itself, as at Envoy's: counters at `/stats/prometheus`, JSON at every other path that `json` knows. */
export async function openStatsEndpoint(text: () => string, json: (path: string) => object | undefined): Promise<StatsEndpoint> {
  const server = createServer((request, response) => {
    request.resume()
    const path = request.url?.split('?', 1)[0] ?? '/'
    if (path === '/stats/prometheus') return void response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end(text())
    const document = json(path)
    if (document === undefined) return void response.writeHead(404).end('not here\n')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  return {
    port: await listen(server),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
