import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { fault, type Fault } from '../domain/fault.ts'
import type { Entry, JournalRecord } from '../domain/record.ts'
import { redact } from '../domain/redact.ts'
import type { Words } from '../domain/words.ts'
import type { Clock } from '../ports/clock.ts'
import { breakOf, seal } from './hash-chain.ts'
import { synced } from './durable.ts'

/** A journal's text, checked record by record. `bytes`: length of the whole lines; what is behind them is a torn last line. */
export interface ParsedJournal {
  readonly records: readonly JournalRecord[]
  readonly bytes: number
  readonly torn: number
}

/** Reads NDJSON of sealed records. A last line that is not whole is torn; any other line that cannot be trusted is a fault that names its number. */
export function parseJournal(text: Buffer, run: string): ParsedJournal {
  const records: JournalRecord[] = []
  let start = 0
  for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, start)) {
    const record = parseLine(text.toString('utf8', start, end))
    if (record === undefined) {
      if (end + 1 >= text.length) break
      throw damaged(run, records.length + 1, 'it is not JSON')
    }
    const why = breakOf(record, records.at(-1))
    if (why !== undefined) throw damaged(run, records.length + 1, why)
    records.push(record)
    start = end + 1
  }
  return { records, bytes: start, torn: text.length - start }
}

function parseLine(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'n' in value ? (value as JournalRecord) : undefined
  } catch {
    return undefined
  }
}

function damaged(run: string, record: number, why: string): Fault {
  return fault('refused', 'journal-damaged', { run, record, why })
}

export interface JournalFile {
  readonly records: readonly JournalRecord[]
  append(entry: Entry): Promise<JournalRecord>
  note(entry: Entry): JournalRecord
  /** Writes what is still queued, durably, and closes the file. */
  close(): Promise<void>
}

/** The file's text before it is opened for writing; the whole lines stay, a torn last line is cut off and its length recorded. */
export async function openJournalFile(file: string, found: ParsedJournal, clock: Clock): Promise<JournalFile> {
  const opened = openSync(file, 'r+', 0o600)
  if (found.torn > 0) {
    ftruncateSync(opened, found.bytes)
    await synced(fdatasync, opened)
  }
  const journal = journalOn(opened, file, found, clock)
  if (found.torn > 0) await journal.append({ type: 'journal-recovered', cut: found.torn })
  return journal
}

/** A new, empty file; it must not exist. */
export function createJournalFile(file: string, clock: Clock): JournalFile {
  return journalOn(openSync(file, 'wx', 0o600), file, { records: [], bytes: 0, torn: 0 }, clock)
}

interface Waiting {
  resolve(): void
  reject(error: unknown): void
}

/** Only syncing leaves the thread. Group commit: records that arrive while a write is under way go out with the next one, under one `fdatasync`. After a failed write nothing more is accepted. */
function journalOn(opened: number, file: string, found: ParsedJournal, clock: Clock): JournalFile {
  const records = [...found.records]
  const began = beginning(records, clock)
  let position = found.bytes
  let queued = ''
  let waiting: Waiting[] = []
  let flushing: Promise<void> | undefined
  let broken: Fault | undefined

  function add(entry: Entry): JournalRecord {
    if (broken) throw broken
    const previous = records.at(-1)
    const ms = Math.max(previous?.ms ?? 0, Math.round((clock.monotonic() - began) * 1000) / 1000)
    const record = seal(redact(entry), previous, new Date(clock.now()).toISOString(), ms)
    records.push(record)
    queued += `${JSON.stringify(record)}\n`
    return record
  }

  async function flush(): Promise<void> {
    // Whatever else is appended in this turn goes with it.
    await new Promise((resolve) => void setImmediate(resolve))
    while (waiting.length > 0 && broken === undefined) {
      const lines = Buffer.from(queued)
      const served = waiting
      queued = ''
      waiting = []
      try {
        writeWhole(opened, lines, position)
        await synced(fdatasync, opened)
        position += lines.length
        for (const one of served) one.resolve()
      } catch (error) {
        broken = unwritable(file, error)
        cutOff(opened, position)
        for (const one of [...served, ...waiting]) one.reject(broken)
        waiting = []
      }
    }
    flushing = undefined
  }

  function durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      flushing ??= flush()
    })
  }

  return {
    records,
    note: add,
    async append(entry) {
      const record = add(entry)
      await durable()
      return record
    },
    async close() {
      try {
        if (queued !== '' && broken === undefined) await durable()
        await flushing
      } finally {
        closeSync(opened)
      }
    },
  }
}

/** The monotonic reading at which this run began, in this process's terms: after a restart the wall clock bridges the gap. */
function beginning(records: readonly JournalRecord[], clock: Clock): number {
  const last = records.at(-1)
  if (last === undefined) return clock.monotonic()
  return clock.monotonic() - last.ms - Math.max(0, clock.now() - Date.parse(last.at))
}

function writeWhole(opened: number, bytes: Buffer, position: number): void {
  for (let written = 0; written < bytes.length;) written += writeSync(opened, bytes, written, bytes.length - written, position + written)
}

/** What was written in part, as far as the disk still lets us. */
function cutOff(opened: number, position: number): void {
  try {
    ftruncateSync(opened, position)
  } catch {
    // A reader takes it for a torn last line.
  }
}

/** One clear fault for a disk that is full, read-only, or gone. */
export function unwritable(file: string, error: unknown): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const why: Readonly<Record<string, string>> = {
    ENOSPC: 'no space is left on the device',
    EDQUOT: 'the disk quota is used up',
    EROFS: 'the file system is read-only',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EIO: 'the device reported an error',
  }
  return fault('refused', 'journal-unwritable', { file, why: why[code] ?? (error instanceof Error ? error.message : String(error)) })
}

export const journalFileWords = {
  'journal-damaged': {
    en: 'Will not use the journal of run {run}.\nRecord {record} was changed or damaged: {why}.\ntricenter runs verify {run}',
    zh: '不使用运行 {run} 的日志。\n第 {record} 条记录被改动或损坏：{why}。\ntricenter runs verify {run}',
  },
  'journal-unwritable': {
    en: 'Could not write {file}.\n{why}; nothing is changed that cannot be written down first.\nFree space, or set XDG_STATE_HOME to a directory that can be written.',
    zh: '无法写入 {file}。\n{why}；无法先行记录的变更不会执行。\n请释放空间，或将 XDG_STATE_HOME 设为可写目录。',
  },
} as const satisfies Words
