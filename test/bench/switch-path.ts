import { heading, inMs, line, spreadOf } from './figures.ts'
import { PROGRAM, done, versionOf } from './processes.ts'
import { openTinyWorld, type TinyWorld } from './tiny-world.ts'

const ROUNDS = 9
const PATCH = JSON.stringify([
  { op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 0 },
  { op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 100 },
])

/** Process start → last write acknowledged, for `failover` (guards, journal and marks included) and for three `kubectl patch` one after the other. */
export async function benchSwitchPath(rtt: number, limit: number): Promise<void> {
  const world = await openTinyWorld({ routes: 1, rtt })
  try {
    heading(`Switch path, round trip ${rtt} ms: three clusters, one object each`)
    const kubectl = versionOf('kubectl', ['version', '--client']) !== undefined
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = -1; round < ROUNDS; round++) {
      // The first round fills compile and discovery caches.
      const mine = await ourSwitch(world)
      if (round >= 0) ours.push(mine + rtt / 2)
      if (!kubectl) continue
      const other = await kubectlPatches(world)
      if (round >= 0) theirs.push(other + rtt / 2)
    }
    const [own, other] = [spreadOf(ours), spreadOf(theirs)]
    if (kubectl) line('three sequential kubectl patch', inMs(other))
    else line('three sequential kubectl patch', 'skipped: kubectl is not on PATH')
    line('tricenter failover', inMs(own), kubectl ? { value: own.median / other.median, limit } : undefined)
    world.reset()
    await ourSwitch(world)
    for (const { center, connections, requests } of world.seen()) {
      const routes = (method: string): number =>
        requests.filter((one) => one.startsWith(`${method} `) && one.includes('/httproutes')).length
      line(`  ${center}`, `${connections} connection, ${routes('GET')} list + ${routes('PATCH')} patch, ${requests.length} requests in all`)
    }
  } finally {
    await world.close()
  }
}

async function ourSwitch(world: TinyWorld): Promise<number> {
  world.reset()
  const { began } = await done(process.execPath, [PROGRAM, 'failover', '--center', 'zone-a', '--confirm=zone-a'], world.env)
  return lastPatch(world, 3) - began
}

async function kubectlPatches(world: TinyWorld): Promise<number> {
  world.reset()
  let began: number | undefined
  for (const context of world.contexts) {
    const one = await done(
      'kubectl',
      ['--context', context, '-n', 'ai-system', 'patch', 'httproute', 'route-0', '--type=json', '-p', PATCH],
      world.env,
    )
    began ??= one.began
  }
  return lastPatch(world, 3) - (began ?? 0)
}

/** When the last of exactly `expected` patches was answered. */
function lastPatch(world: TinyWorld, expected: number): number {
  const seen = world.seen()
  const patches = seen.reduce((sum, one) => sum + one.patches, 0)
  if (patches !== expected) throw new Error(`${patches} patches arrived, ${expected} were expected`)
  return Math.max(...seen.map((one) => one.lastPatch))
}

/** Many routes at a distance: how long until the last write, and how many requests each cluster has in hand at most. */
export async function benchManyRoutes(routes: number, rtt: number): Promise<void> {
  heading(`${routes} routes × 3 clusters, round trip ${rtt} ms, 5 ms for a patch`)
  const world = await openTinyWorld({ routes, rtt, patchTime: 5 })
  try {
    world.reset()
    const { began } = await done(process.execPath, [PROGRAM, 'failover', '--center', 'zone-a', '--confirm=zone-a'], world.env)
    const took = (lastPatch(world, 3 * routes) + rtt / 2 - began) / 1000
    line('last write after, s', '', { value: took, limit: 5 })
    line('most requests in flight, any cluster', '', {
      value: Math.max(...world.seen().map(({ inFlight }) => inFlight)),
      limit: 8,
      digits: 0,
    })
  } finally {
    await world.close()
  }
}
