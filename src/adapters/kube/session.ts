import type { Deadline } from '../../domain/change.ts'
import { redactText } from '../../domain/redact.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Room } from '../body.ts'
import { fetchOnce, type HttpAnswer, type HttpFailure } from '../fetch-once.ts'
import { seconds } from '../network-reason.ts'
import { connect, type Connections } from './connection.ts'
import type { ContextAccess } from './contexts.ts'
import { readCredentials, type Credentials } from './credentials.ts'
import { retryAfter } from './kube-answer.ts'
import type { Login } from './login.ts'

export interface SessionLimits {
  /** Bytes of one answer. */
  readonly maxAnswer?: number
  /** Log in and connect at once, ahead of the first request: for whoever is about to ask. */
  readonly ahead?: boolean
}

/** Requests to one API server: logged in, bounded, repeated only where that is safe. Neither method ever rejects. */
export interface ApiSession {
  /** For requests that change nothing: a 429 and a connection that was cut before the answer began are tried again within the deadline, the latter once. */
  read(method: 'GET' | 'POST', path: string, deadline: Deadline, more?: ReadOptions): Promise<HttpAnswer | HttpFailure>
  /** Tried again only while it is certain that the server did nothing: 429, or no byte was sent. */
  write(
    method: 'PATCH' | 'POST' | 'DELETE',
    path: string,
    contentType: string,
    body: string,
    deadline: Deadline,
  ): Promise<HttpAnswer | HttpFailure>
  /** Who requests are sent as, for connections of another kind. */
  login(deadline: Deadline): Promise<Login | HttpFailure>
  close(): Promise<void>
}

export interface ReadOptions {
  readonly body?: string
  /** Where a long answer is put. */
  readonly room?: Room
}

const MAX_ANSWER = 256 * 2 ** 20
/** Credentials are read again after this long (ms), so that a rotated token file or certificate is noticed. */
const CREDENTIALS_LIVE = 30_000
const FIRST_PAUSE = 50
const CLOSED: HttpFailure = { failed: 'network', sent: false, head: false, why: 'the connection was closed' }
const LONGEST_PAUSE = 1_000

export function apiSession(
  access: ContextAccess,
  clock: Clock,
  version: string,
  { maxAnswer = MAX_ANSWER, ahead = false }: SessionLimits,
): ApiSession {
  const base = access.server.replace(/\/+$/, '')
  let login: { readonly credentials: Promise<Credentials>; readonly until: number } | undefined
  let connection: { readonly pool: Connections; readonly fingerprint: string } | undefined
  let closed = false

  function credentials(): Promise<Credentials> {
    if (login === undefined || login.until <= clock.monotonic()) {
      const read = readCredentials(access)
      const mine = { credentials: read, until: clock.monotonic() + CREDENTIALS_LIVE }
      login = mine
      read.catch(() => {
        if (login === mine) login = undefined
      })
    }
    return login.credentials
  }

  function poolFor({ tls, fingerprint }: Credentials): Connections {
    if (connection?.fingerprint === fingerprint) return connection.pool
    void connection?.pool.close()
    connection = { pool: connect(access, tls, ahead && connection === undefined), fingerprint }
    return connection.pool
  }

  // Whatever is wrong is told to the first request.
  if (ahead)
    void credentials().then(
      (known) => (closed ? undefined : poolFor(known)),
      () => undefined,
    )

  async function once(request: ApiRequest, deadline: Deadline): Promise<HttpAnswer | HttpFailure> {
    const known = await loggedIn(credentials(), clock, deadline)
    if ('failed' in known) return known
    if (closed) return CLOSED
    const headers = {
      accept: 'application/json',
      'user-agent': `tricenter/${version}`,
      ...known.headers,
      ...(request.body === undefined ? {} : { 'content-type': request.type ?? 'application/json' }),
    }
    const body = request.body === undefined ? {} : { body: request.body }
    return await fetchOnce({
      pool: poolFor(known),
      clock,
      deadline,
      url: base + request.path,
      method: request.method,
      headers,
      limit: maxAnswer,
      ...(request.room === undefined ? {} : { room: request.room }),
      ...body,
    })
  }

  /** A plugin's credential may have been revoked before its time: on 401 it is asked once more. The server did nothing, so this is safe for a write too. */
  async function asSomebody(request: ApiRequest, deadline: Deadline): Promise<HttpAnswer | HttpFailure> {
    const result = await once(request, deadline)
    if (!('status' in result) || result.status !== 401 || access.plugin === undefined) return result
    access.plugin.forget()
    login = undefined
    return await once(request, deadline)
  }

  /** `again`: may this result be followed by another attempt? */
  async function persistently(
    request: ApiRequest,
    deadline: Deadline,
    again: (failure: HttpFailure, attempt: number) => boolean,
  ): Promise<HttpAnswer | HttpFailure> {
    for (let attempt = 1; ; attempt++) {
      const result = await asSomebody(request, deadline)
      const busy = 'status' in result && result.status === 429
      if (!busy && ('status' in result || result.failed !== 'network' || closed || !again(result, attempt))) return result
      const pause = busy ? retryAfter(result, clock.now()) : Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
      if (clock.monotonic() + pause >= deadline.at) return result
      await clock.sleep(pause)
    }
  }

  return {
    read: (method, path, deadline, more) =>
      persistently({ method, path, ...more }, deadline, ({ sent, head }, attempt) => sent && !head && attempt === 1),
    write: (method, path, type, body, deadline) => persistently({ method, path, type, body }, deadline, ({ sent }) => !sent),
    login: async (deadline) => (closed ? CLOSED : await loggedIn(credentials(), clock, deadline)),
    async close() {
      closed = true
      await connection?.pool.destroy()
    },
  }
}

interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly type?: string
  readonly body?: string
  readonly room?: Room
}

/** The credentials, unless the deadline comes first or they cannot be had. */
async function loggedIn(credentials: Promise<Credentials>, clock: Clock, deadline: Deadline): Promise<Credentials | HttpFailure> {
  const failure = (why: string): HttpFailure => ({ failed: 'login', sent: false, head: false, why })
  const patience = deadline.at - clock.monotonic()
  const timer = new AbortController()
  try {
    return await Promise.race([
      credentials.catch((error: unknown) => failure(redactText(error instanceof Error ? error.message : String(error)))),
      clock.sleep(Math.max(0, patience), timer.signal).then(() => failure(`logging in took longer than ${seconds(patience)}`)),
    ])
  } finally {
    timer.abort()
  }
}
