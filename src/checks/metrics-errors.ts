import { verifyPlanOf } from '../domain/estate.ts'
import { askFigure, figureEvidence, percentText } from './figure-question.ts'
import { failed, passed } from './question.ts'

/** §7.1: more than 1 % of errors is an alert. */
export const metricsErrors = askFigure({
  name: 'metrics-errors',
  id: 'TC-403',
  figure: 'error_ratio',
  title: { en: 'error ratio', zh: '错误率' },
  about: {
    en: 'The share of requests that the gateway answered with 5xx, by Prometheus, against verify.thresholds.errorRatio. Without any request there is no ratio: that is inconclusive.',
    zh: 'Prometheus 统计的网关 5xx 应答占比，与 verify.thresholds.errorRatio 比较。没有请求就没有比率，结果为无法判断。',
  },
  judge: (figure, { topology }) => {
    const limit = verifyPlanOf(topology).thresholds.errorRatio
    const facts = { errors: percentText(figure.value), limit: percentText(limit) }
    const bad = figure.value > limit
    return (bad ? failed : passed)(bad ? 'too-many' : 'within', facts, figureEvidence(figure, facts.errors, facts.limit))
  },
  words: {
    within: { en: '{errors} of requests failed, limit {limit}', zh: '{errors} 的请求失败，限值 {limit}' },
    'too-many': { en: '{errors} of requests failed, more than {limit}', zh: '{errors} 的请求失败，超过 {limit}' },
  },
})
