import type { LoadMeasure, LoadOrder } from '../ports/load.ts'

/** `wrk` reads its request from a script, so that no header stands in its argv, and says its figures as one line of JSON at the end. */
export function wrkScript({ target: { probe, url } }: LoadOrder): string {
  const path = new URL(url).pathname.replace(/\/+$/, '') + probe.path
  const headers = Object.entries({ ...probe.headers, Host: probe.host })
  return `wrk.method = "GET"
wrk.path = ${lua(path)}
${headers.map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`).join('\n')}
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n${MARK}{"us":%d,"requests":%d,"p50":%d,"p99":%d,"p999":%d,"max":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\\n',
    summary.duration, summary.requests, latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max,
    e.connect, e.read, e.write, e.status, e.timeout))
end
`
}

const MARK = 'tricenter-load '

export function wrkArgs({ target, connections, duration }: LoadOrder, script: string): readonly string[] {
  const threads = String(Math.min(2, connections))
  const times = ['-d', `${seconds(duration)}s`, '--timeout', `${seconds(target.probe.timeout)}s`]
  return ['-t', threads, '-c', String(connections), ...times, '-s', script, new URL(target.url).origin]
}

/** Undefined: that is not what `wrk` says with our script. Times of `wrk` are whole microseconds. */
export function readWrk(stdout: string): LoadMeasure | undefined {
  const line = stdout.split('\n').findLast((one) => one.startsWith(MARK))
  if (line === undefined) return undefined
  const said = parsed(line.slice(MARK.length))
  const value = (key: string): number => {
    const one = said?.[key]
    return typeof one === 'number' && Number.isFinite(one) && one >= 0 ? one : Number.NaN
  }
  const [us, answered] = [value('us'), value('requests')]
  const errors = withoutNone({
    refused: value('connect'),
    reset: value('read') + value('write'),
    status: value('status'),
    timeout: value('timeout'),
  })
  const failed = Object.values(errors).reduce((a, b) => a + b, 0)
  if (Number.isNaN(us + answered + failed) || us === 0) return undefined
  const good = Math.max(0, answered - (errors['status'] ?? 0))
  const [p50, p99, p999, max] = ['p50', 'p99', 'p999', 'max'].map((key) => value(key) / 1000) as [number, number, number, number]
  if (answered > 0 && Number.isNaN(p50 + p99 + p999 + max)) return undefined
  return {
    generator: 'wrk',
    loop: 'closed',
    requests: good + failed,
    good,
    achieved: (good * 1_000_000) / us,
    errors,
    ...(answered === 0 ? {} : { latency: { count: answered, p50, p99, p999, max } }),
    byCenter: {},
  }
}

/** `hey` keeps a rate per worker; it has no way to be told headers but its argv. */
export function heyArgs({ target: { probe, url }, rate, connections, duration }: LoadOrder): readonly string[] {
  const workers = Math.max(1, Math.min(connections, Math.ceil(rate)))
  const { origin, pathname } = new URL(url)
  const times = ['-z', `${seconds(duration)}s`, '-t', String(seconds(probe.timeout))]
  const headers = Object.entries(probe.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const where = origin + pathname.replace(/\/+$/, '') + probe.path
  return [...times, '-c', String(workers), '-q', String(rate / workers), '-disable-redirects', '-host', probe.host, ...headers, where]
}

/** Undefined: that is not what `hey` says. It knows no P99.9. */
export function readHey(stdout: string, expect: number): LoadMeasure | undefined {
  const figure = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN)
  const total = figure(/^\s*Total:\s+([\d.]+) secs/m)
  const statuses = [...stdout.matchAll(/^\s*\[(\d{3})\]\s+(\d+) responses/gm)].map(
    ([, status, many]) => [Number(status), Number(many)] as const,
  )
  const broken = [...(stdout.split('Error distribution:')[1] ?? '').matchAll(/^\s*\[(\d+)\]\s+(.*)$/gm)]
  if (!(total > 0) || (statuses.length === 0 && broken.length === 0)) return undefined
  const errors: Record<string, number> = {}
  for (const [status, many] of statuses) if (status !== expect) errors['status'] = (errors['status'] ?? 0) + many
  for (const [, many, why = ''] of broken) {
    const kind = /timeout|deadline/i.test(why) ? 'timeout' : /refused|no such host|unreachable/i.test(why) ? 'refused' : 'reset'
    errors[kind] = (errors[kind] ?? 0) + Number(many)
  }
  const answered = statuses.reduce((sum, [, many]) => sum + many, 0)
  const good = answered - (errors['status'] ?? 0)
  const at = (percent: number): number => figure(new RegExp(`^\\s*${percent}%+ in ([\\d.]+) secs`, 'm')) * 1000
  const [p50, p99, max] = [at(50), at(99), figure(/^\s*Slowest:\s+([\d.]+) secs/m) * 1000]
  return {
    generator: 'hey',
    loop: 'closed',
    requests: good + Object.values(errors).reduce((a, b) => a + b, 0),
    good,
    achieved: good / total,
    errors,
    ...(Number.isNaN(p50 + p99 + max) ? {} : { latency: { count: answered, p50, p99, max } }),
    byCenter: {},
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}

/** A string of Lua: every character that is not plain, as its bytes. */
function lua(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')]
  return `"${bytes.map((byte) => (/[\w ./:;=?&+,()*-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`)).join('')}"`
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function withoutNone(errors: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(errors).filter(([, many]) => many !== 0))
}
