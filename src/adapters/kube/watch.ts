import type { Dispatcher } from 'undici'
import type { Deadline } from '../../domain/change.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Kind, WatchEvent, WatchOptions } from '../../ports/cluster.ts'
import { networkReason, seconds } from '../network-reason.ts'
import { connectAlone, type Connections } from './connection.ts'
import type { ContextAccess } from './contexts.ts'
import { lineReader } from './event-lines.ts'
import { query } from './kube-answer.ts'
import { kubePath } from './kube-path.ts'
import type { ApiSession } from './session.ts'
import { withoutValue, type Seen } from './without-value.ts'

/** Whom a watch asks, and as whom. `closed`: the cluster was closed. */
export interface WatchedApi {
  readonly session: Pick<ApiSession, 'login'>
  readonly access: ContextAccess
  readonly clock: Clock
  readonly version: string
  readonly closed: AbortSignal
}

/** The server ends a watch after this long by itself, s. */
const LASTS = 290
/** Nothing at all for so long (ms) is no watch any more: bookmarks come about every minute. */
const SILENCE = 150_000
/** Events that may wait for their reader before the server is slowed, and how few there are when it goes on. */
const [MOST, FEW] = [256, 64]
/** Bytes of an answer that is no watch. */
const REFUSAL = 65_536

/**
 * Our own reader of lines, on a connection of its own. The client library's `Watch` was weighed: it logs in without a deadline, ends every watch that is quiet
 * for 30 s (bookmarks come every 60), passes over lines that it cannot parse without a word, knows no bound of a line, and cannot be slowed.
 */
export async function* watchKind(
  api: WatchedApi,
  kind: Kind,
  { version, namespace, labelSelector, fieldSelector }: WatchOptions,
  deadline: Deadline,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const { clock, access, closed } = api
  const began = clock.monotonic()
  const gap = (seen: Exclude<Seen<never>, { state: 'present' }>): WatchEvent => ({
    type: 'gap',
    gap: { ...seen, at: clock.now(), took: clock.monotonic() - began },
  })
  if (signal.aborted) return
  const login = await api.session.login(deadline)
  if (signal.aborted) return
  if (closed.aborted) {
    yield gap(CLOSED)
    return
  }
  if ('failed' in login) {
    yield gap(withoutValue(login))
    return
  }
  const selected = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: String(LASTS), resourceVersion: version }
  const path = kubePath(kind, namespace) + query({ ...selected, labelSelector, fieldSelector })
  const connection = connectAlone(access, login.tls)
  const headers = { accept: 'application/json', 'user-agent': `tricenter/${api.version}`, ...login.headers }
  const events = follow(api, connection, { url: new URL(access.server.replace(/\/+$/, '') + path), headers }, kind, deadline, gap)
  const leave = (): void => events.end()
  const shut = (): void => events.end(gap(CLOSED))
  signal.addEventListener('abort', leave, { once: true })
  closed.addEventListener('abort', shut, { once: true })
  try {
    for (let event = await events.next(); event !== undefined; event = await events.next()) yield event
  } finally {
    events.end()
    signal.removeEventListener('abort', leave)
    closed.removeEventListener('abort', shut)
    void connection.destroy().catch(() => undefined)
  }
}

const CLOSED = { state: 'unreachable', why: 'the connection was closed' } as const

interface Events {
  /** Undefined: there are no more. */
  next(): Promise<WatchEvent | undefined>
  /** No more than what is waiting and, where given, this one; without it, none at all. */
  end(last?: WatchEvent): void
}

/** Sends the request and keeps what comes until it is fetched. */
function follow(
  { clock }: WatchedApi,
  connection: Connections,
  { url, headers }: { readonly url: URL; readonly headers: Readonly<Record<string, string>> },
  kind: Kind,
  deadline: Deadline,
  gap: (seen: Exclude<Seen<never>, { state: 'present' }>) => WatchEvent,
): Events {
  const waiting: WatchEvent[] = []
  const timers = new AbortController()
  let wake: (() => void) | undefined
  let over = false
  let status = 0
  let sent = false
  let answer: Dispatcher.ResponseData['headers'] = {}
  let body: Buffer[] = []
  let heard = clock.monotonic()
  let controller: Dispatcher.DispatchController | undefined

  const push = (event: WatchEvent): void => {
    if (over) return
    waiting.push(event)
    if (waiting.length >= MOST) controller?.pause()
    wake?.()
  }
  const end = (last?: WatchEvent): void => {
    if (over) return
    if (last === undefined) waiting.length = 0
    else push(last)
    over = true
    timers.abort()
    wake?.()
    controller?.abort(new Error('the watch has ended'))
  }
  const refused = (): void => end(gap(withoutValue({ status, headers: answer, body: Buffer.concat(body) })))
  const read = lineReader(kind, (event) => {
    if (event.type === 'bad') end(gap({ state: 'unknown', why: event.why }))
    else if (event.type === 'expired') end(event)
    else push(event)
  })

  void (async () => {
    const patience = deadline.at - clock.monotonic()
    await clock.sleep(Math.max(0, patience), timers.signal)
    if (status === 0) return end(gap({ state: 'unreachable', why: `no answer in ${seconds(patience)}` }))
    while (!over) {
      const silent = clock.monotonic() - heard
      if (silent >= SILENCE && controller?.paused !== true) return end({ type: 'ended', why: `nothing came for ${seconds(SILENCE)}` })
      await clock.sleep(Math.max(1000, SILENCE - silent), timers.signal)
    }
  })()
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      if (over) throw new Error('the watch has ended')
      controller = started
      sent = true
    },
    onResponseStart(_controller, code, head) {
      if (code < 200) return
      status = code
      answer = head
      heard = clock.monotonic()
      if (status === 200) push({ type: 'opened' })
    },
    onResponseData(_controller, piece) {
      heard = clock.monotonic()
      if (status === 200) return read(piece)
      body.push(piece)
      if (body.reduce((sum, { length }) => sum + length, 0) > REFUSAL) refused()
    },
    onResponseEnd() {
      if (status === 200) end({ type: 'ended', why: 'the server ended it' })
      else if (status === 410) end({ type: 'expired' })
      else refused()
      body = []
    },
    onResponseError(_controller, error) {
      const why = networkReason(error)
      if (status === 200) end({ type: 'ended', why })
      else end(gap(withoutValue({ failed: 'network', sent, head: status !== 0, why })))
    },
  }
  if (deadline.at > clock.monotonic())
    try {
      connection.dispatch({ origin: url.origin, path: url.pathname + url.search, method: 'GET', headers: { ...headers } }, handler)
    } catch (error) {
      end(gap(withoutValue({ failed: 'network', sent, head: false, why: networkReason(error) })))
    }

  return {
    end,
    async next() {
      while (waiting.length === 0 && !over)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const event = waiting.shift()
      if (controller?.paused === true && waiting.length <= FEW && !over) controller.resume()
      return event
    },
  }
}
