import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openCluster } from '../../src/adapters/kube/cluster.ts'
import { loadContexts } from '../../src/adapters/kube/contexts.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { kubeconfigOf, startEmbedded } from '../../src/lab/embedded.ts'
import { inDirectory } from '../adapters/kube/one-context.ts'
import { memoryClock } from '../worlds/memory-clock.ts'
import { memoryCluster } from '../worlds/memory-cluster.ts'
import { clusterContract } from './cluster-contract.ts'

clusterContract('in memory', async () => {
  const clock = memoryClock({ auto: true })
  const cluster = memoryCluster({ center: 'zone-a', clock })
  const stranger = memoryCluster({ center: 'zone-a', clock })
  stranger.denied.push({ verb: 'patch', group: 'gateway.networking.k8s.io', resource: 'httproutes' })
  cluster.unserved.add('Thing')
  return {
    cluster,
    stranger,
    put: (manifest) => void cluster.put(manifest),
    compact: () => cluster.compact(),
    endWatches: () => cluster.endWatches(),
    bookmark: () => cluster.bookmark(),
    within: (ms) => ({ at: clock.monotonic() + ms }),
    close: () => cluster.close(),
  }
})

clusterContract('over HTTPS against an API server', async () => {
  const lab = await startEmbedded(['zone-a'], { controllers: false, bookmarkEvery: 50 })
  const server = lab.cluster('zone-a')
  const nobody = server.issueClient('nobody')
  const entries = [server, { ...server, name: 'stranger', clientCert: nobody.cert, clientKey: nobody.key }]
  const contexts = await inDirectory(async (directory) => {
    await writeFile(join(directory, 'config'), kubeconfigOf(entries))
    return await loadContexts({ kubeconfig: join(directory, 'config'), env: {} })
  })
  const open = (context: string) => openCluster({ center: 'zone-a', context, contexts, clock: systemClock, version: '0.0.0', pageSize: 2 })
  const cluster = open('zone-a')
  const { objects } = server.server
  objects.create(objects.target('namespaces.'), { metadata: { name: 'other' } }, { manager: 'test' })
  const targets: Readonly<Record<string, string>> = {
    ConfigMap: 'configmaps.',
    Deployment: 'deployments.apps',
    HTTPRoute: 'httproutes.gateway.networking.k8s.io',
  }
  return {
    cluster,
    stranger: open('stranger'),
    put: (manifest) =>
      void objects.create(objects.target(targets[manifest.kind] ?? '', manifest.metadata.namespace), structuredClone(manifest), {
        manager: 'test',
      }),
    compact: () => server.server.compact(),
    endWatches: () => server.server.endWatches(),
    bookmark: () => undefined,
    within: (ms) => ({ at: systemClock.monotonic() + ms }),
    async close() {
      await cluster.close()
      await lab.close()
    },
  }
})
