import { constants } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { failing, type Answer, type StreamAnswer } from './answer.ts'
import type { User } from './authorization.ts'
import { bodyOf, send, serve, type ApiHooks, type WholeAnswer } from './hooks.ts'
import type { Objects } from './objects.ts'
import type { ApiRequest } from './request.ts'
import { forwardPort, speaksChannels, type PodPorts } from './port-forward.ts'
import { Rest } from './rest.ts'

const mostBytes = 3 * 1024 * 1024

export interface ApiServerOptions {
  readonly caCert: string
  readonly cert: string
  readonly key: string
  readonly objects: Objects
  /** ms between bookmarks of a watch. */
  readonly bookmarkEvery?: number
}

/** One cluster's API on a port of 127.0.0.1, over TLS with client certificates: CN is the user, O its groups. */
export class ApiServer implements ApiHooks {
  intercept: ApiHooks['intercept']
  observe: ApiHooks['observe']
  before: ApiHooks['before']
  after: ApiHooks['after']
  /** Where Pods' ports are answered; absent: nothing listens in any Pod. */
  ports: PodPorts | undefined
  readonly objects: Objects
  readonly #rest: Rest
  readonly #server: Server
  readonly #upgraded = new Set<Duplex>()

  constructor({ caCert, cert, key, objects, bookmarkEvery }: ApiServerOptions) {
    this.objects = objects
    this.#rest = new Rest(objects, bookmarkEvery)
    const secureOptions = constants.SSL_OP_NO_TICKET // a resumed session would come without the client's certificate
    this.#server = createServer(
      { ca: caCert, cert, key, requestCert: true, rejectUnauthorized: false, secureOptions },
      (request, response) => {
        this.#serve(request, response).catch(() => response.destroy())
      },
    )
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head).catch(() => socket.destroy())
    })
    this.#server.keepAliveTimeout = 90_000
    this.#server.on('tlsClientError', () => undefined)
  }

  /** Listens and returns the port; 0 asks for any. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => this.#server.once('error', reject).listen(port, '127.0.0.1', resolve))
    return (this.#server.address() as AddressInfo).port
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#rest.watches.count
  }

  /** Forgets history as compaction does: older watches and continue tokens answer 410 from now on. */
  compact(): void {
    this.objects.store.forget()
    this.#rest.lists.forget()
  }

  /** Ends all watches, as a restarted server would. */
  endWatches(): void {
    this.#rest.watches.closeAll()
  }

  async close(): Promise<void> {
    this.endWatches()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    for (const socket of this.#upgraded) socket.destroy()
    await closed
  }

  /** Only port-forwards are upgraded; whoever asks for another protocol gets what is answered to the plain request, and the end. */
  async #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    this.#upgraded.add(socket)
    socket.once('close', () => this.#upgraded.delete(socket))
    const refuse = ({ status, headers, body }: WholeAnswer): void => {
      const lines = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) })
      const text = lines.map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${text}\r\n${body.toString()}`)
    }
    const request = requestOf(incoming, Buffer.alloc(0))
    if (request === undefined) return refuse(failing(401, 'Unauthorized', {}, 'Unauthorized'))
    this.observe?.(request)
    await this.before?.(request)
    const intervention = this.intercept?.(request)
    if (intervention === 'hang') return
    if (typeof intervention === 'object' && 'status' in intervention) return refuse({ headers: {}, body: '', ...intervention })
    if (intervention !== undefined) return void socket.destroy()
    const wanted = this.#rest.forwarded(request)
    if ('status' in wanted) return refuse(wanted)
    const { 'sec-websocket-key': key, 'sec-websocket-protocol': protocols = '', 'sec-websocket-version': version } = incoming.headers
    if (key === undefined || !speaksChannels({ key, protocols, version }))
      return refuse(failing(501, 'NotImplemented', {}, 'the embedded lab forwards ports by v4.channel.k8s.io only'))
    forwardPort(socket, head, key, wanted.port, this.ports?.(wanted.namespace, wanted.pod, wanted.port))
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming, mostBytes)
    const request = requestOf(incoming, body ?? Buffer.alloc(0))
    if (body === undefined) return send(response, uncached(failing(413, 'RequestEntityTooLarge', {}, `limit is ${mostBytes}`)))
    if (request === undefined) return send(response, uncached(failing(401, 'Unauthorized', {}, 'Unauthorized')))
    await serve(this, request, response, () => uncached(this.#rest.answer(request)))
  }
}

const uncached = <T extends Answer | StreamAnswer>(answer: T): T => ({
  ...answer,
  headers: { 'cache-control': 'no-cache, private', ...answer.headers },
})

/** Undefined when the client shows credentials that are not ours; without any it is anonymous. */
function requestOf(incoming: IncomingMessage, body: Buffer): ApiRequest | undefined {
  const user = userOf(incoming.socket as TLSSocket)
  if (user === undefined || incoming.headers.authorization !== undefined) return undefined
  const url = new URL(incoming.url ?? '/', 'https://lab')
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    contentType: (incoming.headers['content-type'] ?? '').split(';')[0]!.trim(),
    userAgent: incoming.headers['user-agent'] ?? 'unknown',
    user,
    body,
  }
}

const users = new WeakMap<TLSSocket, User>()

function userOf(socket: TLSSocket): User | undefined {
  const known = users.get(socket)
  if (known !== undefined) return known
  const { subject } = socket.getPeerCertificate()
  if (subject !== undefined && !socket.authorized) return undefined
  const organizations = subject?.O
  const name = subject?.CN as string | undefined
  const user =
    name === undefined
      ? { name: 'system:anonymous', groups: ['system:unauthenticated'] }
      : { name, groups: [...[organizations ?? []].flat(), 'system:authenticated'] }
  users.set(socket, user)
  return user
}
