import { routeName } from '../domain/route.ts'
import { defineCheck } from './check.ts'

/** Nothing left behind: weights and replicas as before the drill, no added ref, no mark. What differs is named. */
export const asBefore = defineCheck({
  name: 'as-before',
  id: 'TC-507',
  evaluate: async ({ look, baseline, overtaken }) => {
    const { sightings } = await look()
    for (const { center, routes, workloads } of sightings) {
      if (routes.state !== 'present' || workloads.state !== 'present')
        return { verdict: 'unknown', reason: 'center-unread', facts: { center }, center }
      for (const route of overtaken ? [] : routes.value) {
        if (route.mark.state !== 'none') return { verdict: 'no', reason: 'mark-left', facts: { center, route: routeName(route) }, center }
        for (const rule of route.rules) {
          const now = rule.backends.map(({ id, declared }) => `${id}=${declared ?? 'absent'}`).join(' ')
          const before = baseline?.weights[`${center} ${routeName(route)} ${rule.key}`]
          if (before !== undefined && before !== now)
            return { verdict: 'no', reason: 'weights-differ', facts: { center, route: routeName(route), rule: rule.key }, center }
        }
      }
      for (const { workload, desired } of workloads.value) {
        const name = `${workload.namespace}/${workload.name}`
        const before = baseline?.replicas[`${center} ${name}`]
        if (before !== undefined && before !== desired)
          return { verdict: 'no', reason: 'replicas-changed', facts: { center, workload: name, replicas: desired, before }, center }
      }
    }
    return { verdict: 'yes', reason: 'nothing-left', facts: {} }
  },
  words: {
    'center-unread': { en: '{center} could not be read', zh: '无法读取 {center}' },
    'mark-left': { en: '{center}: {route} still carries a mark', zh: '{center}：{route} 仍带有标记' },
    'weights-differ': {
      en: '{center}: {route} {rule} does not have the weights from before',
      zh: '{center}：{route} {rule} 的权重与之前不同',
    },
    'replicas-changed': {
      en: '{center}: {workload} has {replicas} replicas, {before} before',
      zh: '{center}：{workload} 副本数 {replicas}，之前为 {before}',
    },
    'nothing-left': { en: 'weights, replicas and objects as before', zh: '权重、副本数与对象均恢复如前' },
  },
})
