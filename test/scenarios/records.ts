import type { JournalRecord, Written } from '../../src/domain/record.ts'

/** What journals say, for tests: figures are the journal's own, not a stopwatch's. */
export function writes(records: readonly JournalRecord[]): readonly (JournalRecord & Written)[] {
  return records.filter((record): record is JournalRecord & Written => record.type === 'written')
}

export function last(records: readonly JournalRecord[]): JournalRecord {
  const record = records.at(-1)
  if (record === undefined) throw new Error('the journal is empty')
  return record
}
