import { installationOf } from '../domain/estate.ts'
import { gatewayServices } from '../facts/gateway-services.ts'
import { list, record, text } from '../gateways/strange.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** §4.7: `kubectl get svc`: a LoadBalancer that waits for its address is `<pending>`, and no client gets in. */
export const gatewayAddressed = askCenter({
  name: 'gateway-addressed',
  id: 'TC-103',
  group: 'deployment',
  level: 'conditions',
  title: { en: 'gateway has an address', zh: '网关已有地址' },
  about: {
    en: 'The gateway’s Service exists and has an address that clients can be led to: of type LoadBalancer one in its status. A ClusterIP alone is a warning: somebody else must lead clients in.',
    zh: '网关的 Service 存在且有可供客户端访问的地址：LoadBalancer 类型须在 status 中有地址。仅有 ClusterIP 时为警告：需由其他组件引入流量。',
  },
  needs: { gatewayServices },
  evaluate: ({ gatewayServices: seen }, { topology }) => {
    const { namespace, service: name } = installationOf(topology)
    const subject = `${namespace}/${name}`
    const service = seen.value.find(({ metadata }) => metadata.name === name)
    const evidence = (value: string) => [{ source: `Service ${subject}`, at: seen.at, took: seen.took, value }]
    if (service === undefined) return [failed('missing', { service: subject }, evidence('absent'), subject)]
    const type = text(record(service['spec'])['type']) ?? 'ClusterIP'
    const addresses = list(record(record(service['status'])['loadBalancer'])['ingress'])
      .map(record)
      .flatMap(({ ip, hostname }) => text(ip) ?? text(hostname) ?? [])
    if (type === 'LoadBalancer')
      return [
        addresses.length > 0
          ? passed('addressed', { addresses }, evidence(addresses.join(',')), subject)
          : failed('pending', { service: subject }, evidence('pending'), subject),
      ]
    return [(type === 'NodePort' ? passed : warned)(type === 'NodePort' ? 'node-port' : 'inside-only', { type }, evidence(type), subject)]
  },
  words: {
    addressed: { en: 'reached at {addresses}', zh: '地址为 {addresses}' },
    'node-port': { en: 'reached by the nodes’ ports', zh: '通过节点端口访问' },
    'inside-only': {
      en: 'of type {type}: reached from inside the cluster only, unless something else leads clients in',
      zh: '类型为 {type}：只能从集群内访问，除非由其他组件引入流量',
    },
    missing: {
      en: 'there is no Service {service}\nNext: name it under installation: in tricenter.yaml, or tricenter deploy --dry-run',
      zh: 'Service {service} 不存在\n下一步：在 tricenter.yaml 的 installation: 中写明名称，或 tricenter deploy --dry-run',
    },
    pending: {
      en: '{service} waits for its address\nNo load balancer has been given to it, and no client gets in.\nNext: kubectl describe service, and ask the cluster’s load balancer controller',
      zh: '{service} 尚未分配地址\n负载均衡器未就绪，客户端无法进入。\n下一步：kubectl describe service，并检查负载均衡控制器',
    },
  },
})
