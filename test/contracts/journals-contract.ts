import { afterEach, describe, expect, test } from 'vitest'
import type { Entry } from '../../src/domain/record.ts'
import type { Journals } from '../../src/ports/journals.ts'
import { startOf } from '../worlds/small-run.ts'

export interface JournalsFixture {
  readonly journals: Journals
  close(): Promise<void>
}

export const step = (name: string): Entry => ({ type: 'step-started', step: name, title: { en: name, zh: name } })
const ended: Entry = {
  type: 'run-ended',
  outcome: { answer: 'yes', world: 'as-planned' },
  exit: 0,
  reason: 'done',
  facts: {},
  next: [],
  deferred: [],
}

/** What every implementation of the journals port promises. */
export function journalsContract(name: string, make: () => Promise<JournalsFixture>): void {
  describe(`the journals port, ${name}`, () => {
    let it: JournalsFixture | undefined
    afterEach(async () => {
      await it?.close()
    })
    const open = async (): Promise<Journals> => {
      it = await make()
      return it.journals
    }

    test('records are numbered, chained, and read back as they were answered', async () => {
      const journals = await open()
      const journal = await journals.create(startOf('20261120-0315-aaaa'))
      const answered = [journal.records[0], await journal.append(step('one')), await journal.append(step('two'))]
      await journal.close()
      const read = await journals.read('20261120-0315-aaaa')
      expect(read).toEqual(answered)
      expect(read.map(({ n }) => n)).toEqual([1, 2, 3])
      expect(read.map(({ prev }) => prev)).toEqual(['', read[0]?.hash, read[1]?.hash])
      expect(read.every(({ at, ms }, i) => !Number.isNaN(Date.parse(at)) && ms >= (read[i - 1]?.ms ?? 0))).toBe(true)
      expect(await journals.verify('20261120-0315-aaaa')).toEqual({ ok: true, records: 3 })
    })

    test('the order of calls is the order of records, notes included', async () => {
      const journals = await open()
      const journal = await journals.create(startOf('20261120-0315-aaaa'))
      const first = journal.append(step('1'))
      journal.note(step('2'))
      const third = journal.append(step('3'))
      journal.note(step('4'))
      await Promise.all([first, third])
      await journal.close()
      const read = await journals.read('20261120-0315-aaaa')
      expect(read.slice(1).map((record) => (record.type === 'step-started' ? record.step : ''))).toEqual(['1', '2', '3', '4'])
    })

    test('a run that is going on cannot be opened, one that was left can, and goes on with its numbers', async () => {
      const journals = await open()
      const journal = await journals.create(startOf('20261120-0315-aaaa'))
      await expect(journals.open('20261120-0315-aaaa')).rejects.toMatchObject({
        code: 'TRICENTER_FAULT',
        kind: 'refused',
        reason: 'locked',
      })
      await journal.append(step('one'))
      await journal.close()
      const again = await journals.open('20261120-0315-aaaa')
      expect(again.records.map(({ n }) => n)).toEqual([1, 2])
      expect(await again.append(step('two'))).toMatchObject({ n: 3, prev: again.records[1]?.hash })
      await again.close()
      expect(await journals.verify('20261120-0315-aaaa')).toEqual({ ok: true, records: 3 })
    })

    test('a run that is not known is a fault', async () => {
      const journals = await open()
      for (const run of ['20261120-0315-none', '../../etc']) {
        await expect(journals.open(run)).rejects.toMatchObject({ kind: 'usage', reason: 'run-unknown', facts: { run } })
        await expect(journals.read(run)).rejects.toMatchObject({ kind: 'usage', reason: 'run-unknown' })
      }
    })

    test('runs are listed newest first, with what became of them', async () => {
      const journals = await open()
      const [a, b, c] = ['20261120-0315-aaaa', '20261120-0316-bbbb', '20261121-0001-cccc'] as const
      const done = await journals.create(startOf(a))
      await done.append(ended)
      await done.close()
      await (await journals.create(startOf(b))).close()
      const running = await journals.create(startOf(c))
      expect((await journals.list()).map(({ run, state, verb, exit }) => ({ run, state, verb, exit }))).toEqual([
        { run: c, state: 'running', verb: 'failover', exit: undefined },
        { run: b, state: 'unfinished', verb: 'failover', exit: undefined },
        { run: a, state: 'ended', verb: 'failover', exit: 0 },
      ])
      await running.close()
    })

    test('an object that was kept comes back by the hash of its content, whatever the order of its keys', async () => {
      const journals = await open()
      const journal = await journals.create(startOf('20261120-0315-aaaa'))
      const hash = await journal.keep({ b: [1, { d: null, c: 'x' }], a: 'é' })
      expect(await journal.keep({ a: 'é', b: [1, { c: 'x', d: null }] })).toBe(hash)
      expect(hash).toMatch(/^[0-9a-f]{64}$/)
      expect(await journals.preimage('20261120-0315-aaaa', hash)).toEqual({ a: 'é', b: [1, { c: 'x', d: null }] })
      await expect(journals.preimage('20261120-0315-aaaa', '0'.repeat(64))).rejects.toMatchObject({ reason: 'preimage-damaged' })
      await journal.close()
    })

    test('a record holds no secret', async () => {
      const journals = await open()
      const journal = await journals.create(startOf('20261120-0315-aaaa'))
      await journal.append({
        type: 'written',
        step: 's',
        change: 'c',
        center: 'zone-a',
        outcome: 'rejected',
        detail: 'Bearer abcdefghijkl was refused',
        took: 1,
      })
      await journal.close()
      expect(JSON.stringify(await journals.read('20261120-0315-aaaa'))).not.toContain('abcdefghijkl')
    })

    test('a file can be attached', async () => {
      const journals = await open()
      await (await journals.create(startOf('20261120-0315-aaaa'))).close()
      expect(await journals.attach('20261120-0315-aaaa', 'report.md', '# x')).toMatch(/20261120-0315-aaaa\/report\.md$/)
    })
  })
}
