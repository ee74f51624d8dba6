import type { KubeClient } from '../kube-client.ts'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const EVERY = 10_000 // ms, as a kubelet; a node counts as lost after 40 s
const DURATION = 40 // s

/** Renews the lease of each node, as its kubelet would, so that a cluster's own controllers do not take the nodes for lost; returns what stops it. */
export function keepLeases(client: KubeClient, nodes: readonly string[]): () => void {
  const renew = async (name: string): Promise<void> => {
    const spec = { holderIdentity: name, leaseDurationSeconds: DURATION, renewTime: new Date().toISOString().replace('Z', '000Z') }
    const { status } = await client.mergePatch(`${PATH}/${name}`, { spec })
    if (status === 404) await client.send('POST', PATH, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec })
  }
  const all = (): void => void Promise.allSettled(nodes.map(renew))
  all()
  const timer = setInterval(all, EVERY)
  return () => clearInterval(timer)
}
