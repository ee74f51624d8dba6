import { mkdirSync } from 'node:fs'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fault, isFault } from '../domain/fault.ts'
import { isRunId } from '../domain/run-id.ts'
import type { JournalRecord, RunStarted } from '../domain/record.ts'
import type { Words } from '../domain/words.ts'
import type { Clock } from '../ports/clock.ts'
import type { Journal, Journals, RunSummary } from '../ports/journals.ts'
import { syncDirectory } from './durable.ts'
import { createJournalFile, openJournalFile, parseJournal, unwritable, type JournalFile } from './journal-file.ts'
import { preimageKeeper, preimagesFolder, readPreimage } from './preimages.ts'
import { lockOwner, takeLock } from './process-lock.ts'

/** Journals as files: `<state>/runs/<run>/journal.ndjson`, its preimages and its lock. Directories 0700, files 0600. */
export function fileJournals({ state, clock }: { readonly state: string; readonly clock: Clock }): Journals {
  const runs = join(state, 'runs')
  const directoryOf = (run: string): string => {
    if (!isRunId(run)) throw fault('usage', 'run-unknown', { run })
    return join(runs, run)
  }
  const load = async (run: string): Promise<Buffer> => {
    const file = join(directoryOf(run), 'journal.ndjson')
    return await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
        ? fault('usage', 'run-unknown', { run })
        : fault('refused', 'journal-unreadable', { file, why: error.message })
    })
  }

  return {
    async create(first: RunStarted) {
      const directory = directoryOf(first.run)
      try {
        const above = makeDirectories(directory)
        const release = locked(directory, first.run)
        try {
          const journal = createJournalFile(join(directory, 'journal.ndjson'), clock)
          mkdirSync(preimagesFolder(directory), { mode: 0o700 })
          await Promise.all([journal.append(first), ...[directory, ...above].map(syncDirectory)])
          return journalPort(first.run, directory, journal, release)
        } catch (error) {
          release()
          throw error
        }
      } catch (error) {
        throw isFault(error) ? error : unwritable(directory, error)
      }
    },

    async open(run) {
      const directory = directoryOf(run)
      await load(run)
      let release: (() => void) | undefined
      try {
        release = locked(directory, run)
        const found = parseJournal(await load(run), run)
        if (found.records.length === 0) throw fault('refused', 'journal-damaged', { run, record: 1, why: 'it was never written whole' })
        return journalPort(run, directory, await openJournalFile(join(directory, 'journal.ndjson'), found, clock), release)
      } catch (error) {
        release?.()
        throw isFault(error) ? error : unwritable(directory, error)
      }
    },

    async read(run) {
      return parseJournal(await load(run), run).records
    },

    async list() {
      const names = (await readdir(runs).catch(() => [])).filter(isRunId)
      const found = await Promise.all(names.map((name) => summaryOf(join(runs, name), name)))
      // Ids tell minutes; runs of one minute are told apart by their first record.
      const key = ({ run, started }: RunSummary): string => `${run.slice(0, 13)} ${started}`
      return found.sort((a, b) => (key(a) < key(b) ? 1 : -1))
    },

    async verify(run) {
      try {
        const { records } = parseJournal(await load(run), run)
        if (records.length === 0) return { ok: false, record: 1, why: 'it was never written whole' }
        for (const record of records) {
          const why = await brokenPreimage(directoryOf(run), record)
          if (why !== undefined) return { ok: false, record: record.n, why }
        }
        return { ok: true, records: records.length }
      } catch (error) {
        if (!isFault(error) || error.reason !== 'journal-damaged') throw error
        return { ok: false, record: Number(error.facts['record']), why: String(error.facts['why']) }
      }
    },

    async preimage(run, hash) {
      const found = /^[0-9a-f]{64}$/.test(hash) ? await readPreimage(directoryOf(run), hash).catch(() => undefined) : undefined
      if (found === undefined) throw fault('refused', 'preimage-damaged', { run, hash })
      return found.object
    },

    async attach(run, name, content) {
      const file = join(directoryOf(run), basename(name))
      await writeFile(file, content, { mode: 0o600 }).catch((error: unknown) => {
        throw unwritable(file, error)
      })
      return file
    },
  }
}

function journalPort(run: string, directory: string, file: JournalFile, release: () => void): Journal {
  const keep = preimageKeeper(directory)
  return {
    run,
    records: file.records,
    append: (entry) => file.append(entry),
    note: (entry) => file.note(entry),
    keep: (object) =>
      keep(object).catch((error: unknown) => {
        throw unwritable(preimagesFolder(directory), error)
      }),
    close: async () => {
      try {
        await file.close()
      } finally {
        release()
      }
    },
  }
}

function locked(directory: string, run: string): () => void {
  const attempt = takeLock(directory)
  if (attempt.taken) return () => attempt.release()
  throw fault('refused', 'locked', { run, pid: attempt.owner.pid, host: attempt.owner.host, file: attempt.file })
}

/** Creates what is missing; answers the directories in which a new name stands, for it is durable when they are synced. */
function makeDirectories(directory: string): readonly string[] {
  const first = mkdirSync(directory, { recursive: true, mode: 0o700 })
  const above: string[] = []
  if (first !== undefined) for (let made = directory; made.length >= first.length; made = dirname(made)) above.push(dirname(made))
  return above
}

async function brokenPreimage(directory: string, record: JournalRecord): Promise<string | undefined> {
  if (record.type !== 'intended' || record.preimage === undefined) return undefined
  const found = await readPreimage(directory, record.preimage).catch(() => 'missing' as const)
  if (found === 'missing') return `its preimage ${record.preimage} is missing`
  return found === undefined ? `its preimage ${record.preimage} was changed` : undefined
}

/** First and last whole line only: a list of many long runs stays cheap. `runs verify` looks at every record. */
async function summaryOf(directory: string, run: string): Promise<RunSummary> {
  const damaged: RunSummary = { run, verb: '', started: '', params: {}, state: 'damaged' }
  try {
    const [first, last] = await edges(join(directory, 'journal.ndjson'))
    if (first?.type !== 'run-started' || last === undefined) return damaged
    const ended = last.type === 'run-ended'
    const running = !ended && lockOwner(directory) !== undefined
    const state = ended ? 'ended' : running ? 'running' : 'unfinished'
    return { run, verb: first.verb, started: first.at, params: first.params, ...(ended ? { exit: last.exit } : {}), state }
  } catch {
    return damaged
  }
}

const CHUNK = 64 * 1024

async function edges(file: string): Promise<readonly [JournalRecord | undefined, JournalRecord | undefined]> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (from: number, to: number): Promise<Buffer> => {
      const length = Math.max(0, to - from)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from)
      return buffer.subarray(0, bytesRead)
    }
    for (let span = CHUNK; ; span *= 4) {
      const head = await read(0, Math.min(span, size))
      const tail = await read(Math.max(0, size - span), size)
      const first = head.indexOf(10)
      const end = tail.lastIndexOf(10)
      const before = end <= 0 ? -1 : tail.lastIndexOf(10, end - 1)
      const whole = span >= size
      if (!whole && (first === -1 || before === -1)) continue
      if (first === -1) return [undefined, undefined]
      return [parsed(head.subarray(0, first)), parsed(tail.subarray(before + 1, end))]
    }
  } finally {
    await handle.close()
  }
}

function parsed(line: Buffer): JournalRecord {
  return JSON.parse(line.toString('utf8')) as JournalRecord
}

export const fileJournalsWords = {
  'run-unknown': {
    en: 'Could not find run {run}.\nNo journal of that name is kept on this machine.\ntricenter runs list',
    zh: '找不到运行 {run}。\n本机没有该名称的日志。\ntricenter runs list',
  },
  locked: {
    en: 'Will not touch run {run}: it is going on.\nProcess {pid} on {host} holds {file}.\nWait for it, or end it; if that host is gone, remove the file.',
    zh: '不操作运行 {run}：它正在进行。\n主机 {host} 上的进程 {pid} 持有 {file}。\n请等待或结束该进程；若主机已不存在，请删除该文件。',
  },
  'journal-unreadable': {
    en: 'Could not read {file}.\n{why}.\ntricenter runs list',
    zh: '无法读取 {file}。\n{why}。\ntricenter runs list',
  },
  'preimage-damaged': {
    en: 'Will not use an object that run {run} kept.\nThe file objects/{hash}.json is missing or was changed.\ntricenter runs verify {run}',
    zh: '不使用运行 {run} 保存的对象。\n文件 objects/{hash}.json 缺失或被改动。\ntricenter runs verify {run}',
  },
} as const satisfies Words
