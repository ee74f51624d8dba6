import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freePorts } from '../../src/lab/engines/free-ports.ts'
import { LOOPBACK, listen } from '../../src/lab/listen.ts'
import { openRules } from '../../src/lab/metrics/alerts.ts'
import { prometheusServer } from '../../src/lab/metrics/prometheus-api.ts'
import { openScraper } from '../../src/lab/metrics/scraper.ts'
import { openTsdb } from '../../src/lab/metrics/tsdb.ts'
import { chance, oneOf } from './promql/random.ts'
import { randomQuery } from './promql/random-query.ts'
import { BEGIN, END, openMetrics, randomSeries } from './promql/random-series.ts'

/** As `npm run lab:binaries` prints it. */
const binaries = process.env['TRICENTER_LAB_BINARIES'] ?? ''
const none = !existsSync(join(binaries, 'prometheus')) || !existsSync(join(binaries, 'promtool'))
/** FUZZ_SEED and FUZZ_COUNT give other cases. */
const seed = Number(process.env['FUZZ_SEED'] ?? 2026)
const count = Number(process.env['FUZZ_COUNT'] ?? 600)
const name = (text: string): string => (none ? `${text} (not run: no binaries)` : `${text} (seed ${seed}, ${count} queries)`)

const FRACTION = 1e-9 // of a value: roundings by another order of additions

interface Reply {
  readonly status: number
  readonly body: {
    readonly errorType?: string
    readonly error?: string
    readonly data?: unknown
    readonly infos?: readonly string[]
    readonly warnings?: readonly string[]
  }
}

describe.skipIf(none)(name('PromQL of the lab beside Prometheus'), () => {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-promql-'))
  const random = chance(seed)
  let real: { readonly url: string; readonly process: ChildProcess }
  let ours: { readonly url: string; readonly server: Server }

  beforeAll(async () => {
    const all = randomSeries(random)
    const tsdb = openTsdb({ most: 1_000_000 })
    for (const { labels, samples } of all) for (const [ms, value] of samples) tsdb.append(labels, ms, value)
    const idle = { targets: [], tsdb, interval: 1000, now: () => END }
    const server = prometheusServer({
      tsdb,
      rules: openRules([], tsdb),
      scraper: openScraper(idle),
      rulesFile: '',
      startedAt: END,
      now: () => END,
    })
    ours = { url: `http://${LOOPBACK}:${await listen(server)}`, server }

    writeFileSync(join(dir, 'samples.txt'), openMetrics(all))
    execFileSync(join(binaries, 'promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', join(dir, 'samples.txt'), join(dir, 'data')], {
      stdio: 'pipe',
    })
    writeFileSync(join(dir, 'prometheus.yaml'), '{}\n')
    const [port] = await freePorts(1)
    const args = [
      `--config.file=${join(dir, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${LOOPBACK}:${port}`,
    ]
    real = { url: `http://${LOOPBACK}:${port}`, process: spawn(join(binaries, 'prometheus'), args, { stdio: 'ignore' }) }
    await vi.waitUntil(
      async () =>
        await fetch(`${real.url}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 60_000, interval: 100 },
    )
  })
  afterAll(async () => {
    ours?.server.close()
    if (real !== undefined) {
      real.process.kill('SIGKILL')
      await once(real.process, 'exit')
    }
    rmSync(dir, { recursive: true })
  })

  /** What differs, and how often ours said that it does not offer that. */
  async function differences(
    path: string,
    asked: () => Record<string, string>,
  ): Promise<{ readonly found: readonly string[]; readonly refused: number }> {
    const found: string[] = []
    let refused = 0
    for (let i = 0; i < count; i++) {
      const parameters = asked()
      const [a, b] = await Promise.all([ask(ours.url, path, parameters), ask(real.url, path, parameters)])
      const difference = differ(a, b, /[%^]/.test(parameters['query'] ?? ''))
      if (a.body.error?.includes('does not offer') === true) refused++
      else if (difference !== undefined) found.push(`${JSON.stringify(parameters)}\n  ${difference}`)
    }
    return { found, refused }
  }

  test('instant queries have equal answers', async () => {
    const time = () => {
      const at = BEGIN + Math.floor(random() * (END - BEGIN + 600_000))
      return String((random() < 0.5 ? Math.floor(at / 15_000) * 15_000 + (BEGIN % 15_000) : at) / 1000)
    }
    const { found, refused } = await differences('query', () => ({ query: randomQuery(random), time: time() }))
    expect(found).toEqual([])
    expect(refused).toBeLessThan(count / 50) // only where a character more or less makes it another language
  })

  test('range queries have equal answers', async () => {
    const asked = () => {
      const start = BEGIN + Math.floor((random() * (END - BEGIN)) / 1000) * 1000
      return {
        query: randomQuery(random),
        start: String(start / 1000),
        end: String(start / 1000 + 300),
        step: oneOf(random, ['15', '7', '60s', '33.5']),
      }
    }
    const { found, refused } = await differences('query_range', asked)
    expect(found).toEqual([])
    expect(refused).toBeLessThan(count / 50)
  })

  test.each([
    ['labels', {}],
    ['labels', { 'match[]': 'members{pod="p1"}' }],
    ['label/center/values', {}],
    ['label/le/values', { 'match[]': 'times_bucket' }],
    ['series', { 'match[]': '{center="zone-a"}' }],
    ['series', {}],
    ['series', { 'match[]': '{center=""}' }],
    ['series', { 'match[]': 'members{' }],
    ['query', { query: '' }],
    ['query', { query: 'lonely', time: 'yesterday' }],
    ['query', { query: '"text"', time: '17' }],
    ['query_range', { query: '"text"', start: '0', end: '1', step: '1' }],
    ['query_range', { query: 'lonely', start: '1', end: '0', step: '1' }],
    ['query_range', { query: 'lonely', start: '0', end: '1', step: '0' }],
    ['query_range', { query: 'lonely', start: '0', end: '20000', step: '1' }],
    ['query_range', { query: 'lonely', start: '2023-11-14T22:13:20Z', end: '2023-11-14T22:14:20.5Z', step: '30s' }],
  ] as const)('%s %o is answered equally', async (path, parameters) => {
    const [a, b] = await Promise.all([ask(ours.url, path, parameters), ask(real.url, path, parameters)])
    expect(differ(a, b)).toBeUndefined()
  })
})

async function ask(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<Reply> {
  const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`)
  return { status: answer.status, body: (await answer.json()) as Reply['body'] }
}

/** What differs between two answers, beyond roundings, the order of series and the words of errors. `loose`: `%` and `^` make any number of a rounding. */
function differ(ours: Reply, real: Reply, loose = false): string | undefined {
  const said = JSON.stringify
  if (ours.status !== real.status || ours.body.errorType !== real.body.errorType)
    return `ours ${ours.status} ${said(ours.body)}\n  real ${real.status} ${said(real.body)}`
  const [a, b] = [normalised(ours.body.data), normalised(real.body.data)]
  if (!equal(a, b, loose)) return `ours ${said(a)}\n  real ${said(b)}`
  for (const kind of ['infos', 'warnings'] as const) {
    const [one, other] = [ours, real].map(({ body }) => said(comparable(body[kind] ?? [])))
    if (one !== other) return `${kind}: ours ${one}\n  real ${other}`
  }
  return undefined
}

/** Where counts of buckets fell, a real one says by how much; of many it sends any ten, and of one said at two places either. */
function comparable(said: readonly string[]): readonly string[] {
  const omitted = said.filter((text) => text.endsWith('omitted'))
  if (omitted.length > 0) return omitted
  const bare = said.map((text) => (text.includes('fixed for monotonicity') ? 'fixed for monotonicity' : text.replace(/ \(\d+:\d+\)$/, '')))
  return [...new Set(bare)].sort()
}

function normalised(data: unknown): unknown {
  const { result } = (data ?? {}) as { readonly result?: readonly unknown[] }
  const sorted = (list: readonly unknown[]) => list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
  if (Array.isArray(data)) return sorted(data)
  return Array.isArray(result) && typeof result[0] === 'object' ? { ...(data as object), result: sorted(result) } : data
}
const key = (one: unknown): string => {
  const labels = (one as { metric?: object }).metric ?? one
  return typeof labels === 'object' && labels !== null ? JSON.stringify(Object.entries(labels).sort()) : String(labels)
}

function equal(a: unknown, b: unknown, loose: boolean): boolean {
  if (typeof a === 'string' && typeof b === 'string')
    return a === b || (Number.isFinite(Number(a)) && Number.isFinite(Number(b)) && (loose || near(Number(a), Number(b))))
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => equal(one, b[i], loose))
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const names = Object.keys(a)
    return names.length === Object.keys(b).length && names.every((one) => equal((a as never)[one], (b as never)[one], loose))
  }
  return a === b
}
const near = (a: number, b: number): boolean => Math.abs(a - b) <= FRACTION * Math.max(Math.abs(a), Math.abs(b))
