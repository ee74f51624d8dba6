import { createHash } from 'node:crypto'
import type { Entry, JournalRecord, Sealed } from '../domain/record.ts'

/** The record that follows `previous`: numbered from 1, and hashed over everything else in it, as its line in the journal has it. */
export function seal(entry: Entry, previous: Sealed | undefined, at: string, ms: number): JournalRecord {
  const text = JSON.stringify({ n: (previous?.n ?? 0) + 1, at, ms, prev: previous?.hash ?? '', ...entry })
  return { ...(JSON.parse(text) as JournalRecord), hash: sha256(text) }
}

/** Why `record` cannot follow `previous`; `undefined`: it does. */
export function breakOf(record: JournalRecord, previous: Sealed | undefined): string | undefined {
  const { hash, ...rest } = record
  if (record.n !== (previous?.n ?? 0) + 1) return `it says that it is record ${record.n}`
  if (record.prev !== (previous?.hash ?? '')) return 'it does not follow from the record before it'
  // Members keep their order from the line to here, so the text is the one that was hashed.
  if (hash !== sha256(JSON.stringify(rest))) return 'its content does not match its hash'
  return undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
