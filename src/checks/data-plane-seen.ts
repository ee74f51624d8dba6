import { clusterAddress, type DataPlane } from '../domain/data-plane.ts'
import { installationOf } from '../domain/estate.ts'
import type { Observation } from '../domain/observation.ts'
import type { BackendId, Topology } from '../domain/topology.ts'
import type { Conclusion } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import { unsure } from './question.ts'

/** Is this cluster of Envoy's the backend? Of a Service the host begins with name and namespace, whatever the cluster's domain is. */
export function leadsTo({ group, namespace, name, port }: BackendId, routeNamespace: string, cluster: string): boolean {
  const address = clusterAddress(cluster)
  if (address === undefined || (port !== undefined && port !== address.port)) return false
  return group === '' ? address.host.startsWith(`${name}.${namespace ?? routeNamespace}.svc.`) : address.host === name
}

/** Nobody could look into a gateway Pod, and what to do about it. */
export function unseen(seen: Exclude<Observation<DataPlane>, { state: 'present' }>, topology: Topology): Conclusion {
  const { namespace, deployment, adminPort } = installationOf(topology)
  const evidence = [{ source: 'data-plane', at: seen.at, took: seen.took, value: seen.state }]
  if (seen.state === 'absent') return unsure('no-pod', { deployment, namespace }, evidence)
  return unsure(seen.state === 'forbidden' ? 'not-allowed' : 'not-forwarded', { why: seen.why, namespace, port: adminPort }, evidence)
}

export const unseenWords = {
  'no-pod': {
    en: 'no ready Pod of {deployment} in {namespace} could be asked\nNext: tricenter verify gateway-ready',
    zh: '{namespace} 中没有 {deployment} 的就绪 Pod 可供询问\n下一步：tricenter verify gateway-ready',
  },
  'not-allowed': {
    en: 'may not look into a gateway Pod: {why}\nIt needs create and get of pods/portforward in {namespace}. Where that is not to be had, verify without --data-plane.\nNext: tricenter rbac verify',
    zh: '无权查看网关 Pod：{why}\n需要 {namespace} 中 pods/portforward 的 create 与 get 权限。若不便授予，请不加 --data-plane。\n下一步：tricenter rbac verify',
  },
  'not-forwarded': {
    en: 'Could not look into a gateway Pod: {why}\nThe admin port {port} is read through the API server and the Pod’s kubelet; one of them did not carry it.\nNext: kubectl port-forward -n {namespace} with a gateway Pod and {port}',
    zh: '无法查看网关 Pod：{why}\n管理端口 {port} 经 API 服务器与 Pod 所在节点的 kubelet 转发读取，其中某一环节未能转发。\n下一步：在 {namespace} 中用 kubectl port-forward 转发网关 Pod 的 {port} 端口',
  },
} satisfies Words
