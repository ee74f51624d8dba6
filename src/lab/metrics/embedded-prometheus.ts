import { readFileSync } from 'node:fs'
import { listen } from '../listen.ts'
import { openRules } from './alerts.ts'
import { prometheusServer } from './prometheus-api.ts'
import { readRules } from './rules.ts'
import { type Target, openScraper } from './scraper.ts'
import { openTsdb } from './tsdb.ts'

/** One center's Prometheus, before its proxy. */
export interface Prometheus {
  readonly port: number
  /** Begins to scrape and to compute rules, at once and then at every interval. */
  start(): void
  close(): Promise<void>
}

export interface PrometheusOptions {
  readonly targets: readonly Target[]
  /** ms between scrapes, and between evaluations of rules whose group names no other interval. */
  readonly interval: number
  readonly rulesFile: string
}

/** Samples that one center keeps: at one a second more than an hour of everything that a gateway tells. */
const MOST = 400_000

/** A stand-in in this process: it scrapes, computes rules and answers the HTTP API of Prometheus, for the part of PromQL that the lab needs. */
export async function openEmbeddedPrometheus({ targets, interval, rulesFile }: PrometheusOptions): Promise<Prometheus> {
  const now = Date.now
  const tsdb = openTsdb({ most: MOST })
  const groups = readRules(readFileSync(rulesFile, 'utf8'), interval)
  const rules = openRules(groups, tsdb)
  const scraper = openScraper({ targets, tsdb, interval, now })
  const server = prometheusServer({ tsdb, rules, scraper, rulesFile, startedAt: now(), now })
  const port = await listen(server)
  const timers: NodeJS.Timeout[] = []
  return {
    port,
    start() {
      void scraper.scrape()
      timers.push(setInterval(() => void scraper.scrape(), interval).unref())
      for (const group of groups) timers.push(setInterval(() => rules.evaluate(group, now()), group.interval).unref())
    },
    async close() {
      timers.forEach(clearInterval)
      server.close()
      server.closeAllConnections()
      await scraper.close()
    },
  }
}
