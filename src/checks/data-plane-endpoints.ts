import { routeName } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { dataPlane } from '../facts/data-plane.ts'
import { routes } from '../facts/routes.ts'
import { leadsTo, unseen, unseenWords } from './data-plane-seen.ts'
import { askCenter, failed, passed } from './question.ts'

/** Third level of proof: where weight goes there is a cluster with endpoints that Envoy would send to. */
export const dataPlaneEndpoints = askCenter({
  name: 'data-plane-endpoints',
  id: 'TC-221',
  group: 'routes',
  level: 'data-plane',
  title: { en: 'endpoints in the data plane', zh: '数据面端点健康' },
  about: {
    en: 'Every backend with weight has a cluster in a gateway Pod (Envoy’s admin port, by port-forward) with at least one endpoint that is healthy by discovery and by Envoy’s own checks. Higress keeps the last endpoint of a service after it left, so that this alone does not prove an instance: requests do.',
    zh: '每个有权重的后端在某个网关 Pod 中（经端口转发读取 Envoy 管理端口）都有集群，且至少一个端点健康（服务发现与 Envoy 自身检查均认可）。Higress 在服务下线后仍保留最后一个端点，因此仅此不能证明实例存在，请求才能。',
  },
  needs: { routes },
  maybe: { dataPlane },
  evaluate: ({ routes: { value }, dataPlane: seen }, { topology }) => {
    const weighted = value.flatMap((route) =>
      route.rules.flatMap(({ backends }) => backends.filter(({ weight }) => weight > 0).map((ref) => ({ ref, route }))),
    )
    if (weighted.length === 0) return []
    if (seen.state !== 'present') return [unseen(seen, topology)]
    const { pod, clusters } = seen.value
    const byBackend = Map.groupBy(weighted, ({ ref }) => ref.id)
    return [...byBackend.values()].flatMap((named): readonly Conclusion[] => {
      const [first] = named
      if (first === undefined) return []
      const { backend } = first.ref
      const mine = clusters.filter(({ name }) => leadsTo(backend, first.route.namespace, name))
      const total = (what: 'healthy' | 'endpoints'): number => mine.reduce((sum, one) => sum + one[what], 0)
      const [healthy, endpoints] = [total('healthy'), total('endpoints')]
      const facts = { pod, healthy, endpoints, routes: [...new Set(named.map(({ route }) => routeName(route)))] }
      const value = mine.length === 0 ? 'no cluster' : `${healthy} of ${endpoints} healthy`
      const evidence = [{ source: `Pod ${pod} clusters, ${backend.name}`, at: seen.at, took: seen.took, value, limit: 1 }]
      if (mine.length === 0) return [failed('no-cluster', facts, evidence, backend.name)]
      if (endpoints === 0) return [failed('empty', facts, evidence, backend.name)]
      return [(healthy > 0 ? passed : failed)(healthy > 0 ? 'healthy' : 'sick', facts, evidence, backend.name)]
    })
  },
  words: {
    healthy: { en: '{healthy} of {endpoints} endpoints are healthy in {pod}', zh: '{pod} 中 {endpoints} 个端点健康 {healthy} 个' },
    'no-cluster': {
      en: 'has weight in {routes}, and {pod} knows no such cluster: clients get 500 or 503\nThe registry does not have it under this name, or the McpBridge is not effective.\nNext: tricenter verify bridge-effective registry-registered',
      zh: '在 {routes} 中有权重，但 {pod} 没有对应集群：客户端收到 500 或 503\n注册中心没有该名称，或 McpBridge 未生效。\n下一步：tricenter verify bridge-effective registry-registered',
    },
    empty: {
      en: 'has weight in {routes}, and no endpoint in {pod}: clients get 503\nNext: tricenter verify registry-healthy services-serving',
      zh: '在 {routes} 中有权重，但 {pod} 中没有端点：客户端收到 503\n下一步：tricenter verify registry-healthy services-serving',
    },
    sick: {
      en: 'none of its {endpoints} endpoints is healthy in {pod}\nNext: tricenter verify registry-healthy services-serving',
      zh: '{pod} 中 {endpoints} 个端点均不健康\n下一步：tricenter verify registry-healthy services-serving',
    },
    ...unseenWords,
  },
})
