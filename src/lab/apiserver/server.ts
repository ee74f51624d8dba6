import { constants } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { failing, type Answer, type Intervention, type StreamAnswer } from './answer.ts'
import type { User } from './authorization.ts'
import type { Objects } from './objects.ts'
import type { ApiRequest } from './request.ts'
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
export class ApiServer {
  /** Asked for each request; what it answers happens instead of, or to, the true answer. */
  intercept: ((request: ApiRequest) => Intervention | undefined) | undefined
  /** Told of each request as it arrives. */
  observe: ((request: ApiRequest) => void) | undefined
  /** Awaited before a request is processed. */
  before: ((request: ApiRequest) => void | Promise<void>) | undefined
  /** Awaited when a request has been processed and before its answer is sent. */
  after: ((request: ApiRequest, status: number) => void | Promise<void>) | undefined
  readonly objects: Objects
  readonly #rest: Rest
  readonly #server: Server
  readonly #timers = new Set<NodeJS.Timeout>()

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
    for (const timer of this.#timers) clearInterval(timer)
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming)
    const request = requestOf(incoming, body ?? Buffer.alloc(0))
    if (body === undefined) return this.#send(response, failing(413, 'RequestEntityTooLarge', {}, `limit is ${mostBytes}`), undefined)
    if (request === undefined) return this.#send(response, failing(401, 'Unauthorized', {}, 'Unauthorized'), undefined)
    this.observe?.(request)
    await this.before?.(request)
    const intervention = this.intercept?.(request)
    if (intervention === 'hang') return
    if (intervention === 'reset') return void incoming.socket.destroy()
    if (typeof intervention === 'object' && 'status' in intervention) {
      const { status, headers = { 'content-type': 'application/json' }, body: text = '' } = intervention
      return this.#send(response, { status, headers, body: text }, undefined)
    }
    const answer = this.#rest.answer(request)
    await this.after?.(request, answer.status)
    this.#send(response, answer, intervention)
  }

  #send(response: ServerResponse, answer: Answer | StreamAnswer, fault: Exclude<Intervention, { status: number }> | undefined): void {
    const cut = () => response.socket?.destroy()
    if (fault === 'lose') return void cut()
    const headers = { 'cache-control': 'no-cache, private', ...answer.headers }
    if ('start' in answer) return this.#stream(response, { ...answer, headers }, fault)
    const whole = Buffer.from(answer.body)
    const half = whole.subarray(0, whole.length >> 1)
    const bytes = fault === 'truncate' ? half : whole
    response.writeHead(answer.status, { ...headers, 'content-length': bytes.length })
    if (fault === 'reset-mid-answer') response.write(half, cut)
    else if (typeof fault === 'object') this.#drip(response, bytes, fault.drip)
    else response.end(bytes)
  }

  #stream(response: ServerResponse, answer: StreamAnswer, fault: Exclude<Intervention, { status: number }> | undefined): void {
    response.writeHead(answer.status, answer.headers)
    response.flushHeaders()
    const write = (line: string) => {
      if (fault === undefined || response.destroyed) return void response.write(line)
      const bytes = Buffer.from(line)
      if (typeof fault === 'object') this.#drip(response, bytes, fault.drip, false)
      else if (fault === 'truncate') response.end(bytes.subarray(0, bytes.length >> 1))
      else response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
    }
    const stop = answer.start({ write, end: () => response.end() })
    response.once('close', stop)
  }

  #drip(response: ServerResponse, whole: Buffer, { bytes, every }: { bytes: number; every: number }, ends = true): void {
    let sent = 0
    const timer = setInterval(() => {
      if (!response.destroyed && sent < whole.length) return void response.write(whole.subarray(sent, (sent += bytes)))
      clearInterval(timer)
      this.#timers.delete(timer)
      if (ends) response.end()
    }, every)
    this.#timers.add(timer)
  }
}

/** The whole body; undefined when it is longer than the real server takes. */
async function read(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += chunk.length
    if (length <= mostBytes) chunks.push(chunk)
  }
  return length <= mostBytes ? Buffer.concat(chunks) : undefined
}

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
