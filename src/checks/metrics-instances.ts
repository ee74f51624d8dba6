import { verifyPlanOf } from '../domain/estate.ts'
import { askFigure, figureEvidence } from './figure-question.ts'
import { failed, passed, skipped, unsure } from './question.ts'

/** §7.1: fewer than 3 healthy instances of a center is an alert. */
export const metricsInstances = askFigure({
  name: 'metrics-instances',
  id: 'TC-406',
  figure: 'healthy_instances',
  title: { en: 'healthy instances', zh: '健康实例数' },
  about: {
    en: 'Healthy instances of the center behind its own gateway, the fewest over its services, by Prometheus: verify.thresholds.healthyInstances in an active center, minReady in a standby one. A backend of weight 0 has no cluster in Envoy and so no figure. A registry’s protection is not seen here: the checks of the registry see it.',
    zh: 'Prometheus 统计的本中心网关所见的健康实例数，取各服务最小值：主用中心不少于 verify.thresholds.healthyInstances，备用中心不少于 minReady。权重为 0 的后端在 Envoy 中没有集群，因而没有数值。注册中心的保护阈值由注册中心检查项判断。',
  },
  judge: (figure, { topology, center }) => {
    // The document's 3 are those of the home centers; a standby needs what makes it count as serving.
    const least =
      center.role === 'standby'
        ? Math.max(...topology.services.map(({ minReady }) => minReady))
        : verifyPlanOf(topology).thresholds.healthyInstances
    const count = Object.keys(figure.byCenter).length === 0 ? figure.value : figure.byCenter[center.name]
    if (count === undefined) {
      const weight = topology.policy.normal[center.name] ?? 0
      return weight === 0
        ? skipped('not-routed', {}, figureEvidence(figure, 'no series'))
        : unsure('no-own', {}, figureEvidence(figure, Object.keys(figure.byCenter).join(','), least))
    }
    return (count < least ? failed : passed)(count < least ? 'too-few' : 'enough', { count, least }, figureEvidence(figure, count, least))
  },
  words: {
    enough: { en: '{count} healthy instances, at least {least}', zh: '{count} 个健康实例，至少 {least} 个' },
    'too-few': { en: '{count} healthy instances, at least {least} expected', zh: '{count} 个健康实例，应至少 {least} 个' },
    'not-routed': { en: 'its weight is 0, and a backend of weight 0 has no figures', zh: '权重为 0，权重为 0 的后端没有指标' },
    'no-own': { en: 'no series is about this center, although it has weight', zh: '该中心有权重，但没有它的序列' },
  },
})
