import type { KubeconfigSource } from './contexts.ts'
import { kubeconfigFiles, mergeKubeconfigs, type MergedKubeconfig } from './kubeconfig.ts'

/** Reads and merges the kubeconfig as kubectl does, entry by entry. Faults `kubeconfig-missing` and `kubeconfig-broken`. */
export async function readKubeconfig({ kubeconfig, env }: KubeconfigSource): Promise<MergedKubeconfig> {
  const { loadYaml } = await import('@kubernetes/client-node/dist/yaml.js')
  const { files, required } = kubeconfigFiles(kubeconfig, env)
  return mergeKubeconfigs(files, required, (content) => loadYaml<unknown>(content))
}
