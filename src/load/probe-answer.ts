import type { CenterName, Probe } from '../domain/topology.ts'
import type { ProbeResult } from '../ports/traffic.ts'

/** An answer longer than this (bytes) is not what a probe path gives: reading stops there. */
export const MAX_BODY = 64 * 1024

/** What an answer says: which center gave it, or that it cannot be read as the probe declares. */
export function readAnswer(
  { center: where, values }: Probe,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  whole: boolean,
): { readonly center?: CenterName } | 'unreadable' {
  if ('header' in where) return centerFor(values, headers[where.header.toLowerCase()])
  if (!whole) return 'unreadable'
  try {
    return centerFor(values, field(JSON.parse(body), where.json))
  } catch {
    return 'unreadable'
  }
}

/** The value at a dot path, `data.zone` or `items.0.zone`. */
function field(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined),
      value,
    )
}

function centerFor(values: Probe['values'], found: unknown): { readonly center?: CenterName } {
  const text = typeof found === 'string' || typeof found === 'number' ? String(found) : Array.isArray(found) ? String(found[0]) : undefined
  const center = text !== undefined && Object.hasOwn(values, text) ? values[text] : undefined
  return center === undefined ? {} : { center }
}

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
const REFUSALS = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

/** Nothing accepted the connection: refused. What came is not HTTP: unreadable. Everything else that ends a connection early: reset. */
export function classify(error: unknown): NonNullable<ProbeResult['error']> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (TIMEOUTS.has(code)) return 'timeout'
  if (REFUSALS.has(code)) return 'refused'
  if ((error instanceof Error && error.name === 'HTTPParserError') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'unreadable'
  return 'reset'
}
