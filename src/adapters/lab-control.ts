import { Pool } from 'undici'
import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { Clock } from '../ports/clock.ts'
import type { LabControl, LabFault } from '../ports/lab-control.ts'
import { fetchOnce } from './fetch-once.ts'

/** A ledger of some hundred thousand requests fits. */
const LIMIT = 64 * 2 ** 20

/** The lab's control URL over HTTP. Only addresses of this machine are asked: a ConfigMap must not be able to send the tool's requests elsewhere. */
export function httpLabControl(clock: Clock): LabControl {
  async function ask<T>(
    base: string,
    path: string,
    deadline: Deadline,
    read: (body: unknown) => T | undefined,
    put?: LabFault | null,
  ): Promise<Observation<T>> {
    const began = clock.monotonic()
    const end = (): { readonly at: number; readonly took: number } => ({ at: clock.now(), took: clock.monotonic() - began })
    const root = loopback(base)
    if (root === undefined) return { state: 'unknown', why: `${base} is not an address of this machine`, ...end() }
    const pool = new Pool(new URL(root).origin, { allowH2: false, connections: 1, headersTimeout: 0, bodyTimeout: 0 })
    try {
      const body = put ? { body: JSON.stringify(put), headers: { 'content-type': 'application/json' } } : {}
      const method = put === undefined ? 'GET' : put === null ? 'DELETE' : 'PUT'
      const answer = await fetchOnce({ pool, clock, deadline, url: root + path, method, limit: LIMIT, ...body })
      if (!('status' in answer)) return { state: answer.failed === 'oversized' ? 'unknown' : 'unreachable', why: answer.why, ...end() }
      if (answer.status === 404) return { state: 'absent', ...end() }
      if (answer.status === 401 || answer.status === 403) return { state: 'forbidden', why: `the lab answered ${answer.status}`, ...end() }
      if (answer.status < 200 || answer.status > 299) return { state: 'unknown', why: `the lab answered ${answer.status}`, ...end() }
      const value = read(jsonOf(answer.body))
      return value === undefined
        ? { state: 'unknown', why: 'the answer is not one of a lab', ...end() }
        : { state: 'present', value, ...end() }
    } finally {
      void pool.destroy()
    }
  }

  return {
    fault: (url, center, fault, deadline) => ask(url, `/fault/${encodeURIComponent(center)}`, deadline, () => true as const, fault),
    async faultOf(url, center, deadline) {
      const seen = await ask(url, `/fault/${encodeURIComponent(center)}`, deadline, (body) =>
        isFaultOrNull(body) ? { fault: body } : undefined,
      )
      return seen.state === 'present' ? { ...seen, value: seen.value.fault } : seen
    },
    ledger: (url, idPrefix, deadline) => ask(url, `/ledger?prefix=${encodeURIComponent(idPrefix)}`, deadline, countsOf),
  }
}

/** The base without its last slash, when it names this machine over plain HTTP. */
function loopback(base: string): string | undefined {
  if (!URL.canParse(base)) return undefined
  const { protocol, hostname } = new URL(base)
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  return local && protocol === 'http:' ? base.replace(/\/+$/, '') : undefined
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isFaultOrNull(body: unknown): body is LabFault | null {
  return (
    body === null ||
    (typeof body === 'object' && 'kind' in body && typeof body.kind === 'string' && 'target' in body && typeof body.target === 'string')
  )
}

function countsOf(body: unknown): ReadonlyMap<string, number> | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
  const counts = Object.entries(body)
  return counts.every((entry): entry is [string, number] => typeof entry[1] === 'number') ? new Map(counts) : undefined
}
