import type { ProbeResult, ProbeTarget } from '../ports/traffic.ts'
import type { Connections } from './connections.ts'
import { MAX_BODY, classify, readAnswer } from './probe-answer.ts'

/**
 * One GET through a gateway, with the probe's host and headers and `x-request-id: id`. Redirects are not followed. Never rejects: whatever happens is a result.
 * The time-out (ms) covers connecting, the answer's head and its body; a center may have served the request all the same.
 */
export async function sendProbe(
  connections: Connections,
  { gateway, service, url, probe }: ProbeTarget,
  id: string,
  now: () => number,
  timeout = probe.timeout,
): Promise<ProbeResult> {
  const startedAt = now()
  const end = (rest: Pick<ProbeResult, 'ok' | 'status' | 'center' | 'error'>): ProbeResult => ({
    gateway,
    service,
    id,
    startedAt,
    took: now() - startedAt,
    ...rest,
  })
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeout)
  try {
    const base = new URL(url).pathname.replace(/\/+$/, '')
    const { statusCode, headers, body } = await connections.to(url).request({
      method: 'GET',
      path: base + probe.path,
      headers: { ...probe.headers, host: probe.host, 'x-request-id': id },
      signal: abort.signal,
    })
    let text = ''
    let whole = true
    body.setEncoding('utf8')
    for await (const chunk of body) {
      text += chunk
      if (text.length > MAX_BODY) {
        whole = false
        break
      }
    }
    const answer = readAnswer(probe, headers, text, whole)
    if (statusCode !== probe.expect)
      return end({ ok: false, status: statusCode, error: 'status', ...(answer === 'unreadable' ? {} : answer) })
    return answer === 'unreadable'
      ? end({ ok: false, status: statusCode, error: answer })
      : end({ ok: true, status: statusCode, ...answer })
  } catch (error) {
    return end({ ok: false, error: abort.signal.aborted ? 'timeout' : classify(error) })
  } finally {
    clearTimeout(timer)
  }
}
