import { installationOf } from '../domain/estate.ts'
import type { Conclusion } from '../domain/verify.ts'
import { mcpBridges } from '../facts/mcp-bridges.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** Fields that the documents set on a registry and that the CRD does not have: the API server drops them with a warning nobody reads. */
const PRUNED = ['healthCheck', 'nacosServiceNameMap']

/** Checked in the sources: Higress reads only the McpBridge `default` of its own namespace; services are known by name, group and namespace, so registries that share them overwrite each other. */
export const bridgeEffective = askCenter({
  name: 'bridge-effective',
  id: 'TC-105',
  group: 'deployment',
  level: 'object',
  title: { en: 'McpBridge effective', zh: 'McpBridge 生效' },
  about: {
    en: 'Where routes send to registered services: the McpBridge `default` exists in the installation’s namespace and names a registry; no other McpBridge is believed to work; none sets fields that are dropped; no two registries publish the same hosts.',
    zh: '当路由指向注册中心的服务时：安装命名空间中存在名为 default 的 McpBridge 并声明了注册中心；不存在被误以为生效的其他 McpBridge；未设置会被丢弃的字段；没有两个注册中心发布相同的主机名。',
  },
  needs: { mcpBridges },
  evaluate: ({ mcpBridges: seen }, { topology }) => {
    const { namespace } = installationOf(topology)
    const uses = topology.services.some(({ backends }) => Object.values(backends).some(({ group }) => group === 'networking.higress.io'))
    if (!uses && seen.value.length === 0) return []
    const evidence = (value: string) => [{ source: 'list McpBridge', at: seen.at, took: seen.took, value, limit: `${namespace}/default` }]
    const names = seen.value.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
    const effective = seen.value.find(({ metadata }) => metadata.namespace === namespace && metadata.name === 'default')
    const others = names.filter((name) => name !== `${namespace}/default`)
    const found: Conclusion[] = []
    if (effective === undefined)
      found.push(failed('no-default', { namespace, others }, evidence(names.join(',') || 'none'), `${namespace}/default`))
    else {
      const registries = list(record(effective['spec'])['registries']).map(record)
      const subject = `${namespace}/default`
      const wanted = [...registries, ...list(record(record(applied(effective))['spec'])['registries']).map(record)]
      const dropped = PRUNED.filter((field) => wanted.some((one) => field in one))
      const shared = overlapping(registries)
      if (registries.length === 0) found.push(failed('no-registry', {}, evidence('0 registries'), subject))
      if (shared.length > 0) found.push(failed('overlap', { registries: shared }, evidence(shared.join(',')), subject))
      if (dropped.length > 0) found.push(warned('dropped', { fields: dropped }, evidence(dropped.join(',')), subject))
      if (found.length === 0)
        found.push(passed('effective', { registries: registries.map(({ name }) => text(name) ?? '') }, evidence('default'), subject))
    }
    if (effective !== undefined && others.length > 0) found.push(warned('unread', { others }, evidence(others.join(',')), others[0]))
    return found
  },
  words: {
    effective: { en: 'default names {registries}', zh: 'default 声明了 {registries}' },
    'no-default': {
      en: 'there is no McpBridge default in {namespace}: none of {others} is read\nBackends of networking.higress.io resolve to nothing, and clients get 500 or 503.\nNext: rename it to default in {namespace}',
      zh: '{namespace} 中没有名为 default 的 McpBridge：{others} 都不会被读取\nnetworking.higress.io 后端无法解析，客户端收到 500 或 503。\n下一步：在 {namespace} 中将其改名为 default',
    },
    'no-registry': { en: 'default names no registry', zh: 'default 未声明任何注册中心' },
    overlap: {
      en: 'the registries {registries} share Nacos namespace and group: services of one name overwrite each other\nNext: give each its own nacosNamespaceId or nacosGroups',
      zh: '注册中心 {registries} 的 Nacos 命名空间与分组相同：同名服务互相覆盖\n下一步：为每个设置各自的 nacosNamespaceId 或 nacosGroups',
    },
    dropped: {
      en: 'sets {fields}, which the CRD does not have: dropped by the API server\nHealth is Nacos’ own; nothing here changes it.\nNext: delete the fields',
      zh: '设置了 CRD 中不存在的 {fields}：被 API Server 丢弃\n健康检查由 Nacos 负责，此处设置无效。\n下一步：删除这些字段',
    },
    unread: { en: '{others} is not read: only default is', zh: '{others} 不会被读取：只读取 default' },
  },
})

/** Names of Nacos registries that share namespace and group. */
function overlapping(registries: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const places = new Map<string, string[]>()
  for (const registry of registries.filter(({ type }) => text(type)?.startsWith('nacos') === true)) {
    const groups = list(registry['nacosGroups']).flatMap((group) => text(group) ?? [])
    for (const group of groups.length === 0 ? ['DEFAULT_GROUP'] : groups) {
      const place = JSON.stringify([text(registry['nacosNamespaceId']) ?? 'public', group])
      places.set(place, [...(places.get(place) ?? []), text(registry['name']) ?? ''])
    }
  }
  return [...new Set([...places.values()].filter((names) => names.length > 1).flat())].sort()
}

/** What `kubectl apply` sent: the object itself no longer has what was dropped. */
function applied({ metadata }: KubeObject): unknown {
  try {
    return JSON.parse(metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '{}')
  } catch {
    return {}
  }
}
