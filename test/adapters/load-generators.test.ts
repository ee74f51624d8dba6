import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileLoadBaselines } from '../../src/adapters/load-baselines.ts'
import { loadGenerator } from '../../src/adapters/load-generators.ts'
import { readHey, readWrk, wrkScript } from '../../src/adapters/load-tools.ts'
import type { LoadBaseline, LoadOrder } from '../../src/ports/load.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tricenter-test-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A program of that name that notes its arguments, copies its script, and says what the real one would. */
function pretend(name: string, says: string, first = ''): string {
  writeFileSync(join(dir, `${name}.says`), says)
  writeFileSync(
    join(dir, name),
    `#!/bin/sh\n${first}\nprintf '%s\\n' "$@" > ${dir}/${name}.args\nfor a in "$@"; do case "$a" in *.lua) cp "$a" ${dir}/${name}.lua;; esac; done\ncat ${dir}/${name}.says\n`,
  )
  chmodSync(join(dir, name), 0o755)
  return `${dir}:/usr/bin:/bin`
}
const args = (name: string): readonly string[] =>
  readFileSync(join(dir, `${name}.args`), 'utf8')
    .trim()
    .split('\n')

const order = (headers: Readonly<Record<string, string>> = {}): LoadOrder => ({
  target: {
    gateway: 'zone-a',
    url: 'http://10.0.1.10/base/',
    service: 'ai',
    probe: { host: 'ai.example.com', path: '/api?q="1"', headers, expect: 200, timeout: 1_500, center: { header: 'x-center' }, values: {} },
  },
  rate: 500,
  duration: 10_000,
  connections: 50,
  idPrefix: 'load',
})
const never = new AbortController().signal

const WRK = `Running 10s test @ http://10.0.1.10
  2 threads and 50 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.20ms    2.00ms  40.00ms   95.00%
Requests/sec:   4990.01

tricenter-load {"us":10002000,"requests":49910,"p50":900,"p99":12000,"p999":31000,"max":40000,"connect":0,"read":2,"write":0,"status":10,"timeout":3}
`
const HEY = `
Summary:
  Total:	10.0020 secs
  Slowest:	0.0400 secs
  Fastest:	0.0002 secs
  Average:	0.0012 secs
  Requests/sec:	499.9000

Latency distribution:
  10%% in 0.0005 secs
  50%% in 0.0009 secs
  99%% in 0.0120 secs

Status code distribution:
  [200]	4990 responses
  [503]	7 responses

Error distribution:
  [2]	Get "http://10.0.1.10": context deadline exceeded
  [1]	Get "http://10.0.1.10": dial tcp 10.0.1.10:80: connect: connection refused
`

test('wrk is given its request by a script, and no header stands in its argv', async () => {
  const path = pretend('wrk', WRK)
  const measure = await loadGenerator('wrk', path).generate(order({ Authorization: 'Bearer "x"\\' }), never)
  expect(measure).toEqual({
    generator: 'wrk',
    loop: 'closed',
    requests: 49_915,
    good: 49_900,
    achieved: (49_900 * 1_000_000) / 10_002_000,
    errors: { reset: 2, status: 10, timeout: 3 },
    latency: { count: 49_910, p50: 0.9, p99: 12, p999: 31, max: 40 },
    byCenter: {},
  })
  expect(args('wrk').join(' ')).toMatch(/^-t 2 -c 50 -d 10s --timeout 2s -s \S+\.lua http:\/\/10\.0\.1\.10$/)
  expect(args('wrk').join(' ')).not.toContain('Bearer')
  const script = readFileSync(join(dir, 'wrk.lua'), 'utf8')
  expect(script).toContain('wrk.path = "/base/api?q=\\0341\\034"')
  expect(script).toContain('wrk.headers["Authorization"] = "Bearer \\034x\\034\\092"')
})

test('hey is told rate and headers, and its summary is read', async () => {
  const path = pretend('hey', HEY)
  const measure = await loadGenerator('hey', path).generate(order({ 'x-region': 'beijing' }), never)
  expect(measure).toMatchObject({ generator: 'hey', requests: 5_000, good: 4_990, errors: { status: 7, timeout: 2, refused: 1 } })
  expect(measure).toMatchObject({ latency: { count: 4_997, p50: 0.9, p99: 12, max: 40 } })
  expect(args('hey')).toEqual(
    ['-z', '10s', '-t', '2', '-c', '50', '-q', '10', '-disable-redirects', '-host', 'ai.example.com', '-H', 'x-region: beijing'].concat(
      'http://10.0.1.10/base/api?q="1"',
    ),
  )
})

test('hey gets no secret in its argv: it is not started', async () => {
  const path = pretend('hey', HEY)
  rmSync(join(dir, 'hey.args'), { force: true })
  const measure = await loadGenerator('hey', path).generate(order({ Authorization: 'Bearer abcdefgh' }), never)
  expect(measure).toEqual({ unable: expect.stringContaining('Authorization') })
  expect(() => args('hey')).toThrow()
})

test('a program that is not there, or says something else, measured nothing', async () => {
  expect(await loadGenerator('wrk', join(dir, 'nowhere')).generate(order(), never)).toEqual({
    unable: expect.stringContaining('not found'),
  })
  const path = pretend('wrk', 'unable to connect')
  expect(await loadGenerator('wrk', path).generate(order(), never)).toEqual({ unable: expect.stringContaining('unable to connect') })
})

test('a program is ended with the interrupt', async () => {
  const path = pretend('wrk', WRK, 'sleep 60')
  const interrupt = new AbortController()
  setTimeout(() => interrupt.abort('SIGINT'), 100)
  const began = performance.now()
  expect(await loadGenerator('wrk', path).generate(order(), interrupt.signal)).toEqual({ unable: 'interrupted' })
  expect(performance.now() - began).toBeLessThan(10_000)
})

test.each(['', 'tricenter-load {', 'tricenter-load {"us":0}', 'tricenter-load {"us":1,"requests":-1}', 'tricenter-load null', '<html>'])(
  'what is no summary is no figure: %j',
  (text) => {
    expect(readWrk(text)).toBeUndefined()
    expect(readHey(text, 200)).toBeUndefined()
  },
)

test('whatever a header holds stays inside its quotes', () => {
  const script = wrkScript(order({ 'x-a': '"]] os.execute("x") --\n中' }))
  expect(script).toContain('wrk.headers["x-a"] = "\\034\\093\\093 os.execute(\\034x\\034) --\\010\\228\\184\\173"')
})

test('measurements are kept by topology and center, and a broken line is passed over', async () => {
  const store = fileLoadBaselines(join(dir, 'state'))
  const one: LoadBaseline = {
    at: '2026-11-20T03:15:00.000Z',
    center: 'zone-a',
    service: 'ai',
    generator: 'own',
    rate: 100,
    connections: 10,
    achieved: 100,
    errorRatio: 0,
  }
  expect(await store.read('lab', 'zone-a')).toEqual([])
  await store.keep('lab', 'zone-a', [one])
  writeFileSync(join(dir, 'state', 'load', 'lab', 'zone-a.ndjson'), '{"at":\n', { flag: 'a' })
  await store.keep('lab', 'zone-a', [{ ...one, rate: 500 }])
  expect((await store.read('lab', 'zone-a')).map(({ rate }) => rate)).toEqual([100, 500])
  expect(await store.read('lab', 'zone-b')).toEqual([])
})
