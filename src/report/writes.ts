import type { Change } from '../domain/change.ts'
import type { JournalRecord } from '../domain/record.ts'

type Type<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>

/** One write: announced, and, unless the process died first, answered. */
export interface Write {
  readonly step: string
  readonly change: Change
  readonly at: string
  /** When it was announced, since the run began. */
  readonly ms: number
  readonly preimage?: string
  /** Absent: announced, and no answer was recorded. */
  readonly written?: Type<'written'>
}

/** Pairs what was announced with its answer; a change that was tried again is a write of its own. */
export function writesOf(records: readonly JournalRecord[]): readonly Write[] {
  const intended = records.filter((record) => record.type === 'intended')
  const written = records.filter((record) => record.type === 'written')
  return intended.map((record) => {
    const again = intended.find(({ change, n }) => change.id === record.change.id && n > record.n)?.n ?? Infinity
    const answer = written.find(({ change, n }) => change === record.change.id && n > record.n && n < again)
    const { step, change, at, ms, preimage } = record
    return { step, change, at, ms, ...(preimage ? { preimage } : {}), ...(answer ? { written: answer } : {}) }
  })
}

/** The world has it: it was applied, or read back as such. */
export function arrived({ written }: Write): boolean {
  return written?.outcome === 'applied' || written?.settled === 'after'
}
