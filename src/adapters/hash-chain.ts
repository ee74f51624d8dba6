import { createHash } from 'node:crypto'
import { canonical } from '../domain/canonical.ts'
import type { Entry, JournalRecord, Sealed } from '../domain/record.ts'

/** sha256 in hex of the value's canonical JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

/** The record that follows `previous`: numbered from 1, and hashed over everything else in it. */
export function seal(entry: Entry, previous: Sealed | undefined, at: string, ms: number): JournalRecord {
  const open = { n: (previous?.n ?? 0) + 1, at, ms, prev: previous?.hash ?? '', ...(JSON.parse(JSON.stringify(entry)) as Entry) }
  return { ...open, hash: hashOf(open) }
}

/** Why `record` cannot follow `previous`; `undefined`: it does. */
export function breakOf(record: JournalRecord, previous: Sealed | undefined): string | undefined {
  const { hash, ...rest } = record
  if (record.n !== (previous?.n ?? 0) + 1) return `it says that it is record ${record.n}`
  if (record.prev !== (previous?.hash ?? '')) return 'it does not follow from the record before it'
  if (hash !== hashOf(rest)) return 'its content does not match its hash'
  return undefined
}
