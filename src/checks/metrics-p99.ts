import { verifyPlanOf } from '../domain/estate.ts'
import { askFigure, figureEvidence, figureText } from './figure-question.ts'
import { failed, passed } from './question.ts'

/** §7.1: P99 over 500 ms is an alert. */
export const metricsP99 = askFigure({
  name: 'metrics-p99',
  id: 'TC-402',
  figure: 'p99_ms',
  title: { en: 'P99 of requests', zh: '请求 P99' },
  about: {
    en: 'The 99th percentile of the time of requests at the gateway by Prometheus, against verify.thresholds.p99. It is interpolated within a bucket of the histogram.',
    zh: 'Prometheus 统计的网关请求耗时第 99 百分位，与 verify.thresholds.p99 比较。数值在直方图桶内插值。',
  },
  judge: (figure, { topology }) => {
    const limit = verifyPlanOf(topology).thresholds.p99
    const p99 = figureText(figure.value)
    return (figure.value > limit ? failed : passed)(
      figure.value > limit ? 'slow' : 'within',
      { p99, limit },
      figureEvidence(figure, `${p99} ms`, `${limit} ms`),
    )
  },
  words: {
    within: { en: '{p99} ms, limit {limit} ms', zh: '{p99} ms，限值 {limit} ms' },
    slow: { en: '{p99} ms, more than {limit} ms', zh: '{p99} ms，超过 {limit} ms' },
  },
})
