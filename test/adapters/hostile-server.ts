import { createServer, type Server, type ServerOptions } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createPlainServer, type Server as PlainServer, type Socket } from 'node:net'
import { createAuthority } from '../../src/lab/pki.ts'

const authority = createAuthority('hostile', Date.now())
const identity = authority.issueServer(['127.0.0.1', 'api.example'])
export const ca = authority.cert
export const clientPair = authority.issueClient({ commonName: 'tester' })
/** An authority that signed nothing here. */
export const strangerCa = createAuthority('stranger', Date.now()).cert

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly subject?: string
}
export type Behaviour = (request: Seen, response: ServerResponse, socket: Socket, count: number) => void

export interface HostileServer {
  readonly url: string
  readonly port: number
  readonly seen: readonly Seen[]
  /** TLS connections that were made. */
  readonly connections: () => number
  readonly mostInFlight: () => number
  close(): Promise<void>
}

const plainSockets = new Map<string, Socket>()

/** Resets the TCP connection under a TLS socket. */
export function reset(socket: Socket): void {
  plainSockets.get(`${socket.remotePort}-${socket.localPort}`)?.resetAndDestroy()
}

/** An HTTPS server on loopback that does as it is told with each request, which it has read whole. */
export async function hostileServer(behaviour: Behaviour, options: ServerOptions = {}): Promise<HostileServer> {
  const seen: Seen[] = []
  let connections = 0
  let inFlight = 0
  let most = 0
  const server = createServer({ ...identity, ca, keepAliveTimeout: 30_000, ...options })
  server.on('connection', (plain: Socket) => plainSockets.set(`${plain.remotePort}-${plain.localPort}`, plain))
  server.on('secureConnection', () => connections++)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    most = Math.max(most, ++inFlight)
    // Answered is out of flight: that it has been sent is heard of later, maybe after the client's next request.
    let open = true
    const over = (): void => {
      if (open) inFlight--
      open = false
    }
    response.once('prefinish', over).once('close', over)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const socket = request.socket as Socket & { getPeerCertificate?: () => { subject?: { CN?: string } } }
      const subject = socket.getPeerCertificate?.().subject?.CN
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8'), ...(subject === undefined ? {} : { subject }) }
      seen.push(one)
      behaviour(one, response, request.socket, seen.length)
    })
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  const port = await listening(server)
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    mostInFlight: () => most,
    close: () => closed(server),
  }
}

/** Accepts connections and never says a word. */
export async function silentServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createPlainServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  const port = await listening(server)
  return {
    url: `https://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A URL at which nothing listens. */
export async function refusingUrl(): Promise<string> {
  const server = createPlainServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return `https://127.0.0.1:${port}`
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** An answer as the API server gives it for anything but success. */
export function statusBody(code: number, reason: string, message: string, details?: object): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  }
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1' }, data }
}

function listening(server: Server | PlainServer): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    }),
  )
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
