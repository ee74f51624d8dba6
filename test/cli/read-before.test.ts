import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTopology } from '../../src/documents/topology.ts'
import { readOnce } from '../../src/cli/read-before.ts'
import { shippedRunbooks } from '../../src/cli/shipped-runbooks.ts'

let cache: string
let reads: number
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tricenter-cache-'))
  reads = 0
})
afterEach(() => rmSync(cache, { recursive: true }))

const once = (text: string, build?: string): Promise<unknown> =>
  readOnce({ XDG_CACHE_HOME: cache }, 'topology', Buffer.from(text), () => Promise.resolve({ text, n: (reads += 1) }), build)
const file = (): string => join(cache, 'tricenter', readdirSync(join(cache, 'tricenter'))[0] ?? '')

test('a document is read once for its bytes and the build, and kept where only its owner can read it', async () => {
  expect([await once('a', 'one'), await once('a', 'one')]).toEqual([
    { text: 'a', n: 1 },
    { text: 'a', n: 1 },
  ])
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(await once('b', 'one')).toEqual({ text: 'b', n: 2 })
  expect(await once('a', 'two')).toEqual({ text: 'a', n: 3 })
})

test('what is older than a month goes when something new is kept', async () => {
  await once('a', 'one')
  const old = file()
  const then = Date.now() / 1000 - 31 * 86_400
  utimesSync(old, then, then)
  await once('b', 'one')
  expect(readdirSync(join(cache, 'tricenter'))).toHaveLength(1)
  expect(file()).not.toBe(old)
})

test('from sources nothing is remembered', async () => {
  await once('a')
  await once('a')
  expect(reads).toBe(2)
  expect(readdirSync(cache)).toEqual([])
})

test.each([
  ['cut', (text: string) => text.slice(0, -3)],
  ['changed', (text: string) => text.replace('"a"', '"b"')],
  ['emptied', () => ''],
])('what was %s is read again', async (_how, damage) => {
  await once('a', 'one')
  writeFileSync(file(), damage(readFileSync(file(), 'utf8')))
  expect(await once('a', 'one')).toEqual({ text: 'a', n: 2 })
})

test('a cache that cannot be written costs nothing but time', async () => {
  writeFileSync(join(cache, 'tricenter'), 'in the way')
  expect(await once('a', 'one')).toEqual({ text: 'a', n: 1 })
})

test('a wrong document stays wrong', async () => {
  const wrong = () => readOnce({ XDG_CACHE_HOME: cache }, 'topology', Buffer.from('x'), () => Promise.reject(new Error('wrong')), 'one')
  await expect(wrong()).rejects.toThrow('wrong')
  await expect(wrong()).rejects.toThrow('wrong')
})

test('topologies and runbooks are plain data, the same after they were kept', async () => {
  const read = readTopology(readFileSync(new URL('../documents/example.yaml', import.meta.url)), 'example.yaml')
  if ('mistakes' in read) throw new Error('the example is wrong')
  for (const value of [read.topology, ...shippedRunbooks().values()]) expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
})
