import type { Dispatcher } from 'undici'
import type { Deadline } from '../domain/change.ts'
import type { Clock } from '../ports/clock.ts'
import { inPieces, type Gathering, type Room } from './body.ts'
import { networkReason, seconds } from './network-reason.ts'

export interface HttpRequest {
  readonly pool: Pick<Dispatcher, 'dispatch'>
  readonly clock: Clock
  readonly deadline: Deadline
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Bytes of the answer's body that are read; 0: none, the head is enough. */
  readonly limit: number
  /** Where a long body is put; it is the caller's to say when it is done with it. */
  readonly room?: Room
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/**
 * No whole answer. `sent`: a byte of the request may have reached the server. `head`: the answer had begun.
 * `late`: the deadline ended it. `login`: there were no credentials to ask with. `why`: a few words for people.
 */
export interface HttpFailure {
  readonly failed: 'network' | 'late' | 'oversized' | 'login'
  readonly sent: boolean
  readonly head: boolean
  readonly why: string
}

/** Bytes of a body that nobody wants and that are received all the same. */
const UNREAD = 65_536

/** One request, answered by its deadline. It never throws, and a request that was still waiting for a connection at its deadline is never sent afterwards. */
export function fetchOnce({
  pool,
  clock,
  deadline,
  url,
  method,
  headers = {},
  body,
  limit,
  room,
}: HttpRequest): Promise<HttpAnswer | HttpFailure> {
  const { origin, pathname, search } = new URL(url)
  const began = clock.monotonic()
  const patience = deadline.at - began
  return new Promise((resolve) => {
    const timer = new AbortController()
    let gathering: Gathering | undefined
    let size = 0
    let sent = false
    let status: number | undefined
    let answerHeaders: HttpAnswer['headers'] = {}
    let done = false
    let controller: Dispatcher.DispatchController | undefined

    const end = (result: HttpAnswer | HttpFailure): void => {
      if (done) return
      done = true
      timer.abort()
      resolve(result)
    }
    const fail = (failed: HttpFailure['failed'], why: string): void => {
      end({ failed, sent, head: status !== undefined, why })
      controller?.abort(new Error(why))
    }
    const late = (): void =>
      fail('late', status === undefined ? `no answer in ${seconds(patience)}` : `answer not complete after ${seconds(patience)}`)
    const answer = (): void => end({ status: status ?? 0, headers: answerHeaders, body: gathering?.whole() ?? Buffer.alloc(0) })

    if (patience <= 0) return late()
    void clock.sleep(patience, timer.signal).then(() => {
      if (!done) late()
    })
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (done) throw new Error('its deadline has passed')
        controller = started
        sent = true
      },
      onResponseStart(_controller, code, head) {
        if (code < 200) return
        status = code
        answerHeaders = head
        if (limit === 0) answer()
      },
      onResponseData(_controller, chunk) {
        size += chunk.length
        // Where the head was enough, a short body is let pass, so that the connection can be used again.
        if (limit === 0 && size > UNREAD) controller?.abort(new Error('the head is enough'))
        if (done) return
        if (size > limit) return fail('oversized', `the answer is longer than ${Math.round(limit / 2 ** 20)} MiB`)
        gathering ??= room?.gather(lengthOf(answerHeaders, limit)) ?? inPieces()
        gathering.add(chunk)
      },
      onResponseEnd() {
        // undici frees a connection two turns after its answer: a caller that asks again at once would open another.
        setImmediate(() => setImmediate(answer))
      },
      onResponseError(_controller, error) {
        fail('network', status === undefined ? networkReason(error) : 'answer cut off')
      },
    }
    try {
      pool.dispatch({ origin, path: pathname + search, method, headers: { ...headers }, ...(body === undefined ? {} : { body }) }, handler)
    } catch (error) {
      fail('network', networkReason(error))
    }
  })
}

/** What the head says of the body's length, as far as it may be true. */
function lengthOf(headers: HttpAnswer['headers'], limit: number): number | undefined {
  const length = Number(headers['content-length'] ?? Number.NaN)
  return length > 0 && length <= limit ? length : undefined
}
