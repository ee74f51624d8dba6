import { createServer } from 'node:http'
import { httpTraffic } from '../../src/adapters/traffic.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { openFaultProxy } from '../../src/lab/fault-proxy.ts'
import { roundRobin } from '../../src/lab/gateway/round-robin.ts'
import type { Topology } from '../../src/domain/topology.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'
import { memoryWorld } from '../worlds/memory-world.ts'
import { smallTopology } from '../worlds/small-run.ts'
import { trafficContract } from './traffic-contract.ts'

const [service] = smallTopology.services
const probe = { ...service!.probe!, timeout: 150 }
const gatewayUrl = smallTopology.centers[0]!.gateway

trafficContract('in memory', async () => {
  const topology: Topology = smallTopology
  const world = memoryWorld({ topology, routes: [routeOf({ 'zone-a': 50, 'zone-b': 50 })] })
  return {
    traffic: world.traffic,
    target: { gateway: 'zone-a', url: gatewayUrl, service: 'ai', probe },
    weigh: (weights) => void world.cluster('zone-a').put(routeOf(weights)),
    async fail(how) {
      world.faults.set('zone-a', how === null ? null : { kind: how === 'refuse' ? 'refuse' : 'blackhole', target: 'gateway' })
    },
    pass: (ms) => world.clock.sleep(ms),
    within: (ms) => ({ at: world.clock.monotonic() + ms }),
    close: () => world.traffic.close(),
  }
})

trafficContract('over HTTP', async () => {
  const names = ['zone-a', 'zone-b'] as const
  let next = roundRobin([1, 1])
  const server = createServer((_request, response) => {
    const center = names[next() ?? -1]
    response.writeHead(center === undefined ? 500 : 200, center === undefined ? {} : { 'x-center': center }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy = await openFaultProxy(() => (server.address() as { port: number }).port)
  const traffic = httpTraffic(systemClock)
  return {
    traffic,
    target: { gateway: 'zone-a', url: `http://127.0.0.1:${proxy.port}`, service: 'ai', probe },
    weigh: (weights) => {
      next = roundRobin(names.map((name) => weights[name]))
    },
    fail: (how) => proxy.set(how === null ? null : { kind: how === 'refuse' ? 'refuse' : 'blackhole' }),
    pass: (ms) => systemClock.sleep(ms),
    within: (ms) => ({ at: systemClock.monotonic() + ms }),
    async close() {
      await traffic.close()
      await proxy.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
})

function routeOf(weights: Readonly<Record<string, number>>): Manifest {
  const backendRefs = Object.entries(weights).map(([center, weight]) => ({ name: `ai-${center}`, port: 80, weight }))
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'ai', namespace: 'ai' },
    spec: { hostnames: ['ai.example'], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/api' } }], backendRefs }] },
  }
}
