import { readFile } from 'node:fs/promises'
import { Agent } from 'undici'
import type { Deadline } from '../../domain/change.ts'
import type { MetricsEndpoint, MetricsSource } from '../../domain/estate.ts'
import type { CenterName } from '../../domain/topology.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Metrics, MetricsAnswer } from '../../ports/metrics.ts'
import { fetchOnce } from '../fetch-once.ts'
import { judgedRequest, type Send } from './driver.ts'
import { gapOf, isGap, judgeAnswer, type Gap } from './raw-answer.ts'
import { readRules, readSamples, readSeriesList, readTargets } from './read-data.ts'

type Ask = Parameters<typeof judgedRequest>[1]

/** Bytes of one answer. A center's rules or series are some 100 KiB. */
const LIMIT = 8 * 1024 * 1024
/** At once, to one Prometheus. */
const CONNECTIONS = 8
/** Series are looked for in this much of the past, ms. */
const SERIES_WINDOW = 300_000

export interface OpenMetrics extends Metrics {
  close(): Promise<void>
}

/**
 * The declared Prometheus of each center. Every call ends by its deadline with a value: samples that were checked as a whole, or a gap.
 * A bearer token is read from its file for each request; whatever a server says, it does not come back in a detail.
 */
export function openMetrics({ centers }: Pick<MetricsSource, 'centers'>, clock: Clock): OpenMetrics {
  const agent = new Agent({ allowH2: false, connections: CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })

  async function ask<T extends object>(
    center: CenterName,
    request: Ask,
    change: (query: URLSearchParams) => void,
    read: (data: unknown) => T | Gap,
    deadline: Deadline,
  ): Promise<MetricsAnswer<T>> {
    const began = clock.monotonic()
    const result = await answer(centers[center], request, change, read, deadline)
    const end = { at: clock.now(), took: clock.monotonic() - began }
    return isGap(result) ? { state: 'gap', ...result, ...end } : { state: 'answered', value: result, ...end }
  }

  async function answer<T extends object>(
    endpoint: MetricsEndpoint | undefined,
    request: Ask,
    change: (query: URLSearchParams) => void,
    read: (data: unknown) => T | Gap,
    deadline: Deadline,
  ): Promise<T | Gap> {
    if (endpoint === undefined) return gapOf('no-endpoint', 'no Prometheus is declared')
    const token = await tokenOf(endpoint)
    if (token !== undefined && isGap(token)) return token
    const send: Send = async (url) => {
      const target = new URL(url)
      change(target.searchParams)
      const headers = {
        accept: 'application/json',
        'cache-control': 'no-cache',
        ...(token === undefined ? {} : { authorization: `Bearer ${token.value}` }),
      }
      return judgeAnswer(await fetchOnce({ pool: agent, clock, deadline, url: String(target), method: 'GET', headers, limit: LIMIT }))
    }
    const judged = (await judgedRequest(endpoint.url, request, send)) ?? gapOf('malformed', 'no request could be made of it')
    const value = isGap(judged) ? judged : read(judged.data)
    return isGap(value) && token !== undefined ? { ...value, detail: value.detail.replaceAll(token.value, '***') } : value
  }

  return {
    query: (center, promql, deadline, at) =>
      // Without a time it is the clock of Prometheus that counts, not ours.
      ask(
        center,
        (driver) => driver.instantQuery(promql, at),
        (query) => at === undefined && query.delete('time'),
        readSamples,
        deadline,
      ),
    series: (center, matcher, deadline) => {
      const now = clock.now()
      return ask(
        center,
        (driver) => driver.series(matcher, now - SERIES_WINDOW, now),
        () => undefined,
        readSeriesList,
        deadline,
      )
    },
    rules: (center, deadline) =>
      ask(
        center,
        (driver) => driver.rules(),
        () => undefined,
        readRules,
        deadline,
      ),
    targets: (center, deadline) => ask(center, (driver) => driver.targets('active'), onlyActive, readTargets, deadline),
    close: () => agent.destroy(),
  }
}

/** The library calls this parameter `query`. */
function onlyActive(query: URLSearchParams): void {
  query.delete('query')
  query.set('state', 'active')
}

async function tokenOf({ tokenFile }: MetricsEndpoint): Promise<{ readonly value: string } | Gap | undefined> {
  if (tokenFile === undefined) return undefined
  try {
    const value = (await readFile(tokenFile, 'utf8')).trim()
    return /^[\x21-\x7e]+$/.test(value) ? { value } : gapOf('no-token', 'the token file holds no token')
  } catch (error) {
    return gapOf('no-token', `the token file cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
}
