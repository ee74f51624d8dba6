import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname, tmpdir } from 'node:os'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockOwner, takeLock } from '../../src/adapters/process-lock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tricenter-lock-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('a lock is held once, and can be taken again when it was released', async () => {
  const first = takeLock(directory)
  expect(takeLock(directory)).toMatchObject({ taken: false, owner: { pid: process.pid, host: hostname() } })
  if (first.taken) first.release()
  expect(lockOwner(directory)).toBeUndefined()
  expect(takeLock(directory)).toMatchObject({ taken: true })
})

test('of many who come at once at most one gets it', async () => {
  await writeFile(join(directory, 'lock.7'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }))
  // Each holds what it got until all have told.
  const script = `const { takeLock } = await import(process.argv[1]); console.log(takeLock(process.argv[2]).taken); process.stdin.resume()`
  const lock = new URL('../../src/adapters/process-lock.ts', import.meta.url).href
  const others = Array.from({ length: 5 }, () => spawn(process.execPath, ['--input-type=module', '-e', script, lock, directory]))
  const told = await Promise.all(others.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()))
  for (const { stdin } of others) stdin.end()
  expect(told.toSorted()).toEqual(['false', 'false', 'false', 'false', 'true'])
  expect((await readdir(directory)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('the lock of a process that is gone is none', async () => {
  await writeFile(join(directory, 'lock.1'), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }))
  expect(takeLock(directory)).toMatchObject({ taken: true })
})

test.runIf(process.platform === 'linux')('a process that got the number of a dead one is not the owner', async () => {
  const mine = takeLock(directory)
  const [name = ''] = await readdir(directory)
  const owner = JSON.parse(await readFile(join(directory, name), 'utf8')) as { start: string }
  if (mine.taken) mine.release()
  expect(owner.start).toMatch(/^\d+@/)
  await writeFile(join(directory, 'lock.1'), JSON.stringify({ ...owner, start: `1${owner.start}` }))
  expect(takeLock(directory)).toMatchObject({ taken: true })
})

test('a process of another host counts as alive', async () => {
  await writeFile(join(directory, 'lock.1'), JSON.stringify({ pid: 1, host: 'elsewhere.example' }))
  expect(takeLock(directory)).toMatchObject({ taken: false, owner: { host: 'elsewhere.example' }, file: join(directory, 'lock.1') })
})

test('a lock file that cannot be read as one holds nobody up', async () => {
  await writeFile(join(directory, 'lock.1'), '')
  expect(takeLock(directory)).toMatchObject({ taken: true })
})
