import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { CONTEXT_PREFIX } from '../../src/lab/world/centers.ts'
import { labTopologyYaml } from '../../src/lab/world/topology-yaml.ts'
import type { KubeconfigEntry } from '../../src/lab/embedded.ts'
import { heading, inMs, line, spreadOf } from './figures.ts'
import { PROGRAM, run, versionOf } from './processes.ts'

const ROUTES = 10_000
const CHANGED = 50
const ROUNDS = 5
const LIST = '/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes'

interface Served {
  readonly kubeconfig: string
  readonly entries: readonly KubeconfigEntry[]
  readonly size: number
  close(): void
}

/** `tricenter diff` of whole centers, against what a shell does with kubectl and jq, and against receiving the same bytes and looking at none. */
export async function benchComparison(): Promise<void> {
  const few = await compared(3)
  const many = await compared(24)
  line('24 centers / 3 centers', `${(many / few).toFixed(1)} × the time`)
}

async function compared(centers: number): Promise<number> {
  const served = await serve(centers)
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-bench-'))
  try {
    heading(`diff of ${centers} × ${ROUTES} HTTPRoutes of ${(served.size / 1000).toFixed(1)} KB, ${CHANGED} changed`)
    const kubeconfig = join(directory, 'kubeconfig')
    const topology = join(directory, 'tricenter.yaml')
    writeFileSync(kubeconfig, served.kubeconfig, { mode: 0o600 })
    writeFileSync(topology, topologyOf(centers))
    const env = { KUBECONFIG: kubeconfig, TRICENTER_TOPOLOGY: topology, TRICENTER_STATE_DIR: join(directory, 'state'), HOME: directory }
    const ours = async (more: Readonly<Record<string, string>> = {}) => {
      const ended = await run(process.execPath, [PROGRAM, 'diff', '-o', 'json'], { ...env, ...more })
      if (ended.code !== 1) throw new Error(`diff ended with ${ended.code}\n${ended.out.slice(0, 2000)}${ended.err}`)
      const { totals } = JSON.parse(ended.out) as { readonly totals: Readonly<Record<string, number>> }
      const found = (totals['drift'] ?? 0) + (totals['odd-one-out'] ?? 0)
      if (found !== CHANGED || totals['equal'] !== ROUTES - CHANGED) throw new Error(`diff found ${JSON.stringify(totals)}`)
      return ended
    }
    const expert = centers === 3 && versionOf('kubectl', ['version', '--client']) !== undefined
    const jq = versionOf('jq', ['--version']) !== undefined
    writeFileSync(join(directory, 'floor.mjs'), FLOOR)
    writeFileSync(join(directory, 'entries.json'), JSON.stringify(served.entries))
    const times = { own: [] as number[], floor: [] as number[], raw: [] as number[], jq: [] as number[] }
    const took = async (command: string, args: readonly string[]): Promise<number> => {
      const { began, ended, code, err } = await run(command, args, env)
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${err}`)
      return ended - began
    }
    for (let round = -1; round < (centers === 3 ? ROUNDS : 2); round++) {
      const { began, ended } = await ours()
      const floor = await took(process.execPath, [join(directory, 'floor.mjs'), join(directory, 'entries.json'), LIST])
      const raw = expert ? await took('sh', ['-c', shell(served, directory, 'cat')]) : Number.NaN
      const whole = expert && jq ? await took('sh', ['-c', shell(served, directory, JQ)]) : Number.NaN
      if (round < 0) continue
      times.own.push(ended - began)
      times.floor.push(floor)
      times.raw.push(raw)
      times.jq.push(whole)
    }
    const [own, floor, raw, whole] = [spreadOf(times.own), spreadOf(times.floor), spreadOf(times.raw), spreadOf(times.jq)]
    line('the floor: the same bytes, not looked at', inMs(floor))
    if (expert) line('kubectl get --raw in parallel', inMs(raw))
    if (expert && jq) line('the same, jq and diff', inMs(whole))
    else if (centers === 3) line('kubectl get --raw, jq, diff', 'skipped: kubectl or jq is not on PATH')
    const gated = centers === 3
    line('tricenter diff', inMs(own))
    if (expert && jq) line('  over the shell', '', { value: own.median / whole.median, limit: 0.33 })
    if (gated) line('  over the floor', '', { value: own.median / floor.median, limit: 2.8 })
    else line('  over the floor', (own.median / floor.median).toFixed(2))
    const { err } = await ours({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(USAGE)}` })
    const [, rss = '0', cpu = '0'] = /usage (\d+) (\d+)/.exec(err) ?? []
    line('  memory at most, MB', '', { value: Number(rss) / 1000, limit: gated ? 250 : Number.POSITIVE_INFINITY, digits: 0 })
    line('  processor, ms', cpu)
    return own.median
  } finally {
    served.close()
    rmSync(directory, { recursive: true })
  }
}

const USAGE = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  process.stderr.write('usage ' + maxRSS + ' ' + Math.round((userCPUTime + systemCPUTime) / 1000) + '\\n')
})`

/** Receives every page and forgets it. */
const FLOOR = `import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
const [, , file, path] = process.argv
await Promise.all(JSON.parse(readFileSync(file, 'utf8')).map(async ({ url, caCert, clientCert, clientKey }) => {
  const agent = new Agent({ ca: caCert, cert: clientCert, key: clientKey, keepAlive: true })
  for (let from = 0; from < ${ROUTES}; from += 2000)
    await new Promise((resolve, reject) => get(url + path + '?limit=2000' + (from === 0 ? '' : '&continue=' + from), { agent }, (answer) =>
      answer.on('data', () => undefined).on('end', resolve)).on('error', reject))
  agent.destroy()
}))`

const JQ = `jq -c '.items[] | del(.status, .metadata.managedFields, .metadata.uid, .metadata.resourceVersion, .metadata.generation, .metadata.creationTimestamp)'`

function shell({ entries }: Served, directory: string, filter: string): string {
  const file = (i: number): string => join(directory, `list-${i}`)
  const lists = entries.map(({ name }, i) => `kubectl --context ${name} get --raw '${LIST}' | ${filter} > ${file(i)} &`).join(' ')
  const pairs =
    filter === 'cat'
      ? ''
      : entries
          .slice(1)
          .map((_, i) => `diff ${file(0)} ${file(i + 1)} > /dev/null || true;`)
          .join(' ')
  return `${lists} wait; ${pairs}`
}

async function serve(centers: number): Promise<Served> {
  const program = fileURLToPath(new URL('list-server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--max-old-space-size=8000', program, String(centers), String(ROUTES), String(CHANGED)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const told of createInterface({ input: child.stdout }))
    return { ...(JSON.parse(told) as Omit<Served, 'close'>), close: () => void child.kill() }
  throw new Error('the server of lists did not start')
}

/** The lab's topology, with as many centers as are served. */
function topologyOf(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `zone-${String.fromCodePoint(97 + i)}`)
  const center = (i: number) => ({
    gateway: `http://127.0.0.1:${i + 1}`,
    cluster: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  })
  const base = labTopologyYaml({
    centers: Object.fromEntries(names.map((name, i) => [name, center(i)])),
    policy: { deadlines: { read: '20s' } },
  })
  if (count === 3) return base
  const whole = parse(base) as { centers: Record<string, object>; policy: { normal: object; without: unknown } }
  const pattern = whole.centers['zone-a'] ?? {}
  for (const [i, name] of names.entries())
    whole.centers[name] ??= { ...pattern, ...center(i), context: CONTEXT_PREFIX + name, entryShare: 0 }
  whole.policy = { ...whole.policy, normal: Object.fromEntries(names.map((name, i) => [name, i < 2 ? 50 : 0])) }
  return JSON.stringify(whole)
}
