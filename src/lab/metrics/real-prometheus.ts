import { mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { freePorts } from '../engines/free-ports.ts'
import { type GuardedProcess, startGuarded } from '../engines/guarded-process.ts'
import { LOOPBACK } from '../listen.ts'
import { durationText } from '../promql/durations.ts'
import type { Prometheus, PrometheusOptions } from './embedded-prometheus.ts'

export interface RealPrometheusOptions extends PrometheusOptions {
  /** The program. */
  readonly program: string
  readonly center: string
  /** The lab's: its log stays in `logs`, all else goes with the lab. */
  readonly dir: string
}

const READY = 60_000 // ms
const POLL = 50 // ms
const ATTEMPTS = 3

/** The program `prometheus` itself, on the same targets and rules, on loopback; it does not outlive this process. Throws an error with its last words where it does not start. */
export async function openRealPrometheus(options: RealPrometheusOptions): Promise<Prometheus> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt(options)
    } catch (error) {
      if (left === 0 || !(error instanceof Error && error.message.includes('address already in use'))) throw error
    }
  }
}

async function attempt({ program, center, dir, targets, interval, rulesFile }: RealPrometheusOptions): Promise<Prometheus> {
  const home = join(dir, 'prometheus', center)
  rmSync(home, { recursive: true, force: true })
  for (const one of [home, join(dir, 'logs')]) mkdirSync(one, { recursive: true, mode: 0o700 })
  const config = join(home, 'prometheus.yaml')
  writeFileSync(config, configYaml({ targets, interval, rulesFile }), { mode: 0o600 })
  const [port = 0] = await freePorts(1)
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(home, 'data')}`,
    '--storage.tsdb.retention.time=1d',
    `--web.listen-address=${LOOPBACK}:${port}`,
    '--log.level=warn',
  ]
  const name = `prometheus-${center}`
  const guarded = startGuarded(name, program, args, join(dir, 'logs', `${name}.log`))
  const close = async (): Promise<void> => {
    await guarded.kill()
    rmSync(home, { recursive: true, force: true })
    if (readdirSync(dirname(home)).length === 0) rmdirSync(dirname(home))
  }
  try {
    await ready(guarded, port)
  } catch (error) {
    await close()
    throw error
  }
  return { port, start: () => undefined, close }
}

async function ready(guarded: GuardedProcess, port: number): Promise<void> {
  const limit = performance.now() + READY
  for (;;) {
    const answered = await fetch(`http://${LOOPBACK}:${port}/-/ready`, { signal: AbortSignal.timeout(1000) }).then(
      async (answer) => (await answer.text(), answer.ok),
      () => false,
    )
    if (answered) return
    if (!guarded.running) throw new Error(`${guarded.name} ended: ${guarded.lastWords()}\nIts log: ${guarded.logPath}`)
    if (performance.now() > limit) throw new Error(`${guarded.name} was not ready after ${READY / 1000} s: ${guarded.lastWords()}`)
    await sleep(POLL)
  }
}

/** Its configuration: one job per value of the label `job`, all else of the labels as they are. */
function configYaml({ targets, interval, rulesFile }: PrometheusOptions): string {
  const every = durationText(interval)
  return stringify({
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: [rulesFile],
    scrape_configs: targets.map(({ url, labels: { job = 'lab', ...labels } }) => ({
      job_name: job,
      metrics_path: new URL(url).pathname,
      static_configs: [{ targets: [new URL(url).host], labels }],
    })),
  })
}
