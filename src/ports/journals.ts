import type { Entry, JournalRecord, RunId, RunStarted } from '../domain/record.ts'

/** Where runs are written down. One directory a run. */
export interface Journals {
  /** Begins a run and writes its first record, durable. Takes the run's process lock. */
  create(first: RunStarted): Promise<Journal>
  /** Opens an unfinished run to go on with it. Fault `locked` while another live process holds it; a torn last line is cut off, a damaged one is a fault that names its number. */
  open(run: RunId): Promise<Journal>
  read(run: RunId): Promise<readonly JournalRecord[]>
  /** Newest first; a run whose journal cannot be read is listed with `damaged`. */
  list(): Promise<readonly RunSummary[]>
  /** Whole chain, preimages included. */
  verify(
    run: RunId,
  ): Promise<{ readonly ok: true; readonly records: number } | { readonly ok: false; readonly record: number; readonly why: string }>
  preimage(run: RunId, hash: string): Promise<unknown>
  /** Writes a file beside the journal (a report) and answers its path. */
  attach(run: RunId, name: string, content: string): Promise<string>
}

export interface Journal {
  readonly run: RunId
  readonly records: readonly JournalRecord[]
  /** Resolves when the record is durable (`fdatasync`); records that arrive together share one. Order of calls is order of records. */
  append(entry: Entry): Promise<JournalRecord>
  /** Queued in order, durable with the next `append`: for what may be lost without harm (samples), and for what was seen and planned before the first intent. */
  note(entry: Entry): JournalRecord
  /** Keeps an object as read, by the hash of its content, 0600, durable; answers the hash. */
  keep(object: object): Promise<string>
  /** Releases the process lock. */
  close(): Promise<void>
}

export interface RunSummary {
  readonly run: RunId
  readonly verb: string
  readonly started: string
  readonly params: Readonly<Record<string, unknown>>
  readonly exit?: number
  readonly state: 'running' | 'ended' | 'unfinished' | 'damaged'
}
