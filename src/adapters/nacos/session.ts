import type { Deadline } from '../../domain/change.ts'
import type { RegistryEndpoint, RegistrySource } from '../../domain/estate.ts'
import { openConnections } from '../../load/connections.ts'
import type { Clock } from '../../ports/clock.ts'
import { fetchOnce } from '../fetch-once.ts'
import { isEntry } from './decode.ts'
import { type Gap, type Reply, replyOf } from './reply.ts'

/** Bytes of an answer that are read: about 20 000 instances. */
const LIMIT = 8 * 2 ** 20

/** One center's server and who asks it. The token lives here and nowhere else: it goes out in a header, and no error quotes what was sent. */
export interface NacosSession {
  get(path: string, query: Readonly<Record<string, string>>, deadline: Deadline): Promise<Reply>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly clock: Clock
  readonly endpoint: RegistryEndpoint
  readonly api: RegistrySource['api']
  /** Where the values of the named variables are. */
  readonly env: Readonly<Record<string, string | undefined>>
}

const LOGINS = { v1: ['/nacos/v1/auth/login'], v3: ['/nacos/v3/auth/user/login'] } as const

export function openSession({ clock, endpoint, api, env }: SessionOptions): NacosSession {
  const base = endpoint.url.replace(/\/+$/, '').replace(/\/nacos$/, '')
  const connections = openConnections()
  const pool = connections.to(base)
  const paths = api === 'auto' ? [...LOGINS.v3, ...LOGINS.v1] : LOGINS[api]
  let token: string | undefined
  let pending: Promise<Gap | undefined> | undefined

  const send = async (path: string, deadline: Deadline): Promise<Reply> => {
    const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    return replyOf(await fetchOnce({ pool, clock, deadline, url: base + path, method: 'GET', headers, limit: LIMIT }))
  }
  const login = async (deadline: Deadline): Promise<Gap | undefined> => {
    const { usernameEnv, passwordEnv } = endpoint
    const unset = [usernameEnv, passwordEnv].find((name) => name !== undefined && (env[name] ?? '') === '')
    if (unset !== undefined) return { state: 'forbidden', why: `environment variable ${unset} is not set` }
    const body = new URLSearchParams({ username: env[usernameEnv ?? ''] ?? '', password: env[passwordEnv ?? ''] ?? '' }).toString()
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
    for (const path of paths) {
      const reply = replyOf(await fetchOnce({ pool, clock, deadline, url: base + path, method: 'POST', headers, body, limit: LIMIT }))
      if ('json' in reply) {
        const given = isEntry(reply.json) ? (reply.json['accessToken'] ?? tokenInside(reply.json['data'])) : undefined
        if (typeof given !== 'string' || !/^[\x21-\x7E]+$/.test(given)) return { state: 'unknown', why: 'the login gave no token' }
        token = given
        return undefined
      }
      if (reply.state === 'forbidden') return { state: 'forbidden', why: `login rejected (${reply.why})` }
      if (reply.state !== 'not-served')
        return 'why' in reply ? { ...reply, why: `login: ${reply.why}` } : { state: 'unknown', why: 'login failed' }
    }
    return { state: 'unknown', why: `no login is served at ${paths.join(' or ')}` }
  }
  /** However many ask at once, one login. */
  const loggedIn = async (deadline: Deadline): Promise<Gap | undefined> =>
    await (pending ??= login(deadline).finally(() => {
      pending = undefined
    }))

  return {
    async get(path, query, deadline) {
      const target = `${path}?${new URLSearchParams(query).toString()}`
      const secret = endpoint.usernameEnv !== undefined || endpoint.passwordEnv !== undefined
      if (!secret) return await send(target, deadline)
      const used = token
      if (used === undefined) {
        const gap = await loggedIn(deadline)
        if (gap !== undefined) return gap
        return await send(target, deadline)
      }
      const first = await send(target, deadline)
      if (!('state' in first) || first.state !== 'forbidden') return first
      // The token may have expired: log in once more, unless somebody else just did.
      if (token === used) {
        token = undefined
        const gap = await loggedIn(deadline)
        if (gap !== undefined) return gap
      }
      return await send(target, deadline)
    },
    close: () => connections.close(),
  }
}

const tokenInside = (value: unknown): unknown => (isEntry(value) ? value['accessToken'] : undefined)
