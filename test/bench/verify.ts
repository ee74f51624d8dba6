import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { heading, line, spreadOf } from './figures.ts'
import { PROGRAM } from './processes.ts'
import { openTinyWorld } from './tiny-world.ts'

const ROUNDS = 3
/** What an API server needs for a read, ms: of one that needs nothing no two requests would ever meet. */
const READ = 20

/** Every check of routes, Pods and network on three centers at a distance: how long, how much memory, and how many requests each cluster has in hand at most. Without Prometheus and Nacos: those have round trips of their own. */
export async function benchVerify(routes: number, rtt: number): Promise<void> {
  heading(`verify: ${routes} routes × 3 clusters, round trip ${rtt} ms, ${READ} ms for a read`)
  const world = await openTinyWorld({ routes, rtt, readTime: READ })
  try {
    const runs: Look[] = []
    for (let round = 0; round < ROUNDS; round++) {
      world.reset()
      runs.push(await look(world.env))
    }
    const took = spreadOf(runs.map(({ seconds }) => seconds))
    line('verify, s', `${took.low.toFixed(2)}–${took.high.toFixed(2)}, n ${took.n}`, { value: took.median, limit: 10 })
    const memory = runs.flatMap(({ mebibytes }) => mebibytes ?? [])
    if (memory.length === 0) line('memory, MiB', 'skipped: this system has no /proc')
    else line('memory at most, MiB', '', { value: Math.max(...memory), limit: 300, digits: 0 })
    const inFlight = Math.max(...world.seen().map((one) => one.inFlight))
    line('most requests in flight, any cluster', '', { value: inFlight, limit: 8, digits: 0 })
    line('answers', runs[0]?.counts ?? 'none')
  } finally {
    await world.close()
  }
}

interface Look {
  readonly seconds: number
  /** Peak of resident memory, while it could be seen. */
  readonly mebibytes?: number
  readonly counts: string
}

async function look(env: Readonly<Record<string, string>>): Promise<Look> {
  const began = performance.now()
  const child = spawn(process.execPath, [PROGRAM, 'verify', '-o', 'json'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => (out += String(data)))
  child.stderr.on('data', (data) => (err += String(data)))
  let peak: number | undefined
  const watch = setInterval(() => (peak = peakOf(child.pid) ?? peak), 20)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(watch)
  // The world of a switch has no gateway installation, so that checks about it fail: what is measured is the looking.
  if (![0, 1, 7].includes(code ?? -1)) throw new Error(`verify ended with ${code}\n${err}`)
  const { counts } = JSON.parse(out) as { readonly counts: Readonly<Record<string, number>> }
  return {
    seconds: (performance.now() - began) / 1000,
    ...(peak === undefined ? {} : { mebibytes: peak }),
    counts: Object.entries(counts)
      .map(([state, count]) => `${count} ${state}`)
      .join(', '),
  }
}

/** VmHWM of a process, MiB. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  } catch {
    return undefined
  }
}
