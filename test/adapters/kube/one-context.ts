import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCluster, type OpenCluster } from '../../../src/adapters/kube/cluster.ts'
import { loadContexts } from '../../../src/adapters/kube/contexts.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { ca } from '../hostile-server.ts'

export const configMaps = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true } as const

/** A kubeconfig with one context `only`, as JSON (which is YAML). */
function kubeconfigOf(server: string, { cluster = {}, user = {} }: { readonly cluster?: object; readonly user?: object } = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'there', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64'), ...cluster } }],
    users: [{ name: 'somebody', user }],
    contexts: [{ name: 'only', context: { cluster: 'there', user: 'somebody' } }],
  })
}

/** A cluster on that server, through a real kubeconfig file. */
export async function clusterAt(
  server: string,
  { cluster, user, ...more }: { readonly cluster?: object; readonly user?: object } & Partial<OpenCluster> = {},
): Promise<Cluster> {
  return await inDirectory(async (directory) => {
    const file = join(directory, 'config')
    await writeFile(file, kubeconfigOf(server, { ...(cluster ? { cluster } : {}), ...(user ? { user } : {}) }))
    const contexts = await loadContexts({ kubeconfig: file, env: process.env })
    return openCluster({ center: 'zone-a', context: 'only', contexts, clock: systemClock, version: '0.0.0', ...more })
  })
}

export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tricenter-test-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export function within(ms: number): { readonly at: number } {
  return { at: systemClock.monotonic() + ms }
}
