import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { labTopologyYaml } from '../../src/lab/world/topology-yaml.ts'
import { heading, line } from './figures.ts'
import { PROGRAM, run } from './processes.ts'

const CENTERS = ['zone-a', 'zone-b', 'zone-c']
const ROUTES = 10_000
const CHANGED = 50

/** What `tricenter sync --watch` takes to hold whole centers, quiet ones: a list that is read once, and a watch that hangs. */
export async function benchWatch(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-bench-'))
  const program = fileURLToPath(new URL('list-server.ts', import.meta.url))
  const server = spawn(process.execPath, ['--max-old-space-size=8000', program, String(CENTERS.length), String(ROUTES), String(CHANGED)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    for await (const told of createInterface({ input: server.stdout })) {
      await followed(directory, JSON.parse(told) as { readonly kubeconfig: string; readonly size: number })
      return
    }
    throw new Error('the server of lists did not start')
  } finally {
    server.kill()
    rmSync(directory, { recursive: true })
  }
}

async function followed(directory: string, { kubeconfig, size }: { readonly kubeconfig: string; readonly size: number }): Promise<void> {
  heading(`sync --watch of ${CENTERS.length} × ${ROUTES} HTTPRoutes of ${(size / 1000).toFixed(1)} KB, ${CHANGED} changed, for 10 s`)
  const files = { KUBECONFIG: join(directory, 'kubeconfig'), TRICENTER_TOPOLOGY: join(directory, 'tricenter.yaml') }
  writeFileSync(files.KUBECONFIG, kubeconfig, { mode: 0o600 })
  const centers = CENTERS.map((name, i) => {
    const cluster = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
    return [name, { gateway: `http://127.0.0.1:${i + 1}`, cluster }] as const
  })
  const policy = { deadlines: { read: '20s' } }
  writeFileSync(files.TRICENTER_TOPOLOGY, labTopologyYaml({ centers: Object.fromEntries(centers), policy }))
  const env = { ...files, TRICENTER_STATE_DIR: join(directory, 'state'), HOME: directory, NODE_OPTIONS: `--import=${USAGE}` }
  const began = Date.now()
  const { code, out, err } = await run(process.execPath, [PROGRAM, 'sync', '--watch', '--for', '10s', '-o', 'json'], env)
  const records = out
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text) as { readonly type: string; readonly at: number })
  const found = records.filter(({ type }) => type === 'found').length
  if (code !== 1 || found !== CHANGED) throw new Error(`sync --watch ended with ${code}, ${found} found\n${out.slice(0, 2000)}${err}`)
  const [, most = '0', last = '0', cpu = '0'] = /usage (\d+) (\d+) (\d+)/.exec(err) ?? []
  line('until everything was read and compared, ms', String((records[0]?.at ?? Number.NaN) - began))
  line('memory at most, MB', ((Number(most) * 1024) / 1e6).toFixed(0))
  line('memory at the end, MB', (Number(last) / 1e6).toFixed(0))
  line('processor, ms', cpu)
}

/** KiB, bytes, ms. */
const USAGE = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const cpu = Math.round((userCPUTime + systemCPUTime) / 1000)
  process.stderr.write('usage ' + maxRSS + ' ' + process.memoryUsage().rss + ' ' + cpu + '\\n')
})`)}`
