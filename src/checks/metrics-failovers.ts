import { verifyPlanOf } from '../domain/estate.ts'
import { askFigure, figureEvidence } from './figure-question.ts'
import { failed, passed } from './question.ts'

/** §7.1: failovers. Nothing in Higress moves traffic between centers by itself: in the profile `envoy` this counts instances that the gateway took out. */
export const metricsFailovers = askFigure({
  name: 'metrics-failovers',
  id: 'TC-407',
  figure: 'failovers',
  title: { en: 'failovers', zh: '故障切换次数' },
  about: {
    en: 'Failovers within the window by Prometheus, against verify.thresholds.failovers. Higress has no counter of failovers, for it has none: the profile envoy counts instances that the gateway took out of traffic.',
    zh: 'Prometheus 统计的窗口内故障切换次数，与 verify.thresholds.failovers 比较。Higress 不会自行切换，也没有此计数：envoy 配置统计被网关摘除的实例。',
  },
  judge: (figure, { topology }) => {
    const limit = verifyPlanOf(topology).thresholds.failovers
    // `increase` extrapolates to the edges of its window: 1 becomes 1.07.
    const count = Math.round(figure.value)
    const bad = count > limit || (limit === 0 && figure.value > 0.01)
    const facts = { count: Math.max(count, bad ? 1 : 0), limit }
    return (bad ? failed : passed)(bad ? 'too-many' : 'within', facts, figureEvidence(figure, facts.count, limit))
  },
  words: {
    within: { en: '{count} in the window', zh: '窗口内 {count} 次' },
    'too-many': { en: '{count} in the window, more than {limit}', zh: '窗口内 {count} 次，超过 {limit} 次' },
  },
})
