import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** What a server says: raw bytes from the status line on, or a JSON body with status 200. `hang`: nothing more, ever. */
export type Said = { readonly raw: string; readonly end?: 'close' | 'reset' | 'hang' } | { readonly json: unknown }

/** A plain HTTP server on loopback that writes its answers byte by byte as it is told. */
export async function answeringServer(
  answer: (asked: Asked) => Said,
): Promise<{ readonly url: string; readonly asked: readonly Asked[]; close(): Promise<void> }> {
  const asked: Asked[] = []
  const server: Server = createServer((request) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const one = { path: url.pathname, query: url.searchParams, headers: request.headers }
    asked.push(one)
    say(request.socket, answer(one))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function say(socket: Socket, said: Said): void {
  if ('json' in said) {
    const body = JSON.stringify(said.json)
    socket.end(http(200, body))
    return
  }
  socket.write(said.raw)
  if (said.end === 'reset') setImmediate(() => socket.resetAndDestroy())
  else if (said.end !== 'hang') socket.end()
}

/** A whole answer as it goes over the wire. `length` says more or less than the body has, where it is to be a lie. */
export function http(status: number, body: string, type = 'application/json', length = Buffer.byteLength(body)): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`
}
