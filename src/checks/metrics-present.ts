import type { Conclusion } from '../domain/verify.ts'
import { metricNames } from '../facts/metric-names.ts'
import { metricsFigures } from '../facts/metrics-figures.ts'
import { figureGapWords, needsRequests } from './figure-question.ts'
import { askCenter, failed, passed, skipped, unsure } from './question.ts'

/** Which metric or label of the profile is missing in which center: the commonest reason why a figure is not known. */
export const metricsPresent = askCenter({
  name: 'metrics-present',
  id: 'TC-410',
  group: 'thresholds',
  level: 'data-plane',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'metrics of the profile exist', zh: '指标配置中的指标存在' },
  about: {
    en: 'Every metric that the profile names has series in this center, with the labels that the queries use. One that is missing is a fault unless the figure is known without it.',
    zh: '指标配置中的每个指标在本中心都有序列，且带有查询所用的标签。缺失即为故障，除非缺少它也能得出数值。',
  },
  needs: {},
  maybe: { names: metricNames, figures: metricsFigures },
  evaluate: ({ names, figures }, { center }) => {
    if (names.state === 'absent') return []
    if (names.state !== 'present') return [unsure('unread', { why: names.why }, [])]
    const known = (figure: string): boolean =>
      figures.state === 'present' && figures.value.some((one) => one.figure === figure && one.state === 'measured')
    return names.value.flatMap((one): readonly Conclusion[] => {
      const uses = one.usedBy.flatMap((use) => ('figure' in use ? [use.figure] : []))
      if (uses.length === 0) return []
      const { found, lacking, metric, query, at, took } = one
      const evidence = [{ source: query, at, took, value: typeof found === 'string' ? found : found.gap }]
      if (typeof found !== 'string') return [unsure(found.gap, { detail: found.detail }, evidence, metric)]
      if (found === 'present' && lacking.length === 0) return [passed('present', {}, evidence, metric)]
      const facts = { figures: uses, labels: lacking }
      if (uses.every(known)) return [passed('not-needed', facts, evidence, metric)]
      if (found === 'absent' && center.entryShare === 0 && uses.every((figure) => needsRequests.has(figure)))
        return [skipped('no-clients', {}, evidence, metric)]
      return [failed(found === 'absent' ? 'absent' : 'lacking', facts, evidence, metric)]
    })
  },
  words: {
    ...figureGapWords,
    present: { en: 'has series, with every label that is used', zh: '有序列，且带有所用的全部标签' },
    'not-needed': { en: 'has no series, and {figures} is known without it', zh: '没有序列，但缺少它也能得出 {figures}' },
    absent: {
      en: 'has no series here; {figures} needs it\nNext: tricenter verify metrics --explain, and metrics.profile if your names are others',
      zh: '此处没有序列；{figures} 需要它\n下一步：tricenter verify metrics --explain；若名称不同，请设置 metrics.profile',
    },
    lacking: { en: 'no series has the labels {labels}; {figures} needs them', zh: '没有序列带有标签 {labels}；{figures} 需要它们' },
  },
})
