import { writeFile } from 'node:fs/promises'
import { fault } from '../../domain/fault.ts'
import type { MergedKubeconfig } from '../kube/kubeconfig.ts'
import type { Words } from '../../domain/words.ts'

/**
 * Writes a kubeconfig (0600) that holds one context with its cluster and its user, and nothing of any other: whatever `KUBECONFIG` merges, Helm cannot reach
 * another center. JSON is YAML.
 */
export async function writeOneContext({ contexts, clusters, users }: MergedKubeconfig, context: string, file: string): Promise<void> {
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
  if (entry === undefined || clusters.get(cluster) === undefined) throw fault('input', 'helm-context', { context })
  await writeFile(file, JSON.stringify(config), { mode: 0o600, flag: 'wx' })
}

export const oneContextWords = {
  'helm-context': {
    en: 'Could not use the context {context} for Helm.\nThe kubeconfig does not declare it, or not its cluster.\nkubectl config get-contexts',
    zh: '无法为 Helm 使用上下文 {context}。\nkubeconfig 未声明该上下文或其集群。\nkubectl config get-contexts',
  },
} satisfies Words
