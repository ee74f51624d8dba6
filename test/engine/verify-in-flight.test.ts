import { expect, test } from 'vitest'
import { questions } from '../../src/checks/questions.ts'
import { verify } from '../../src/engine/verify.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import { centers, rule, topology } from '../domain/world.ts'
import { memoryWorld } from '../worlds/memory-world.ts'

/** Every question of every center, whose API takes its time: how many requests each cluster had in hand at most, and how many in all. */
async function load(routes: number) {
  const world = memoryWorld({
    topology,
    routes: Array.from({ length: routes }, (_, i) => ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: `route-${i}`, namespace: 'ai-system' },
      spec: { parentRefs: [{ name: 'higress-gateway' }], rules: [rule(`/${i}`, { 'zone-a': 50, 'zone-b': 50 })] },
    })),
  })
  const most = new Map<string, number>()
  const counted = [...world.clusters].map(([name, cluster]): readonly [string, Cluster] => {
    cluster.fault = { kind: 'slow', ms: 100 }
    let now = 0
    const watched =
      <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        most.set(name, Math.max(most.get(name) ?? 0, (now += 1)))
        try {
          return await call(...args)
        } finally {
          now -= 1
        }
      }
    return [
      name,
      {
        ...cluster,
        get: watched((...args: Parameters<Cluster['get']>) => cluster.get(...args)),
        list: watched((...args: Parameters<Cluster['list']>) => cluster.list(...args)),
        read: watched((...args: Parameters<Cluster['read']>) => cluster.read(...args)),
        fromPod: watched((...args: Parameters<Cluster['fromPod']>) => cluster.fromPod(...args)),
        allowed: watched((...args: Parameters<Cluster['allowed']>) => cluster.allowed(...args)),
      },
    ]
  })
  const seen = await verify({ ...world, clusters: new Map(counted) }, { topology, questions, centers, probe: false, dataPlane: true })
  return { seen, most, reads: centers.map((center) => world.cluster(center).reads.length) }
}

test('all questions together keep 8 requests in flight per cluster and no more, however many routes there are', async () => {
  const { seen, most, reads } = await load(200)
  expect([...most.values()]).toEqual([8, 8, 8])
  expect(seen.outcomes.filter(({ check, state }) => check === 'rules-weighted' && state === 'passed')).toHaveLength(3)
  expect(reads).toEqual((await load(1)).reads)
})
