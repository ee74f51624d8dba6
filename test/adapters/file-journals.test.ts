import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileJournals } from '../../src/adapters/file-journals.ts'
import { stateDirectory } from '../../src/adapters/state-directory.ts'
import { openJournalFile } from '../../src/adapters/journal-file.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { step } from '../contracts/journals-contract.ts'
import { startOf } from '../worlds/small-run.ts'

const RUN = '20261120-0315-aaaa'
let state: string
let file: string
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'tricenter-journals-'))
  file = join(state, 'runs', RUN, 'journal.ndjson')
})
afterEach(() => rm(state, { recursive: true, force: true }))
const journals = () => fileJournals({ state, clock: systemClock })

async function written(...steps: readonly string[]): Promise<Buffer> {
  const journal = await journals().create(startOf(RUN))
  for (const name of steps) await journal.append(step(name))
  await journal.close()
  return await readFile(file)
}

test('state lies where XDG says, and a relative path there counts for nothing', () => {
  expect(stateDirectory({ XDG_STATE_HOME: '/var/x', HOME: '/home/u' })).toBe('/var/x/tricenter')
  expect(stateDirectory({ XDG_STATE_HOME: 'x', HOME: '/home/u' })).toBe('/home/u/.local/state/tricenter')
  expect(stateDirectory({ HOME: '/home/u' })).toBe('/home/u/.local/state/tricenter')
})

test('directories are 0700 and files 0600', async () => {
  const journal = await journals().create(startOf(RUN))
  const hash = await journal.keep({ a: 1 })
  await journal.close()
  const mode = async (...path: readonly string[]) => ((await stat(join(state, 'runs', ...path))).mode & 0o777).toString(8)
  expect([await mode(), await mode(RUN), await mode(RUN, 'objects')]).toEqual(['700', '700', '700'])
  expect([await mode(RUN, 'journal.ndjson'), await mode(RUN, 'objects', `${hash}.json`)]).toEqual(['600', '600'])
})

test('cut at any byte of its last two records, a journal keeps every whole record and says what was cut off', async () => {
  const whole = await written('one', 'two', 'three')
  const lines = whole.toString('utf8').split('\n').slice(0, -1)
  const from = Buffer.byteLength(lines.slice(0, -2).join('\n')) + 1
  for (let length = from; length <= whole.length; length++) {
    await writeFile(file, whole.subarray(0, length))
    const kept = whole.subarray(0, length).lastIndexOf(10) + 1
    const expected = lines.slice(0, whole.subarray(0, kept).toString('utf8').split('\n').length - 1)
    expect(await journals().read(RUN)).toHaveLength(expected.length)

    const journal = await journals().open(RUN)
    const recovered = journal.records.slice(expected.length)
    expect(journal.records.slice(0, expected.length).map((record) => JSON.stringify(record))).toEqual(expected)
    expect(recovered).toMatchObject(kept === length ? [] : [{ type: 'journal-recovered', cut: length - kept }])
    await journal.append(step('after'))
    await journal.close()
    expect(await journals().verify(RUN)).toEqual({ ok: true, records: expected.length + recovered.length + 1 })
  }
})

test('a last line that is no JSON is torn too', async () => {
  const whole = await written('one')
  await writeFile(file, Buffer.concat([whole, Buffer.alloc(40), Buffer.from('\n')]))
  const journal = await journals().open(RUN)
  expect(journal.records.at(-1)).toMatchObject({ type: 'journal-recovered', cut: 41 })
  await journal.close()
})

test.each([
  {
    edit: 'a changed word',
    change: (lines: string[]) => lines.with(1, lines[1]!.replace('"one"', '"eno"')),
    record: 2,
    why: /does not match its hash/,
  },
  { edit: 'a missing record', change: (lines: string[]) => lines.toSpliced(1, 1), record: 2, why: /says that it is record 3/ },
  {
    edit: 'a changed record with a new hash',
    change: (lines: string[]) => lines.with(0, lines[0]!.replace('"somebody"', '"nobody"')),
    record: 1,
    why: /hash/,
  },
  { edit: 'a line that is no JSON', change: (lines: string[]) => lines.with(1, '{'), record: 2, why: /not JSON/ },
  { edit: 'two records that changed places', change: (lines: string[]) => [lines[0]!, lines[2]!, lines[1]!], record: 2, why: /record 3/ },
])('$edit is damage, with its number', async ({ change, record, why }) => {
  const lines = (await written('one', 'two')).toString('utf8').split('\n').slice(0, -1)
  await writeFile(file, `${change(lines).join('\n')}\n`)
  const damage = { kind: 'refused', reason: 'journal-damaged', facts: { run: RUN, record, why: expect.stringMatching(why) } }
  await expect(journals().open(RUN)).rejects.toMatchObject(damage)
  await expect(journals().read(RUN)).rejects.toMatchObject(damage)
  expect(await journals().verify(RUN)).toMatchObject({ ok: false, record })
})

test('a damaged journal is listed as damaged and hides no other', async () => {
  await written('one')
  await (await journals().create(startOf('20261121-0000-bbbb'))).close()
  await writeFile(file, 'x')
  expect((await journals().list()).map(({ run, state }) => ({ run, state }))).toEqual([
    { run: '20261121-0000-bbbb', state: 'unfinished' },
    { run: RUN, state: 'damaged' },
  ])
})

test('the list finds both ends of a journal that is longer than it reads at once', async () => {
  const journal = await journals().create({ ...startOf(RUN), params: { long: 'x'.repeat(200_000) } })
  await journal.append({
    type: 'run-ended',
    outcome: { answer: 'no', world: 'restored' },
    exit: 1,
    reason: 'y'.repeat(300_000),
    facts: {},
    next: [],
    deferred: [],
  })
  await journal.close()
  expect(await journals().list()).toMatchObject([{ run: RUN, state: 'ended', exit: 1 }])
})

test('verify finds a preimage that was changed or taken away', async () => {
  const journal = await journals().create(startOf(RUN))
  const preimage = await journal.keep({ weight: 50 })
  const intent = { kind: 'lab-fault', center: 'zone-a', fault: null } as const
  const change = {
    id: 'c',
    effect: 'patch',
    center: 'zone-a',
    object: { kind: 'HTTPRoute', namespace: 'n', name: 'r' },
    edits: [],
    patch: [],
    before: '',
    after: '',
    intent,
    inverse: intent,
  } as const
  await journal.append({ type: 'intended', step: 's', change, preimage })
  await journal.close()
  expect(await journals().verify(RUN)).toEqual({ ok: true, records: 2 })
  const kept = join(state, 'runs', RUN, 'objects', `${preimage}.json`)
  await writeFile(kept, '{"weight":51}')
  expect(await journals().verify(RUN)).toMatchObject({ ok: false, record: 2, why: expect.stringContaining('was changed') })
  await expect(journals().preimage(RUN, preimage)).rejects.toMatchObject({ reason: 'preimage-damaged' })
  await rm(kept)
  expect(await journals().verify(RUN)).toMatchObject({ ok: false, record: 2, why: expect.stringContaining('is missing') })
})

test('records that arrive together all become durable, in order', async () => {
  const journal = await journals().create(startOf(RUN))
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => journal.append(step(`${n}`))))
  expect((await readFile(file, 'utf8')).trimEnd().split('\n').slice(1)).toEqual(all.map((record) => JSON.stringify(record)))
  await journal.close()
})

test('a note waits for the next append', async () => {
  const journal = await journals().create(startOf(RUN))
  journal.note(step('noted'))
  expect(await journals().read(RUN)).toHaveLength(1)
  await journal.append(step('appended'))
  expect(await journals().read(RUN)).toHaveLength(3)
  await journal.close()
})

test('a killed process holds no lock, and what it was told is durable is there', async () => {
  const code = `
    import { fileJournals } from ${JSON.stringify(new URL('../../src/adapters/file-journals.ts', import.meta.url).href)}
    import { systemClock } from ${JSON.stringify(new URL('../../src/adapters/system-clock.ts', import.meta.url).href)}
    const journal = await fileJournals({ state: ${JSON.stringify(state)}, clock: systemClock }).create(${JSON.stringify(startOf(RUN))})
    await journal.append(${JSON.stringify(step('told'))})
    process.stdout.write('ready')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await expect(journals().open(RUN)).rejects.toMatchObject({ reason: 'locked', facts: { pid: child.pid } })
  expect(await journals().list()).toMatchObject([{ state: 'running' }])
  child.kill('SIGKILL')
  await once(child, 'exit')
  const journal = await journals().open(RUN)
  expect(journal.records.at(-1)).toMatchObject({ type: 'step-started', step: 'told' })
  await journal.close()
})

test.skipIf(process.getuid?.() === 0)('a directory that cannot be written is one clear fault', async () => {
  await chmod(state, 0o500)
  await expect(journals().create(startOf(RUN))).rejects.toMatchObject({
    kind: 'refused',
    reason: 'journal-unwritable',
    facts: { why: 'no permission' },
  })
  await chmod(state, 0o700)
})

test.runIf(process.platform === 'linux')('a disk that is full is one clear fault, and nothing is accepted after it', async () => {
  const journal = await openJournalFile('/dev/full', { records: [], bytes: 0, torn: 0 }, systemClock)
  const full = { kind: 'refused', reason: 'journal-unwritable', facts: { file: '/dev/full', why: 'no space is left on the device' } }
  await expect(Promise.all([journal.append(step('one')), journal.append(step('two'))])).rejects.toMatchObject(full)
  await expect(journal.append(step('three'))).rejects.toMatchObject(full)
  expect(() => journal.note(step('four'))).toThrow('journal-unwritable')
  await journal.close()
})

test('a state directory that is a file is one clear fault', async () => {
  await writeFile(join(state, 'runs'), '')
  await expect(journals().create(startOf(RUN))).rejects.toMatchObject({
    kind: 'refused',
    reason: 'journal-unwritable',
    facts: { file: expect.stringContaining(RUN) },
  })
})

test('nothing but journal, objects and reports stays behind', async () => {
  const journal = await journals().create(startOf(RUN))
  await journal.keep({ a: 1 })
  await journal.close()
  await journals().attach(RUN, 'report.md', 'x')
  expect((await readdir(join(state, 'runs', RUN))).sort()).toEqual(['journal.ndjson', 'objects', 'report.md'])
  await truncate(file, 0)
  await expect(journals().open(RUN)).rejects.toMatchObject({ reason: 'journal-damaged', facts: { record: 1 } })
})
