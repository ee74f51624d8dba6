import type { Conclusion } from '../domain/verify.ts'
import { alertRules } from '../facts/alert-rules.ts'
import { metricNames } from '../facts/metric-names.ts'
import { figureGapWords } from './figure-question.ts'
import { askCenter, failed, passed, unsure, warned } from './question.ts'

/** §7.4: an alert on a metric that nobody exports is silent for ever, and looks healthy. */
export const alertsCanFire = askCenter({
  name: 'alerts-can-fire',
  id: 'TC-409',
  group: 'thresholds',
  level: 'data-plane',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'alerts can fire', zh: '告警可触发' },
  about: {
    en: 'Every metric in every loaded alert exists in the Prometheus that evaluates it, with the labels that the alert matches on or groups by. An alert on a metric that does not exist never fires.',
    zh: '每条已加载告警中的每个指标都存在于评估它的 Prometheus 中，且具有告警所用的标签。引用不存在指标的告警永远不会触发。',
  },
  needs: {},
  maybe: { rules: alertRules, names: metricNames },
  evaluate: ({ rules, names }) => {
    if (rules.state === 'absent') return []
    if (rules.state !== 'present') return [unsure('unread', { why: rules.why }, [])]
    const { loaded } = rules.value
    if (loaded.state === 'gap')
      return [unsure(loaded.gap, { detail: loaded.detail }, [{ source: 'GET /api/v1/rules', at: loaded.at, took: loaded.took }])]
    if (names.state !== 'present') return [unsure('unread', { why: 'why' in names ? names.why : names.state }, [])]
    if (loaded.value.length === 0)
      return [warned('none', {}, [{ source: 'GET /api/v1/rules', at: loaded.at, took: loaded.took, value: 0 }])]
    return loaded.value.map(({ name }): Conclusion => {
      const mine = names.value.filter(({ usedBy }) => usedBy.some((use) => 'alert' in use && use.alert === name))
      const evidence = mine.map(({ query, at, took, found }) => ({
        source: query,
        at,
        took,
        value: typeof found === 'string' ? found : found.gap,
      }))
      const absent = mine.filter(({ found }) => found === 'absent').map(({ metric }) => metric)
      if (absent.length > 0) return failed('no-metric', { metrics: absent }, evidence, name)
      const lacking = mine.flatMap((one) => one.lacking.map((label) => `${one.metric}{${label}}`))
      if (lacking.length > 0) return failed('no-label', { labels: lacking }, evidence, name)
      for (const { found } of mine) if (typeof found !== 'string') return unsure(found.gap, { detail: found.detail }, evidence, name)
      return mine.length === 0
        ? unsure('no-selector', {}, [], name)
        : passed('can-fire', { metrics: mine.map(({ metric }) => metric) }, evidence, name)
    })
  },
  words: {
    ...figureGapWords,
    'can-fire': { en: 'its metrics exist: {metrics}', zh: '其指标均存在：{metrics}' },
    none: { en: 'no alert is loaded: nobody would be told', zh: '未加载任何告警：出事时无人知晓' },
    'no-metric': {
      en: 'can never fire: {metrics} does not exist here\nHigress exports the statistics of Envoy (envoy_…); the document’s names (higress_…) exist only where a site records them.',
      zh: '永远不会触发：此处不存在 {metrics}\nHigress 导出的是 Envoy 统计（envoy_…）；文档中的名称（higress_…）仅在自行配置记录规则时存在。',
    },
    'no-label': { en: 'can never fire: no series has {labels}', zh: '永远不会触发：没有序列带有 {labels}' },
    'no-selector': { en: 'its metrics cannot be told from its query', zh: '无法从查询中识别其指标' },
  },
})
