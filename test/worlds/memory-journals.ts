import { createHash } from 'node:crypto'
import { breakOf, seal } from '../../src/adapters/hash-chain.ts'
import { canonical } from '../../src/domain/canonical.ts'
import { fault } from '../../src/domain/fault.ts'
import { redact } from '../../src/domain/redact.ts'
import type { Entry, JournalRecord } from '../../src/domain/record.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Journal, Journals } from '../../src/ports/journals.ts'

interface Run {
  /** What a crash leaves. */
  durable: JournalRecord[]
  readonly objects: Map<string, string>
  readonly attached: Map<string, string>
  held: boolean
}

/** Journals in memory. `crash` does what `kill -9` does: locks are gone, and so is what was not durable. */
export interface MemoryJournals extends Journals {
  /** Called before a record becomes durable, and after. One that never resolves is a crash of the caller. */
  onAppend: ((phase: 'before' | 'after', record: JournalRecord) => void | Promise<void>) | undefined
  crash(): void
  attachment(run: string, name: string): string | undefined
}

export function memoryJournals(clock: Clock): MemoryJournals {
  const runs = new Map<string, Run>()
  let epoch = 0

  const found = (run: string): Run => {
    const one = runs.get(run)
    if (one === undefined) throw fault('usage', 'run-unknown', { run })
    return one
  }

  function opened(name: string, run: Run): Journal {
    const mine = epoch
    const records = [...run.durable]
    const last = records.at(-1)
    const began = clock.monotonic() - (last === undefined ? 0 : last.ms + Math.max(0, clock.now() - Date.parse(last.at)))
    run.held = true
    const note = (entry: Entry): JournalRecord => {
      const record = seal(redact(entry), records.at(-1), new Date(clock.now()).toISOString(), clock.monotonic() - began)
      records.push(record)
      return record
    }
    return {
      run: name,
      records,
      note,
      async append(entry) {
        const record = note(entry)
        await journals.onAppend?.('before', record)
        if (mine === epoch && record.n > run.durable.length) run.durable = records.slice(0, record.n)
        await journals.onAppend?.('after', record)
        return record
      },
      keep(object) {
        const content = canonical(object)
        const hash = createHash('sha256').update(content).digest('hex')
        run.objects.set(hash, content)
        return Promise.resolve(hash)
      },
      close() {
        if (mine !== epoch) return Promise.resolve()
        run.durable = [...records]
        run.held = false
        return Promise.resolve()
      },
    }
  }

  const journals: MemoryJournals = {
    onAppend: undefined,
    crash() {
      epoch++
      for (const run of runs.values()) run.held = false
    },
    attachment: (run, name) => runs.get(run)?.attached.get(name),
    async create(first) {
      if (runs.has(first.run)) throw fault('refused', 'locked', { run: first.run })
      const run: Run = { durable: [], objects: new Map(), attached: new Map(), held: true }
      runs.set(first.run, run)
      const journal = opened(first.run, run)
      await journal.append(first)
      return journal
    },
    async open(name) {
      const run = found(name)
      if (run.held) throw fault('refused', 'locked', { run: name })
      return opened(name, run)
    },
    async read(run) {
      return found(run).durable
    },
    async list() {
      return [...runs]
        .sort(([a], [b]) => (a < b ? 1 : -1))
        .map(([run, { durable, held }]) => {
          const [first] = durable
          const last = durable.at(-1)
          if (first?.type !== 'run-started') return { run, verb: '', started: '', params: {}, state: 'damaged' as const }
          const ended = last?.type === 'run-ended'
          const state = ended ? 'ended' : held ? 'running' : 'unfinished'
          return { run, verb: first.verb, started: first.at, params: first.params, ...(ended ? { exit: last.exit } : {}), state }
        })
    },
    async verify(run) {
      const { durable } = found(run)
      for (const [i, record] of durable.entries()) {
        const why = breakOf(record, durable[i - 1])
        if (why !== undefined) return { ok: false, record: i + 1, why }
      }
      return { ok: true, records: durable.length }
    },
    async preimage(run, hash) {
      const text = found(run).objects.get(hash)
      if (text === undefined) throw fault('refused', 'preimage-damaged', { run, hash })
      return JSON.parse(text) as unknown
    },
    async attach(run, name, content) {
      found(run).attached.set(name, content)
      return `memory/${run}/${name}`
    },
  }
  return journals
}
