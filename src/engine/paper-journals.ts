import type { Entry, JournalRecord, RunStarted } from '../domain/record.ts'
import type { Clock } from '../ports/clock.ts'
import type { Journal, Journals } from '../ports/journals.ts'

/** Journals of dry runs: kept in memory and gone afterwards, because nothing was done that a later reader would need. `past`: where the runs are that they speak of. */
export function paperJournals(clock: Clock, past?: Pick<Journals, 'read' | 'preimage'>): Journals {
  const begun = clock.monotonic()
  const gone = (): never => {
    throw new Error('a dry run keeps no journal')
  }
  const create = (first: RunStarted): Promise<Journal> => {
    const records: JournalRecord[] = []
    const note = (entry: Entry): JournalRecord => {
      const record: JournalRecord = {
        ...entry,
        n: records.length + 1,
        at: new Date(clock.now()).toISOString(),
        ms: clock.monotonic() - begun,
        prev: '',
        hash: '',
      }
      records.push(record)
      return record
    }
    note(first)
    return Promise.resolve({
      run: first.run,
      records,
      append: (entry) => Promise.resolve(note(entry)),
      note,
      keep: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    })
  }
  return { create, open: gone, read: gone, list: () => Promise.resolve([]), verify: gone, preimage: gone, attach: gone, ...past }
}
