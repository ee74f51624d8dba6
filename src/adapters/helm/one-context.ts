import { writeFile } from 'node:fs/promises'
import type { MergedKubeconfig } from '../kube/kubeconfig.ts'

/**
 * Writes a kubeconfig (0600) that holds one context with its cluster and its user, and nothing of any other: whatever `KUBECONFIG` merges, Helm cannot reach
 * another center. JSON is YAML. Answers why there is nothing to write, where a context is not declared.
 */
export async function writeOneContext(
  { contexts, clusters, users }: MergedKubeconfig,
  context: string,
  file: string,
): Promise<string | undefined> {
  const entry = contexts.get(context)
  const cluster = String(entry?.['cluster'] ?? '')
  const user = String(entry?.['user'] ?? '')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: clusters.get(cluster) }],
    users: user === '' ? [] : [{ name: user, user: users.get(user) ?? {} }],
    contexts: [{ name: context, context: entry }],
    'current-context': context,
  }
  if (entry === undefined) return `the kubeconfig declares no context ${context}`
  if (clusters.get(cluster) === undefined) return `the kubeconfig declares no cluster for the context ${context}`
  await writeFile(file, JSON.stringify(config), { mode: 0o600, flag: 'wx' })
  return undefined
}
