import { constants } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { Pool } from 'undici'
import type { StreamAnswer } from '../../src/lab/apiserver/answer.ts'
import { type ApiHooks, bodyOf, serve, type WholeAnswer } from '../../src/lab/apiserver/hooks.ts'
import { type ApiRequest, isWatch } from '../../src/lab/apiserver/request.ts'
import type { EngineCluster, LabEngine } from '../../src/lab/engines/engine.ts'
import { listenOnFreePort, LOOPBACK } from '../../src/lab/listen.ts'
import { createAuthority } from '../../src/lab/pki.ts'

/** An engine whose API servers can be heard and hooked into, whatever they are. */
export interface OverheardEngine extends LabEngine {
  /** Throws for a center that is not up. */
  hooks(center: string): ApiHooks
}

/**
 * Puts a proxy before each API server of an engine that has no hooks of its own. It ends TLS with an authority of its own and speaks to the server as the administrator
 * who impersonates whomever the client's certificate names, so that rights, identities and audit are the server's; bodies pass as they are, watches as they come.
 */
export function overheard(engine: LabEngine): OverheardEngine {
  const proxies = new Map<string, Proxy>()
  const closeAll = async (): Promise<void> => {
    const open = [...proxies.values()]
    proxies.clear()
    await Promise.all(open.map((one) => one.close()))
  }
  return {
    ...engine,
    async up(names, dir) {
      const clusters = await engine.up(names, dir)
      for (const cluster of clusters) proxies.set(cluster.name, await openProxy(cluster))
      return clusters.map(({ name }) => found(proxies, name).cluster)
    },
    async down() {
      await closeAll()
      await engine.down()
    },
    hooks: (center) => found(proxies, center).hooks,
  }
}

interface Proxy {
  readonly cluster: EngineCluster
  readonly hooks: ApiHooks
  close(): Promise<void>
}

function found(proxies: ReadonlyMap<string, Proxy>, center: string): Proxy {
  const proxy = proxies.get(center)
  if (proxy === undefined) throw new Error(`no API server of ${center} is up`)
  return proxy
}

const MOST = 8 * 1024 * 1024 // bytes of one body
const ADMIN = 'lab-admin'

async function openProxy({ name, url, caCert, clientCert, clientKey }: EngineCluster): Promise<Proxy> {
  const authority = createAuthority(`tricenter test ${name}`, Date.now())
  const hooks: ApiHooks = { intercept: undefined, observe: undefined, before: undefined, after: undefined }
  const endless = { headersTimeout: 0, bodyTimeout: 0, pipelining: 1 }
  const asAdmin = new Pool(url, { ...endless, connect: { ca: caCert, cert: clientCert, key: clientKey } })
  const asNobody = new Pool(url, { ...endless, connect: { ca: caCert } }) // tokens, and clients without any credentials

  const secureOptions = constants.SSL_OP_NO_TICKET // a resumed session would come without the client's certificate
  const identity = authority.issueServer(['localhost', LOOPBACK])
  const tls = { ca: authority.cert, ...identity, requestCert: true, rejectUnauthorized: false, secureOptions }
  const { server, port } = await listenOnFreePort(() =>
    createServer(tls, (incoming, response) => {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      answer(incoming, gone.signal).catch(() => response.destroy())
      async function answer(from: IncomingMessage, signal: AbortSignal): Promise<void> {
        const body = await bodyOf(from, MOST)
        if (body === undefined) throw new Error('a body too long')
        const request = requestOf(from, body)
        const pool = request.user.name === '' ? asNobody : asAdmin
        await serve(hooks, request, response, async () => await passed(pool, from.url ?? '/', request, signal))
      }
    }),
  )
  server.on('tlsClientError', () => undefined)

  const admin = authority.issueClient({ commonName: ADMIN, organizations: ['system:masters'] })
  return {
    hooks,
    cluster: {
      name,
      url: `https://${LOOPBACK}:${port}`,
      caCert: authority.cert,
      clientCert: admin.cert,
      clientKey: admin.key,
      issueClient: (user, groups = []) => authority.issueClient({ commonName: user, organizations: groups }),
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      ;(server as ReturnType<typeof createServer>).closeAllConnections()
      await Promise.all([closed, asAdmin.destroy(), asNobody.destroy()])
    },
  }
}

/** What belongs to one connection and not to the request. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
  'host',
  'content-length',
  'expect',
])

type Headers = Readonly<Record<string, string | string[] | undefined>>

const without = (headers: Headers): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(headers).filter((one): one is [string, string | string[]] => one[1] !== undefined && !HOP.has(one[0])))

async function passed(
  pool: Pool,
  path: string,
  { method, headers, body, query, user }: ApiRequest,
  signal: AbortSignal,
): Promise<WholeAnswer | StreamAnswer> {
  const whom = user.name === '' || user.name === ADMIN ? {} : { 'impersonate-user': user.name, 'impersonate-group': [...user.groups] }
  const answer = await pool.request({
    path,
    method,
    headers: { ...without(headers), ...whom },
    body: body.length === 0 ? null : body,
    // A write whose client has gone is carried out all the same, as the API server would.
    ...(method === 'GET' ? { signal } : {}),
  })
  const kept = without(answer.headers)
  if (!isWatch(query) || answer.statusCode !== 200)
    return { status: answer.statusCode, headers: kept, body: Buffer.from(await answer.body.arrayBuffer()) }
  return {
    status: answer.statusCode,
    headers: kept,
    start(sink) {
      const end = (): void => sink.end()
      answer.body
        .on('data', (chunk: Buffer) => sink.write(chunk))
        .on('end', end)
        .on('error', end)
      return () => void answer.body.destroy()
    },
  }
}

/** A client without a certificate has no name here: its token, or the want of one, is the server's affair. */
function requestOf(incoming: IncomingMessage, body: Buffer): ApiRequest {
  const url = new URL(incoming.url ?? '/', 'https://lab')
  const socket = incoming.socket as TLSSocket
  const { subject } = socket.getPeerCertificate()
  if (subject !== undefined && !socket.authorized) throw new Error('a certificate of another authority')
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    contentType: (incoming.headers['content-type'] ?? '').split(';')[0]!.trim(),
    userAgent: incoming.headers['user-agent'] ?? 'unknown',
    user: { name: String(subject?.CN ?? ''), groups: [subject?.O ?? []].flat() },
    body,
  }
}
