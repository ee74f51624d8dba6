import { Client } from 'undici'
import type { LoadMeasure, LoadOrder, Latencies } from '../ports/load.ts'
import { latencyHistogram, type LatencyHistogram } from './latency-histogram.ts'
import { classify, MAX_BODY, readAnswer } from './probe-answer.ts'

/** Between two looks for requests that have waited too long, ms. */
const SWEEP = 20
/** With so many answered, more than this share of failures ends the run: nobody learns more from it, and somebody may suffer. */
const ENOUGH = 100
const FAILING = 0.5

interface InFlight {
  readonly abort: AbortController
  readonly due: number
}

/**
 * Sends `rate` requests per second for `duration` ms, whatever the answers do, over at most `connections` connections that take turns.
 * A request's time counts from when it was due: if every connection is busy it waits, and the waiting is part of its latency, so that a slow gateway
 * cannot hide behind a client that politely waits for it (coordinated omission). One that is not answered within the probe's time-out of being due was given up:
 * an error, and a latency of that long. `now`: monotonic ms.
 */
export async function loadRun(
  { target, rate, duration, connections, idPrefix }: LoadOrder,
  interrupt: AbortSignal,
  now: () => number = () => performance.now(),
): Promise<LoadMeasure> {
  const { url, probe } = target
  const { origin, pathname } = new URL(url)
  const path = pathname.replace(/\/+$/, '') + probe.path
  const total = Math.max(1, Math.round((rate * duration) / 1000))
  const all = latencyHistogram()
  const late = latencyHistogram()
  const byCenter = new Map<string, LatencyHistogram>()
  const errors: Record<string, number> = {}
  const clients: Client[] = []
  const free: Client[] = []
  /** Due and not sent: when, and the request's number. */
  const waiting: { readonly due: number; readonly n: number }[] = []
  const inFlight = new Set<InFlight>()
  let [due, good, done, waited, open, mostOpen] = [0, 0, 0, 0, 0, 0]
  let stopped: LoadMeasure['stopped']

  const begin = now()
  let last = begin
  const busyFrom = performance.eventLoopUtilization()
  const ended = Promise.withResolvers<undefined>()

  const connection = (): Client | undefined => {
    const ready = free.shift()
    if (ready !== undefined || clients.length >= connections) return ready
    const timeouts = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 600_000, connect: { timeout: probe.timeout } }
    const made = new Client(origin, { allowH2: false, pipelining: 1, ...timeouts })
    made.on('connect', () => {
      open += 1
      mostOpen = Math.max(mostOpen, open)
    })
    made.on('disconnect', () => (open -= 1))
    clients.push(made)
    return made
  }
  const finish = (dueAt: number, error: string | undefined, center = ''): void => {
    last = now()
    done += 1
    if (error === undefined) {
      good += 1
      let one = byCenter.get(center)
      if (one === undefined) byCenter.set(center, (one = latencyHistogram()))
      one.record(last - dueAt)
    } else errors[error] = (errors[error] ?? 0) + 1
    if (error === undefined || error === 'timeout') all.record(last - dueAt)
    if (done >= ENOUGH && (done - good) / done > FAILING) stop('failing')
    if (done >= total) ended.resolve(undefined)
  }
  const send = async (client: Client, dueAt: number, n: number): Promise<void> => {
    const one: InFlight = { abort: new AbortController(), due: dueAt }
    inFlight.add(one)
    try {
      const headers = { ...probe.headers, host: probe.host, 'x-request-id': `${idPrefix}-${n}` }
      const answer = await client.request({ method: 'GET', path, headers, signal: one.abort.signal })
      let text = ''
      if ('header' in probe.center) await answer.body.dump({ limit: MAX_BODY })
      else text = await answer.body.text()
      const read = readAnswer(probe, answer.headers, text, true)
      if (answer.statusCode !== probe.expect) finish(dueAt, 'status')
      else if (read === 'unreadable') finish(dueAt, read)
      else finish(dueAt, undefined, read.center)
    } catch (error) {
      if (stopped === undefined) finish(dueAt, one.abort.signal.aborted ? 'timeout' : classify(error))
    }
    inFlight.delete(one)
    free.push(client)
    sendWaiting()
  }
  const sendWaiting = (): void => {
    while (stopped === undefined && waiting.length > 0) {
      const client = connection()
      if (client === undefined) return
      const next = waiting.shift()
      if (next !== undefined) void send(client, next.due, next.n)
    }
  }
  const sweep = (): void => {
    const limit = now() - probe.timeout
    for (const one of inFlight) if (one.due <= limit) one.abort.abort()
    while (waiting[0] !== undefined && waiting[0].due <= limit) finish(waiting.shift()?.due ?? limit, 'timeout')
  }
  let timer: NodeJS.Timeout | undefined
  const tick = (): void => {
    const time = now()
    const before = due
    for (; due < total && begin + (due * 1000) / rate <= time; due += 1) {
      const dueAt = begin + (due * 1000) / rate
      late.record(time - dueAt)
      waiting.push({ due: dueAt, n: due })
    }
    sendWaiting()
    waited += Math.min(due - before, waiting.length)
    if (due < total && stopped === undefined) timer = setTimeout(tick, Math.max(0, begin + (due * 1000) / rate - now()))
  }
  const stop = (why: NonNullable<LoadMeasure['stopped']>): void => {
    if (stopped !== undefined) return
    stopped = why
    ended.resolve(undefined)
  }
  const hear = (): void => stop('interrupted')
  if (interrupt.aborted) hear()
  else interrupt.addEventListener('abort', hear, { once: true })
  const sweeping = setInterval(sweep, SWEEP)
  if (stopped === undefined) tick()
  await ended.promise
  clearTimeout(timer)
  clearInterval(sweeping)
  interrupt.removeEventListener('abort', hear)
  const busy = performance.eventLoopUtilization(busyFrom).utilization
  const most = mostOpen
  await Promise.all(clients.map((client) => client.destroy().catch(() => undefined)))
  const elapsed = stopped === undefined ? Math.max(duration, last - begin) : Math.max(1, last - begin)
  return {
    generator: 'own',
    loop: 'open',
    requests: done,
    good,
    achieved: (good * 1000) / elapsed,
    errors,
    ...(all.count === 0 ? {} : { latency: latenciesOf(all) }),
    byCenter: Object.fromEntries([...byCenter].map(([center, one]) => [center, latenciesOf(one)])),
    open: most,
    waited: due === 0 ? 0 : waited / due,
    own: { lateP99: late.percentile(0.99), busy },
    ...(stopped === undefined ? {} : { stopped }),
  }
}

function latenciesOf(histogram: LatencyHistogram): Latencies {
  return {
    count: histogram.count,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
    p999: histogram.percentile(0.999),
    max: histogram.max,
  }
}
