import { redactText } from '../../domain/redact.ts'
import type { KubeObject } from '../../ports/cluster.ts'
import type { HttpAnswer } from '../fetch-once.ts'
import { isEntry } from './kubeconfig.ts'

/** An answer's body as JSON, or why it is none: a few words for people. */
export function jsonOf({ headers, body }: HttpAnswer): { readonly json: unknown } | { readonly why: string } {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    return { why: `the answer is encoded as ${String(encoding)}, which was not asked for` }
  try {
    return { json: JSON.parse(body.toString('utf8')) }
  } catch {
    const type = String(headers['content-type'] ?? '')
    const html = type.includes('html') || /^\s*</.test(body.toString('utf8', 0, 64))
    return {
      why: html
        ? 'the answer is HTML, not that of a Kubernetes API'
        : body.length === 0
          ? 'the answer is empty'
          : 'the answer is not whole JSON',
    }
  }
}

/** A `Status` object, as the API server answers for anything but success. */
export interface KubeStatus {
  readonly message: string
  readonly reason: string
  readonly causes: readonly string[]
}

/** The answer's `Status`, when it is one. */
function statusOf(answer: HttpAnswer): KubeStatus | undefined {
  const parsed = jsonOf(answer)
  if (!('json' in parsed) || !isEntry(parsed.json) || parsed.json['kind'] !== 'Status') return undefined
  const { message, reason, details } = parsed.json
  const causes = isEntry(details) && Array.isArray(details['causes']) ? details['causes'].filter(isEntry) : []
  return {
    message: typeof message === 'string' ? message : '',
    reason: typeof reason === 'string' ? reason : '',
    causes: causes.map((cause) => (typeof cause['reason'] === 'string' ? cause['reason'] : '')),
  }
}

/** What the server said, in one line fit for people: no secret, not long. */
export function messageOf(answer: HttpAnswer): string {
  const message = redactText((statusOf(answer)?.message ?? '').replaceAll(/\s+/g, ' ').trim())
  return message === '' ? `server answered ${answer.status}` : message.length > 300 ? `${message.slice(0, 299)}…` : message
}

/** An API server says that a path is not served in plain text, and that an object is not there with a Status. A proxy's own 404 proves nothing. */
export function isAbsence(answer: HttpAnswer): boolean {
  return answer.status === 404 && (statusOf(answer) !== undefined || /^404 page not found\s*$/.test(answer.body.toString('utf8', 0, 64)))
}

/** The object, when it is one of that kind. */
export function objectOf(value: unknown, kind: string): KubeObject | undefined {
  return isEntry(value) && value['kind'] === kind && isObject(value) ? value : undefined
}

/** One page of a list: items of built-in kinds carry neither kind nor apiVersion, so they are given them. */
export function pageOf(value: unknown, kind: string): { readonly items: readonly KubeObject[]; readonly next?: string } | undefined {
  if (!isEntry(value) || value['kind'] !== `${kind}List`) return undefined
  // A Go server writes no items as null; a list without the word is half an answer.
  const items = value['items'] === null ? [] : value['items']
  if (!Array.isArray(items)) return undefined
  const apiVersion = typeof value['apiVersion'] === 'string' ? value['apiVersion'] : ''
  const whole = items.map((item: unknown) => (isEntry(item) ? { apiVersion, kind, ...item } : item))
  if (!whole.every(isObject)) return undefined
  const next = isEntry(value['metadata']) ? value['metadata']['continue'] : undefined
  return { items: whole, ...(typeof next === 'string' && next !== '' ? { next } : {}) }
}

function isObject(value: unknown): value is KubeObject {
  const metadata: unknown = isEntry(value) ? value['metadata'] : undefined
  return (
    isEntry(metadata) &&
    typeof metadata['name'] === 'string' &&
    typeof metadata['uid'] === 'string' &&
    typeof metadata['resourceVersion'] === 'string'
  )
}

/**
 * How long the server asks to be left alone, in ms: `Retry-After` in seconds or as a date, else one second.
 */
export function retryAfter({ headers }: HttpAnswer, now: number): number {
  const asked = String(headers['retry-after'] ?? '')
  if (/^\d+(\.\d+)?$/.test(asked)) return Number(asked) * 1000
  const date = Date.parse(asked)
  return Number.isNaN(date) ? 1000 : Math.max(0, date - now)
}

/**
 * A 422 of a JSON Patch: a failed `test` (or a path that is no longer there) comes without a cause and without the words of a validation.
 * A validation error names the object ("… is invalid: spec.rules[0]…") and its causes.
 */
export function isFailedTest(answer: HttpAnswer): boolean {
  const status = statusOf(answer)
  return (
    status !== undefined &&
    status.causes.length === 0 &&
    !/\bis invalid: |Invalid value|admission webhook|ValidatingAdmissionPolicy/.test(status.message)
  )
}

/** `limit` and the rest of a query; members without a value are left out. */
export function query(members: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
