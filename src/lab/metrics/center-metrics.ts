import { type FaultProxy, openFaultProxy } from '../fault-proxy.ts'
import { LOOPBACK } from '../listen.ts'
import type { LabCenter } from '../world/centers.ts'
import { type Prometheus, openEmbeddedPrometheus } from './embedded-prometheus.ts'
import { openRealPrometheus } from './real-prometheus.ts'
import type { Target } from './scraper.ts'

/** One center's Prometheus behind its proxy. */
export interface CenterMetrics {
  readonly prometheus: Prometheus
  readonly proxy: FaultProxy
  readonly url: string
}

export interface CenterMetricsOptions {
  readonly dir: string
  /** ms between scrapes. */
  readonly interval: number
  readonly rulesFile: string
  /** The program `prometheus`, in place of the lab's own stand-in. */
  readonly program?: string | undefined
}

/** `stats`: base URL of the gateway's counters. The center's gateway is one process, however many Pods its Deployment has, and so one target. */
export async function openCenterMetrics(
  { name, region }: LabCenter,
  stats: string,
  { dir, interval, rulesFile, program }: CenterMetricsOptions,
): Promise<CenterMetrics> {
  const target: Target = {
    url: `${stats}/stats/prometheus`,
    labels: {
      job: 'higress-gateway',
      instance: new URL(stats).host,
      namespace: 'higress-system',
      pod: 'higress-gateway',
      center: name,
      cluster: name,
      zone: name,
      region,
    },
  }
  const options = { targets: [target], interval, rulesFile }
  const prometheus =
    program === undefined ? await openEmbeddedPrometheus(options) : await openRealPrometheus({ ...options, program, center: name, dir })
  const proxy = await openFaultProxy(() => prometheus.port)
  return { prometheus, proxy, url: `http://${LOOPBACK}:${proxy.port}` }
}
