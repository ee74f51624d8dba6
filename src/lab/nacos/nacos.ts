import { randomBytes } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { Agent, request as send } from 'undici'
import { LOOPBACK, listen } from '../listen.ts'
import { type NacosAnswer, answerNaming, failed, forbidden, notServed } from './api.ts'
import { type NacosManner, ORDINARY } from './manner.ts'
import type { Registration } from './registration.ts'

/** One center's registry: what its own services registered, and copies of what the other centers' registries have. */
export interface LabNacos {
  /** Where it listens, before the proxy. */
  readonly port: number
  /** Changes what is given and leaves the rest as it is. */
  set(manner: Partial<NacosManner>): void
  /** Behaves as at the start. */
  reset(): void
  /** Base URLs of the other centers' registries, by center. */
  follow(peers: ReadonlyMap<string, string>): void
  /** Looks at them now. */
  copy(): Promise<void>
  close(): Promise<void>
}

const COPY = '/lab/registrations'
const LOGINS = ['/nacos/v1/auth/login', '/nacos/v1/auth/users/login', '/nacos/v3/auth/user/login']
const PATIENCE = 1000 // ms for another center's registry

/** `own`: what the center's services have registered at this moment. */
export async function startNacos({ own }: { readonly own: () => readonly Registration[] }): Promise<LabNacos> {
  let manner = ORDINARY
  let peers: ReadonlyMap<string, string> = new Map()
  const copies = new Map<string, readonly Registration[]>()
  const tokens = new Map<string, number>()
  const agent = new Agent({ allowH2: false, connections: 1 })
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const copy = async (): Promise<void> => {
    await Promise.all(
      [...peers].map(async ([center, url]) => {
        try {
          const { body } = await send(url + COPY, { dispatcher: agent, signal: AbortSignal.timeout(PATIENCE) })
          copies.set(center, (await body.json()) as readonly Registration[])
        } catch {
          // It cannot be reached: what was copied last stays.
        }
      }),
    )
  }
  const schedule = (): void => {
    clearTimeout(timer)
    if (closed || manner.copyEvery === null) return
    timer = setTimeout(() => void copy().then(schedule), manner.copyEvery).unref()
  }

  const login = async (request: IncomingMessage, path: string): Promise<NacosAnswer> => {
    const given = new URLSearchParams(await text(request))
    const { username, password, ttl } = manner.credentials ?? {
      username: given.get('username'),
      password: given.get('password'),
      ttl: 18_000_000,
    }
    if (given.get('username') !== username || given.get('password') !== password) return forbidden(path, 'unknown user!')
    const token = randomBytes(16).toString('base64url')
    tokens.set(token, Date.now() + ttl)
    return { status: 200, body: { accessToken: token, tokenTtl: Math.ceil(ttl / 1000), globalAdmin: false, username } }
  }
  const answer = async (request: IncomingMessage, path: string, query: URLSearchParams): Promise<NacosAnswer> => {
    if (path === '/nacos/v1/console/health/readiness') return { status: 200, body: 'OK' }
    if (path === COPY) return { status: 200, body: own() }
    if (manner.answer === 'forbidden') return forbidden(path, 'authorization failed!')
    if (manner.answer === 'error') return failed(500, 'Internal Server Error', 'java.lang.NullPointerException', path)
    const isV3 = path.startsWith('/nacos/v3/')
    if ((isV3 && manner.apis === 'v1') || (!isV3 && manner.apis === 'v3')) return notServed(path)
    if (LOGINS.includes(path)) return request.method === 'POST' ? await login(request, path) : failed(405, 'Method Not Allowed', '', path)
    if (manner.credentials !== undefined) {
      const bearer = /^Bearer (?<token>.+)$/.exec(request.headers.authorization ?? '')?.groups?.['token']
      const until = tokens.get(bearer ?? query.get('accessToken') ?? '')
      if (until === undefined) return forbidden(path, 'user not found!')
      if (until <= Date.now()) return forbidden(path, 'token expired!')
    }
    const registered = [...own(), ...[...copies.values()].flat()]
    const services = [...new Set(registered.map(({ service }) => service))]
    const all = registered.flatMap((one) => manner.change(one) ?? [])
    return answerNaming({ path, query, all, services, catalog: manner.catalog })
  }

  const server = createServer({ keepAliveTimeout: 15_000 }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://nacos')
    const spoilt = pathname !== COPY && (manner.answer === 'html' || manner.answer === 'truncated') ? manner.answer : undefined
    void answer(request, pathname, searchParams).then((made) => write(response, made, spoilt))
  })
  const port = await listen(server)

  return {
    port,
    set(next) {
      manner = { ...manner, ...next }
      schedule()
    },
    reset() {
      manner = ORDINARY
      schedule()
    },
    follow(others) {
      peers = others
      schedule()
    },
    copy,
    async close() {
      closed = true
      clearTimeout(timer)
      server.close()
      server.closeAllConnections()
      await agent.destroy()
    },
  }
}

function write(response: ServerResponse, { status, body }: NacosAnswer, spoilt: 'html' | 'truncated' | undefined): void {
  const page = `<html><head><title>Sign in</title></head><body>proxy on ${LOOPBACK}</body></html>\n`
  if (spoilt === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  const head = { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json;charset=UTF-8' }
  if (spoilt === undefined) return void response.writeHead(status, head).end(content)
  response.writeHead(status, { ...head, 'content-length': Buffer.byteLength(content) })
  response.write(content.slice(0, content.length >> 1), () => response.destroy())
}

async function text(request: IncomingMessage): Promise<string> {
  let read = ''
  for await (const chunk of request.setEncoding('utf8')) read += chunk
  return read
}
