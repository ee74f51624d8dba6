import type { CenterName } from '../domain/topology.ts'
import { routeName } from '../domain/route.ts'
import type { Conclusion } from '../domain/verify.ts'
import { gateway } from '../facts/gateway.ts'
import { routes } from '../facts/routes.ts'
import { workloads } from '../facts/workloads.ts'
import { askFleet, failed, passed, unsure } from './question.ts'

/** Nothing fails over by itself: weights stay what they are until somebody changes them. */
export const lostUnweighted = askFleet({
  name: 'lost-unweighted',
  id: 'TC-026',
  group: 'setup',
  level: 'object',
  title: { en: 'no weight on a center that cannot serve', zh: '权重不指向无法服务的中心' },
  about: {
    en: 'No rule that could be read sends anything to a service without ready instances, or to a center whose API and gateway are both silent. Envoy retries inside the chosen center only, and instances that are not healthy keep their traffic.',
    zh: '可读的规则均不把流量发往没有就绪实例的服务，或 API 与网关都无应答的中心。Envoy 只在所选中心内重试，不健康的实例仍会收到流量。',
  },
  needs: { routes, workloads, gateway },
  evaluate: ({ routes: read, workloads: ready, gateway: gateways }, { topology }) => {
    const sending = (center: CenterName, service: string | undefined): readonly string[] =>
      [...read].flatMap(([at, cell]) =>
        cell.state !== 'present'
          ? []
          : cell.value
              .filter(({ rules }) =>
                rules.some(({ backends }) =>
                  backends.some(
                    ({ member, weight }) =>
                      member?.center === center && weight > 0 && (service === undefined || member.service === service),
                  ),
                ),
              )
              .map((route) => `${at} ${routeName(route)}`),
      )
    return topology.centers.map(({ name }): Conclusion => {
      const workload = ready.get(name)
      const answered = gateways.get(name)?.state === 'present'
      const lost =
        workload?.state === 'present'
          ? topology.services
              .filter(({ name: service, minReady }) => workload.value.some((one) => one.service === service && one.ready < minReady))
              .map((service) => service.name)
          : []
      const unread = workload?.state !== 'present'
      const evidence = (value: string) => [
        { source: `workloads and gateway of ${name}`, ...(workload === undefined ? {} : { at: workload.at, took: workload.took }), value },
      ]
      if (unread && answered)
        return {
          ...unsure('unread', { why: workload !== undefined && 'why' in workload ? workload.why : '' }, evidence('not read')),
          center: name,
        }
      if (!unread && lost.length === 0) return { ...passed('serves', {}, evidence('ready')), center: name }
      const places = unread ? sending(name, undefined) : lost.flatMap((service) => sending(name, service))
      const facts = { center: name, services: lost, count: places.length, places }
      const shown = [
        ...evidence(unread ? 'API and gateway silent' : `${lost.join(', ')} not ready`),
        { source: 'sent there by', value: places.join(', ') },
      ]
      // A lost center's own routes are those of nobody: who enters there is lost with it. Of the others each may send there.
      const untold = [...read].flatMap(([at, cell]) => (at === name || cell.state === 'present' ? [] : [at]))
      if (places.length === 0 && untold.length > 0) return { ...unsure('routes-unread', { ...facts, untold }, shown), center: name }
      if (places.length === 0) return { ...passed('drained', facts, shown), center: name }
      return { ...failed(unread ? 'silent-weighted' : 'weighted', facts, shown), center: name }
    })
  },
  words: {
    serves: { en: 'it can serve', zh: '可以服务' },
    drained: { en: 'it cannot serve, and nothing is sent there', zh: '无法服务，也没有流量发往该处' },
    unread: { en: 'whether it can serve is not known: {why}', zh: '不知其能否服务：{why}' },
    'routes-unread': {
      en: 'it cannot serve, and whether {untold} still sends to it is not known: its routes could not be read\nNext: tricenter failover --center {center} --dry-run',
      zh: '无法服务；未能读取 {untold} 的路由，不知其是否仍向该处发送\n下一步：tricenter failover --center {center} --dry-run',
    },
    weighted: {
      en: '{services} has no ready instances in {center}, and {count} routes still send to it\nNothing fails over by itself: Higress keeps the weights that the routes say.\nNext: tricenter failover --center {center} --dry-run',
      zh: '{center} 的 {services} 没有就绪实例，仍有 {count} 条路由向其发送\n不会自动切换：Higress 按路由所写的权重转发。\n下一步：tricenter failover --center {center} --dry-run',
    },
    'silent-weighted': {
      en: 'API and gateway of {center} are silent, and {count} routes still send to it\nNothing fails over by itself: Higress keeps the weights that the routes say.\nNext: tricenter failover --center {center} --dry-run',
      zh: '{center} 的 API 与网关都无应答，仍有 {count} 条路由向其发送\n不会自动切换：Higress 按路由所写的权重转发。\n下一步：tricenter failover --center {center} --dry-run',
    },
  },
})
