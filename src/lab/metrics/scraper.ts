import { Agent, request } from 'undici'
import { type Labels, NAME, keyOf, withLabel } from '../promql/labels.ts'
import { type MetricType, readExposition } from './exposition.ts'
import type { Tsdb } from './tsdb.ts'

/** What is scraped, and the labels that all its series get. `job` and `instance` are among them. */
export interface Target {
  readonly url: string
  readonly labels: Labels
}

/** A target and how its last scrape went. Times in ms since the epoch, durations in ms. */
export interface TargetState {
  readonly target: Target
  readonly health: 'unknown' | 'up' | 'down'
  readonly lastError: string
  readonly lastScrape: number
  readonly lastDuration: number
}

export interface Scraper {
  readonly interval: number
  states(): readonly TargetState[]
  /** What targets have said of their metrics. */
  types(): ReadonlyMap<string, { readonly type: MetricType; readonly help: string }>
  /** Scrapes every target once. */
  scrape(): Promise<void>
  close(): Promise<void>
}

/** Bytes of an answer that are read; a longer one is an error. */
const LONGEST = 4 * 1024 * 1024

/**
 * Reads targets into the samples, with `up` and the figures of the scrape itself. A series that a target no longer has, and all of them when it does not answer, gets a marker
 * that it ended: it is gone at once, not after five minutes. A scrape takes no longer than `interval`, ms.
 */
export function openScraper({
  targets,
  tsdb,
  interval,
  now,
}: {
  readonly targets: readonly Target[]
  readonly tsdb: Tsdb
  readonly interval: number
  readonly now: () => number
}): Scraper {
  const agent = new Agent({
    allowH2: false,
    connections: 1,
    keepAliveTimeout: 60_000,
    headersTimeout: interval,
    bodyTimeout: interval,
    connect: { timeout: interval },
  })
  const states = new Map<Target, TargetState>()
  const types = new Map<string, { type: MetricType; help: string }>()
  const present = new Map<Target, ReadonlyMap<string, Labels>>()
  const running = new Set<Target>()
  let closed = false

  const one = async (target: Target): Promise<void> => {
    if (running.has(target)) return
    running.add(target)
    const time = now()
    const began = performance.now()
    const read = await fetchText(target.url, agent, interval)
      .then(readExposition)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
    running.delete(target)
    if (closed) return
    const duration = performance.now() - began
    const failed = read instanceof Error
    const samples = failed ? [] : read.samples
    if (!failed) for (const [name, said] of read.types) types.set(name, said)
    const current = new Map<string, Labels>()
    for (const { labels, value, time: given } of samples) {
      const full = { ...labels, ...target.labels }
      current.set(keyOf(full), full)
      tsdb.append(full, given ?? time, value)
    }
    const before = present.get(target) ?? new Map<string, Labels>()
    for (const [key, labels] of before) if (!current.has(key)) tsdb.append(labels, time, undefined)
    present.set(target, current)
    const added = [...current.keys()].filter((key) => !before.has(key)).length
    const figures = {
      up: failed ? 0 : 1,
      scrape_duration_seconds: duration / 1000,
      scrape_samples_scraped: samples.length,
      scrape_samples_post_metric_relabeling: samples.length,
      scrape_series_added: added,
    }
    for (const [name, value] of Object.entries(figures)) tsdb.append(withLabel(target.labels, NAME, name), time, value)
    states.set(target, {
      target,
      health: failed ? 'down' : 'up',
      lastError: failed ? whole(read) : '',
      lastScrape: time,
      lastDuration: duration,
    })
  }

  return {
    interval,
    states: () =>
      targets.map((target) => states.get(target) ?? { target, health: 'unknown', lastError: '', lastScrape: 0, lastDuration: 0 }),
    types: () => types,
    scrape: async () => void (await Promise.all(targets.map(one))),
    async close() {
      closed = true
      await agent.destroy()
    },
  }
}

/** An error with what caused it, on one line. */
function whole(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

async function fetchText(url: string, agent: Agent, timeout: number): Promise<string> {
  const { statusCode, body } = await request(url, {
    dispatcher: agent,
    signal: AbortSignal.timeout(timeout),
    headers: { accept: 'text/plain;version=0.0.4', 'x-prometheus-scrape-timeout-seconds': String(timeout / 1000) },
  })
  if (statusCode !== 200) {
    await body.dump()
    throw new Error(`server returned HTTP status ${statusCode}`)
  }
  let text = ''
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > LONGEST) throw new Error(`body is longer than ${LONGEST} bytes`)
  }
  return text
}
