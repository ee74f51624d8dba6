import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tricenter-code-'))
})
afterEach(() => rmSync(cache, { recursive: true }))

/** The built program, which loads its part for this verb. */
function run(options: { readonly env?: Readonly<Record<string, string>>; readonly node?: readonly string[] } = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...(options.node ?? []), 'bin/tricenter.js', 'runbook', 'list'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '', XDG_CACHE_HOME: cache, ...options.env },
  })
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout
}

const folder = (): string => join(cache, 'tricenter', 'code')
const kept = (): string => join(folder(), readdirSync(folder()).find((one) => one.endsWith('-runbook-session')) ?? '')

/** How many functions of the part V8 had to compile from its text. */
function compiled(): number {
  const log = join(cache, 'v8.log')
  run({ node: ['--log-function-events', `--logfile=${log}`, '--no-logfile-per-isolate'] })
  const lines = readFileSync(log, 'utf8').split('\n')
  const part = lines.find((line) => line.startsWith('script-details,') && line.includes('session.cjs'))?.split(',')[1]
  expect(part).toBeDefined()
  return lines.filter((line) => line.startsWith(`function,interpreter,${part},`)).length
}

test('functions that a run has called come compiled to the next, from a file that is its user’s alone', () => {
  const first = compiled()
  expect(first).toBeGreaterThan(20)
  expect(compiled()).toBeLessThan(first / 4)
  expect(readdirSync(folder()).map((one) => one.split('-').slice(-2).join(' '))).toEqual(['runbook console', 'runbook session'])
  expect(statSync(folder()).mode & 0o777).toBe(0o700)
  expect(statSync(kept()).mode & 0o777).toBe(0o600)
})

test('the first runs add to it, and later one a day', () => {
  const written = (): number => (run(), statSync(kept()).mtimeMs)
  const first = [1, 2, 3, 4].map(written)
  expect(new Set(first).size).toBe(4)
  const stays = first[3]
  expect([written(), written()]).toEqual([stays, stays])
  const then = Date.now() / 1000 - 2 * 86_400
  utimesSync(kept(), then, then)
  const anew = written()
  expect(anew).not.toBe(stays)
  expect(written()).toBe(anew)
})

/** V8 itself would take any of these for good, and end the process with a signal. */
test.each([
  ['one bit that is not what it was', (bytes: Buffer) => bytes.fill((bytes[5000] ?? 0) ^ 4, 5000, 5001)],
  ['its second half lost', (bytes: Buffer) => bytes.fill(0, bytes.length >> 1)],
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['empty', () => Buffer.alloc(0)],
])('a file with %s is not used, and made anew', (_, damage) => {
  const shown = run()
  const whole = readFileSync(kept())
  writeFileSync(kept(), damage(Buffer.from(whole)))
  expect(run()).toBe(shown)
  const anew = readFileSync(kept())
  expect(anew.length).toBeGreaterThan(whole.length / 2)
  expect(anew.subarray(0, 32)).toEqual(hash('sha256', anew.subarray(32), 'buffer'))
})

test('a file that others may write is not used, and made anew', () => {
  run()
  chmodSync(kept(), 0o620)
  run()
  expect(statSync(kept()).mode & 0o777).toBe(0o600)
})

test('code of other builds goes after a month', () => {
  run()
  const [old, young] = [join(folder(), 'of-an-old-build'), join(folder(), 'of-another-build')]
  for (const one of [old, young]) writeFileSync(one, '')
  const then = Date.now() / 1000 - 40 * 86_400
  utimesSync(old, then, then)
  writeFileSync(kept(), '')
  run()
  expect(readdirSync(folder())).toContain('of-another-build')
  expect(readdirSync(folder())).not.toContain('of-an-old-build')
})

test('where nothing can be kept, or nothing shall be, the program runs all the same', () => {
  writeFileSync(join(cache, 'file'), '')
  run({ env: { XDG_CACHE_HOME: join(cache, 'file') } })
  run({ env: { NODE_DISABLE_COMPILE_CACHE: '1' } })
  expect(readdirSync(cache)).toEqual(['file'])
})
