import type { Conclusion } from '../domain/verify.ts'
import { autoscalers } from '../facts/autoscalers.ts'
import { list, record } from '../gateways/strange.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** §9.1. A floor of 1 makes one Pod's loss the center's; a ceiling equal to the floor does not scale; at its ceiling there is nothing left for a switch to bring. */
export const autoscalerBounds = askCenter({
  name: 'autoscaler-bounds',
  id: 'TC-705',
  group: 'practice',
  level: 'object',
  title: { en: 'autoscaler bounds', zh: '自动扩缩容范围' },
  about: {
    en: 'HorizontalPodAutoscalers of gateways and services have a floor of at least 2 and a ceiling above it, can read their metrics, and do not stand at their ceiling: a center that is to gain traffic needs room.',
    zh: '网关与服务的 HPA 下限不少于 2 且上限高于下限，能读取指标，并且未处于上限：将承接流量的中心需要余量。',
  },
  needs: { autoscalers },
  evaluate: ({ autoscalers: seen }) =>
    seen.value.map((one): Conclusion => {
      const subject = `${one.metadata.namespace ?? ''}/${one.metadata.name}`
      const { minReplicas = 1, maxReplicas = 1 } = record(one['spec'])
      const status = record(one['status'])
      const [min, max, now] = [Number(minReplicas), Number(maxReplicas), Number(status['currentReplicas'] ?? 0)]
      const inactive = list(status['conditions'])
        .map(record)
        .find(({ type, status: is }) => type === 'ScalingActive' && is === 'False')
      const evidence = [
        { source: `HorizontalPodAutoscaler ${subject}`, at: seen.at, took: seen.took, value: now, limit: `${min} to ${max}` },
      ]
      const facts = { min, max, now }
      if (inactive !== undefined) return failed('blind', { ...facts, why: String(inactive['reason'] ?? '') }, evidence, subject)
      if (min < 2) return warned('floor', facts, evidence, subject)
      if (max <= min) return warned('fixed', facts, evidence, subject)
      return now >= max ? warned('ceiling', facts, evidence, subject) : passed('bounded', facts, evidence, subject)
    }),
  words: {
    bounded: { en: '{now} of {min} to {max}', zh: '当前 {now}，范围 {min} 至 {max}' },
    floor: { en: 'its floor is {min}: one Pod’s loss is the center’s', zh: '下限为 {min}：一个 Pod 的故障即中心故障' },
    fixed: { en: 'it goes from {min} to {max}: it never scales', zh: '范围为 {min} 至 {max}：从不扩缩容' },
    ceiling: {
      en: 'it stands at its ceiling of {max}: nothing is left for a switch to bring\nNext: raise maxReplicas, or the declared capacity is a wish',
      zh: '已处于上限 {max}：切换带来的流量没有余量\n下一步：提高 maxReplicas，否则声明的容量无法兑现',
    },
    blind: { en: 'it cannot read its metrics: {why}. It does not scale', zh: '无法读取其指标：{why}，不会扩缩容' },
  },
})
