import type { MetricsGap } from '../../ports/metrics.ts'
import type { HttpAnswer, HttpFailure } from '../fetch-once.ts'

/** What an HTTP answer of Prometheus is worth: its `data`, or why it is no knowledge. */
export type Judged = { readonly data: unknown } | Gap
export interface Gap {
  readonly gap: MetricsGap
  /** A few words for people, of one line, bounded. */
  readonly detail: string
}

export function gapOf(gap: MetricsGap, detail: string): Gap {
  return { gap, detail: oneLine(detail) }
}

export function isGap(value: object): value is Gap {
  return 'gap' in value
}

/**
 * Judges the raw answer before anybody parses it: an answer counts only with status 200, JSON that is whole, `status: success`, data, and nothing to warn of.
 * Redirects are not followed: whoever asks another server must say so.
 */
export function judgeAnswer(answer: HttpAnswer | HttpFailure): Judged {
  if ('failed' in answer) return gapOf(failureGap(answer), answer.why)
  const { status, headers } = answer
  if (status >= 300 && status < 400) return gapOf('redirected', `${status} to ${hostOf(String(headers['location'] ?? 'nowhere'))}`)
  const text = answer.body.toString('utf8')
  const parsed = parse(text)
  if (isGap(parsed)) {
    if (status !== 200) return gapOf('http-status', `${status}`)
    return /^\s*</.test(text) || /\bhtml\b/i.test(String(headers['content-type'])) ? gapOf('html', titleOf(text)) : parsed
  }
  return judgeEnvelope(parsed.json, status)
}

function failureGap({ failed, head }: HttpFailure): MetricsGap {
  if (failed === 'late') return 'timeout'
  if (failed === 'oversized') return 'too-large'
  return head ? 'truncated' : 'unreachable'
}

function judgeEnvelope(envelope: unknown, status: number): Judged {
  if (!isMap(envelope)) return status === 200 ? gapOf('malformed', 'not an object') : gapOf('http-status', `${status}`)
  if (envelope['status'] === 'error') return gapOf('error-status', `${textOf(envelope['errorType'])}: ${textOf(envelope['error'])}`)
  if (status !== 200) return gapOf('http-status', `${status}`)
  if (envelope['status'] !== 'success') return gapOf('malformed', `status ${textOf(envelope['status'])}`)
  for (const key of ['warnings', 'infos'] as const) {
    const said = envelope[key]
    if (said === undefined || said === null) continue
    if (!Array.isArray(said)) return gapOf('malformed', `${key} is no list`)
    const doubts = said.filter((one) => typeof one !== 'string' || !NAME_REMARK.test(one))
    if (doubts.length > 0) return gapOf('partial', doubts.map(textOf).join('; '))
  }
  return envelope['data'] === undefined || envelope['data'] === null ? gapOf('malformed', 'no data') : { data: envelope['data'] }
}

/** A remark about a name, not about the answer: counters of Envoy such as `envoy_http_downstream_rq` do not end in `_total`. Prometheus 2.5x says it as a warning. */
const NAME_REMARK = /^PromQL info: metric might not be a counter, name does not end in _total\/_sum\/_count\/_bucket/

function parse(text: string): { readonly json: unknown } | Gap {
  if (text.trim() === '') return gapOf('not-json', 'empty')
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    return /end of JSON input|Unterminated/.test(why) && /^\s*[{[]/.test(text)
      ? gapOf('truncated', 'JSON ends early')
      : gapOf('not-json', text)
  }
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** No path, no query: a login page is told by its host, and its address may carry a ticket. */
function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).host : 'another path'
}

function titleOf(html: string): string {
  return /<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? 'a page'
}

const LONGEST = 200
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what a server says may hold anything
  const line = text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
