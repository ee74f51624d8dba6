import { burst } from '../../src/load/burst.ts'
import { openConnections } from '../../src/load/connections.ts'
import type { ProbeResult, ProbeTarget } from '../../src/ports/traffic.ts'
import { heading, inMs, line, spreadOf, type Spread } from './figures.ts'
import { done, versionOf } from './processes.ts'
import { openTinyWorld } from './tiny-world.ts'

const PROBES = 1000
const CURLS = 100

/** As many as `verify` and `doctor` have under way at one gateway. */
const AT_ONCE = 20

/** A thousand probes through one gateway, against a shell loop that starts curl for each. The gateway runs in this process, which slows us and not curl. */
export async function benchProbes(): Promise<void> {
  heading(`${PROBES} probes`)
  const world = await openTinyWorld({ routes: 1, rtt: 0 })
  try {
    const url = world.gateways[1] ?? ''
    const own = await rounds(async (round) => {
      const connections = openConnections()
      const results = []
      for (let sent = 0; sent < PROBES; sent += AT_ONCE)
        results.push(...(await burst(targetAt(url), AT_ONCE, `bench-${round}-${sent}`, 10_000, { connections })))
      await connections.close()
      return results
    })
    line(`tricenter, ${AT_ONCE} at a time, connections kept`, inMs(own))
    line(
      'tricenter, all at once, a connection for each',
      inMs(await rounds(async (round) => await burst(targetAt(url), PROBES, `at-once-${round}`, 10_000))),
    )
    if (versionOf('curl', ['--version']) === undefined) return line('curl, one process each', 'skipped: curl is not on PATH')
    const { began, ended } = await done('sh', ['-c', `for i in $(seq ${CURLS}); do curl -s -o /dev/null ${url}/api/health; done`])
    const loop = ((ended - began) * PROBES) / CURLS
    line('curl, one process each', `${loop.toFixed(0)} ms (from ${CURLS})`)
    line('  times faster than the loop', '', { value: loop / own.median, limit: 20, digits: 0, atLeast: true })
  } finally {
    await world.close()
  }
}

async function rounds(send: (round: number) => Promise<readonly ProbeResult[]>): Promise<Spread> {
  const times: number[] = []
  for (let round = 0; round < 6; round++) {
    const began = performance.now()
    const results = await send(round)
    if (results.length !== PROBES || !results.every(({ ok }) => ok)) throw new Error('a probe failed')
    if (round > 0) times.push(performance.now() - began)
  }
  return spreadOf(times)
}

function targetAt(url: string): ProbeTarget {
  const probe = {
    host: 'ai.example.com',
    path: '/api/health',
    headers: {},
    expect: 200,
    timeout: 10_000,
    center: { header: 'x-center' },
    values: { 'zone-a': 'zone-a', 'zone-b': 'zone-b' },
  }
  return { gateway: 'zone-b', service: 'ai-service', url, probe }
}
