import { verifyPlanOf } from '../domain/estate.ts'
import { askFigure, figureEvidence, figureText } from './figure-question.ts'
import { failed, passed, warned } from './question.ts'

/** §7.1: requests per second of the gateway, against the declared minimum and the center's capacity. */
export const metricsQps = askFigure({
  name: 'metrics-qps',
  id: 'TC-401',
  figure: 'qps',
  title: { en: 'requests per second', zh: '每秒请求数' },
  about: {
    en: 'Requests per second at the gateway by Prometheus: not more than the declared capacity, and not fewer than verify.thresholds.minQps where one is declared.',
    zh: 'Prometheus 统计的网关每秒请求数：不超过声明的容量；若声明了 verify.thresholds.minQps，则不低于它。',
  },
  judge: (figure, { topology, center }) => {
    const { minQps } = verifyPlanOf(topology).thresholds
    const { value } = figure
    const qps = figureText(value)
    if (center.capacity !== undefined && value > center.capacity)
      return failed('over-capacity', { qps, capacity: center.capacity }, figureEvidence(figure, qps, center.capacity))
    if (center.entryShare > 0 && minQps !== undefined && value < minQps)
      return failed('too-few', { qps, least: minQps }, figureEvidence(figure, qps, minQps))
    if (center.entryShare > 0 && value === 0) return warned('idle', {}, figureEvidence(figure, 0))
    return passed('within', { qps }, figureEvidence(figure, qps, center.capacity))
  },
  words: {
    within: { en: '{qps} requests/s', zh: '每秒 {qps} 个请求' },
    idle: { en: 'no request in the window, although clients enter here', zh: '客户端从此进入，但窗口内没有请求' },
    'too-few': { en: '{qps} requests/s, at least {least} expected', zh: '每秒 {qps} 个请求，应至少 {least}' },
    'over-capacity': { en: '{qps} requests/s, more than the capacity of {capacity}', zh: '每秒 {qps} 个请求，超过容量 {capacity}' },
  },
})
