import type { HttpAnswer, HttpFailure } from '../fetch-once.ts'
import { decodeResult } from './decode.ts'

/** What one request came to. `missing`: the registry knows no such service. `not-served`: nothing answers at this path. */
export type Reply =
  | { readonly json: unknown }
  | Gap
  | { readonly state: 'missing' }
  | { readonly state: 'not-served'; readonly status: number }
export interface Gap {
  readonly state: 'forbidden' | 'unreachable' | 'unknown'
  readonly why: string
}

/** Codes of Nacos for a service that does not exist. */
const MISSING = [20_004, 21_008]

export function replyOf(answer: HttpAnswer | HttpFailure): Reply {
  if ('failed' in answer) return { state: answer.head || answer.failed === 'oversized' ? 'unknown' : 'unreachable', why: answer.why }
  const { status, headers, body } = answer
  const parsed = parse(body)
  const result = parsed === undefined ? undefined : decodeResult(parsed.json)
  if (result !== undefined && 'code' in result && MISSING.includes(result.code)) return { state: 'missing' }
  if (status === 500 && /service \S+ (?:is )?not found/i.test(body.toString('utf8', 0, 512))) return { state: 'missing' }
  if (status === 401 || status === 403) return { state: 'forbidden', why: `HTTP ${status}` }
  if (status >= 300 && status < 400) return { state: 'unknown', why: `redirected (HTTP ${status}); redirects are not followed` }
  if ([404, 405, 410, 501].includes(status)) return { state: 'not-served', status }
  if (status !== 200) return { state: 'unknown', why: `HTTP ${status}` }
  if (parsed !== undefined) return parsed
  const html = String(headers['content-type'] ?? '').includes('html') || /^\s*</.test(body.toString('utf8', 0, 64))
  if (html) return { state: 'unknown', why: 'the answer is HTML, not that of a registry' }
  return { state: 'unknown', why: body.length === 0 ? 'the answer is empty' : 'the answer is not whole JSON' }
}

function parse(body: Buffer): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(body.toString('utf8')) }
  } catch {
    return undefined
  }
}
