import type { Dispatcher } from 'undici'
import type { ProbeResult, ProbeTarget } from '../ports/traffic.ts'
import type { Connections } from './connections.ts'
import { MAX_BODY, classify, readAnswer } from './probe-answer.ts'

/**
 * One GET through a gateway, with the probe's host and headers and `x-request-id: id`. Redirects are not followed. Never rejects: whatever happens is a result.
 * The time-out (ms) covers connecting, the answer's head and its body; a center may have served the request all the same.
 * Probes go on beside a switch, so each costs as little as it can: no stream and no signal is made for it.
 */
export function sendProbe(
  connections: Connections,
  { gateway, service, url, probe }: ProbeTarget,
  id: string,
  now: () => number,
  timeout = probe.timeout,
): Promise<ProbeResult> {
  const startedAt = now()
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let size = 0
    let status = 0
    let head: Readonly<Record<string, string | string[] | undefined>> = {}
    let controller: Dispatcher.DispatchController | undefined
    let ended = false

    const end = (rest: Pick<ProbeResult, 'ok' | 'status' | 'center' | 'error'>): void => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      resolve({ gateway, service, id, startedAt, took: now() - startedAt, ...rest })
    }
    const answered = (whole: boolean): void => {
      const answer = readAnswer(probe, head, Buffer.concat(pieces).toString('utf8'), whole)
      if (status !== probe.expect) end({ ok: false, status, error: 'status', ...(answer === 'unreadable' ? {} : answer) })
      else if (answer === 'unreadable') end({ ok: false, status, error: answer })
      else end({ ok: true, status, ...answer })
    }
    const timer = setTimeout(() => {
      end({ ok: false, error: 'timeout' })
      controller?.abort(new Error('timeout'))
    }, timeout)

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (ended) throw new Error('timeout')
        controller = started
      },
      onResponseStart(_controller, code, headers) {
        if (code < 200) return
        status = code
        head = headers
      },
      onResponseData(_controller, piece) {
        if (ended) return
        size += piece.length
        if (size <= MAX_BODY) return void pieces.push(piece)
        answered(false)
        controller?.abort(new Error('the answer is too long'))
      },
      onResponseEnd: () => answered(true),
      onResponseError: (_controller, error) => end({ ok: false, error: classify(error) }),
    }
    try {
      const { origin, pathname } = new URL(url)
      const headers = { ...probe.headers, host: probe.host, 'x-request-id': id }
      connections.to(url).dispatch({ origin, path: pathname.replace(/\/+$/, '') + probe.path, method: 'GET', headers }, handler)
    } catch (error) {
      end({ ok: false, error: classify(error) })
    }
  })
}
