import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { Duplex, PassThrough, Writable } from 'node:stream'
import type { Deadline } from '../../domain/change.ts'
import { redactText } from '../../domain/redact.ts'
import type { Clock } from '../../ports/clock.ts'
import { seconds } from '../network-reason.ts'
import type { ContextAccess } from './contexts.ts'
import type { Login } from './login.ts'

export interface PodPort {
  readonly access: ContextAccess
  readonly login: Login
  readonly namespace: string
  readonly pod: string
  readonly port: number
}

/** What one GET through a forwarded port came to. `refused`: the API server did not open the tunnel, and said this status. */
export type PodAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly refused: number }
  | { readonly failed: 'tunnel' | 'pod'; readonly why: string }

/** Bytes of one answer: the routes of a large gateway are some megabytes. */
const MAX_BODY = 64 * 2 ** 20

/**
 * One HTTP GET of a Pod's port, through the API server's port-forward (WebSocket, `v4.channel.k8s.io`: channel 0 is data, channel 1 what the kubelet has to say).
 * The client library is loaded with the first call, and the time runs from then. It knows no deadline and never says that the tunnel has ended, so both are watched over here. Never rejects.
 */
export async function getFromPod(target: PodPort, path: string, clock: Clock, deadline: Deadline): Promise<PodAnswer> {
  const patience = Math.max(0, deadline.at - clock.monotonic())
  const library = await loaded()
  const over = new AbortController()
  const tunnel = tunnelStream()
  try {
    const late = clock.sleep(patience, over.signal).then((): PodAnswer => ({ failed: 'pod', why: `no answer ${seconds(patience)}` }))
    return await Promise.race([late, answered(library, target, tunnel, path, patience)])
  } finally {
    over.abort()
    tunnel.close()
  }
}

async function answered(library: Library, target: PodPort, tunnel: Tunnel, path: string, patience: number): Promise<PodAnswer> {
  try {
    await opened(library, target, tunnel, patience)
  } catch (error) {
    const why = messageOf(error)
    const status = /Unexpected server response: (\d{3})/.exec(why)?.[1]
    return status === undefined ? { failed: 'tunnel', why } : { refused: Number(status) }
  }
  try {
    return await get(tunnel.socket, path, tunnel.told)
  } catch (error) {
    return { failed: 'pod', why: tunnel.told() ?? messageOf(error) }
  }
}

type Library = Awaited<ReturnType<typeof loaded>>

async function loaded() {
  const [{ KubeConfig }, { PortForward }, { WebSocketHandler }] = await Promise.all([
    import('@kubernetes/client-node/dist/config.js'),
    import('@kubernetes/client-node/dist/portforward.js'),
    import('@kubernetes/client-node/dist/web-socket-handler.js'),
  ])
  return { KubeConfig, PortForward, WebSocketHandler }
}

async function opened(
  { KubeConfig, PortForward, WebSocketHandler }: Library,
  { access, login, namespace, pod, port }: PodPort,
  tunnel: Tunnel,
  patience: number,
): Promise<void> {
  /** The connection is the library's, for its proxies and certificates; who we are was found out already. */
  class LoggedIn extends KubeConfig {
    override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
      await super.applyToHTTPSOptions(options)
      Object.assign(options, { headers: { ...login.headers }, handshakeTimeout: Math.ceil(patience), maxPayload: MAX_BODY })
    }
  }
  const config = new LoggedIn()
  const cluster = { ...access.cluster, server: access.server.replace(/\/+$/, '') }
  const parts = {
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user: certificateOf(login) }],
    contexts: [{ name: 'only', context: { cluster: 'cluster', user: 'user' } }],
  }
  config.loadFromString(JSON.stringify({ ...parts, 'current-context': 'only' }))
  const forward = new PortForward(config, true, new WebSocketHandler(config))
  const socket: unknown = await forward.portForward(namespace, pod, [port], tunnel.fromPod, tunnel.errors, tunnel.toPod)
  if (isWebSocket(socket)) tunnel.carriedBy(socket)
}

function certificateOf({ tls: { cert, key } }: Login): object {
  const base64 = (pem: string | Buffer): string => Buffer.from(pem).toString('base64')
  return cert === undefined || key === undefined ? {} : { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}

interface WebSocketLike {
  addEventListener(event: 'close', listener: () => void): void
  terminate(): void
}

function isWebSocket(socket: unknown): socket is WebSocketLike {
  return typeof socket === 'object' && socket !== null && 'addEventListener' in socket && 'terminate' in socket
}

interface Tunnel {
  /** Both ways, as a connection. */
  readonly socket: Duplex
  readonly fromPod: Writable
  readonly toPod: PassThrough
  readonly errors: Writable
  /** What the kubelet said is wrong. */
  readonly told: () => string | undefined
  carriedBy(webSocket: WebSocketLike): void
  close(): void
}

function tunnelStream(): Tunnel {
  let carrier: WebSocketLike | undefined
  let closed = false
  let told = ''
  const toPod = new PassThrough()
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk, _, done) => void toPod.write(chunk, done),
    destroy: (error, done) => {
      carrier?.terminate()
      done(error)
    },
  })
  socket.on('error', () => undefined)
  const end = (): void => {
    if (!socket.destroyed && !socket.readableEnded) socket.push(null)
  }
  const sink = (take: (chunk: Buffer) => void): Writable =>
    new Writable({
      write: (chunk: Buffer, _, done) => {
        take(chunk)
        done()
      },
    })
  return {
    socket,
    toPod,
    fromPod: sink((chunk) => void (socket.destroyed || socket.push(chunk))),
    errors: sink((chunk) => {
      told += chunk.toString('utf8')
      if (told !== '') end()
    }),
    told: () => (told === '' ? undefined : redactText(told.trim())),
    carriedBy(webSocket) {
      carrier = webSocket
      if (closed) webSocket.terminate()
      webSocket.addEventListener('close', end)
    },
    close() {
      closed = true
      carrier?.terminate()
      socket.destroy()
    },
  }
}

async function get(socket: Duplex, path: string, told: () => string | undefined): Promise<PodAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { host: 'localhost', connection: 'close', accept: 'application/json' }
    httpRequest({ createConnection: () => socket, path, method: 'GET', headers }, resolve)
      .once('error', reject)
      .end()
  })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY) return { failed: 'pod', why: `the answer is longer than ${MAX_BODY / 2 ** 20} MiB` }
    chunks.push(chunk)
  }
  if (!response.complete) return { failed: 'pod', why: told() ?? 'the answer was cut' }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }
}

/** What `ws` rejects with is an event, whose message says more than its type. */
function messageOf(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return redactText(typeof message === 'string' && message !== '' ? message : String(error))
}
