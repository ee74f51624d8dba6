import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCappedLog } from '../../../src/lab/engines/capped-log.ts'
import { startGuarded } from '../../../src/lab/engines/guarded-process.ts'
import { runningWith } from './running-with.ts'

let dir: string
let parent: ChildProcess | undefined
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-guard-'))
})
afterEach(() => {
  parent?.kill('SIGKILL')
  rmSync(dir, { recursive: true })
})

/** A program that ignores what can be ignored and has a child that does so too; `$0` tells it from others. */
const STUBBORN = 'trap "" TERM INT HUP; (trap "" TERM INT HUP; while :; do sleep 1; done) & echo started; while :; do sleep 1; done'
const log = () => join(dir, 'log')

test('kills a program that will not end, with its children', async () => {
  const guarded = startGuarded('stubborn', '/bin/sh', ['-c', STUBBORN, dir], log())
  await vi.waitFor(() => expect(guarded.lastWords()).toBe('started'))
  expect(runningWith(dir).length).toBeGreaterThan(1)
  await guarded.kill()
  expect(guarded.running).toBe(false)
  expect(runningWith(dir)).toEqual([])
  await guarded.kill()
})

test('says that a program ended by itself, with its last words and its code', async () => {
  const guarded = startGuarded('short', '/bin/sh', ['-c', 'echo one >&2; exit 7', dir], log())
  await vi.waitFor(() => expect(guarded.running).toBe(false))
  expect(guarded.lastWords()).toBe('one\nended with 7')
})

test('a program that cannot be started has ended', async () => {
  const guarded = startGuarded('none', join(dir, 'none'), [], log())
  await vi.waitFor(() => expect(guarded.running).toBe(false))
  expect(guarded.lastWords()).toMatch(/not found.*\nended with 127$/s)
})

test('what it started does not outlive a parent that was killed', async () => {
  const module = pathToFileURL(join(import.meta.dirname, '../../../src/lab/engines/guarded-process.ts')).href
  const program = `import { startGuarded } from ${JSON.stringify(module)}
    startGuarded('stubborn', '/bin/sh', ['-c', ${JSON.stringify(STUBBORN)}, ${JSON.stringify(dir)}], ${JSON.stringify(log())})
    setInterval(() => {}, 1000)`
  parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  await vi.waitFor(() => expect(readFileSync(log(), 'utf8')).toBe('started\n'), { timeout: 10_000 })
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(runningWith(dir)).toEqual([]), { timeout: 5000 })
})

test('a log keeps the newest and does not grow without end', () => {
  const capped = openCappedLog(log())
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 2500; i++) capped.write(line)
  capped.write('last\n')
  expect(readFileSync(log(), 'utf8').endsWith('last\n')).toBe(true)
  expect(statSync(log()).size + statSync(`${log()}.1`).size).toBeLessThan(2.1 * 1024 * 1024)
  expect(statSync(log()).mode & 0o777).toBe(0o600)
})
