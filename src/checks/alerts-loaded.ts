import type { Conclusion } from '../domain/verify.ts'
import { alertRules } from '../facts/alert-rules.ts'
import { figureGapWords } from './figure-question.ts'
import { askCenter, failed, passed, unsure, warned } from './question.ts'

/** The alerts of §7.4, by the names that the document gives them. */
const DOCUMENTED = ['HighErrorRate', 'ImbalancedTraffic', 'FailoverTriggered']

/** §7.4: the alert rules exist, are evaluated without an error, and are the declared ones. */
export const alertsLoaded = askCenter({
  name: 'alerts-loaded',
  id: 'TC-408',
  group: 'thresholds',
  level: 'object',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'alert rules loaded', zh: '告警规则已加载' },
  about: {
    en: 'Every alert of the declared rule file (metrics.rules) is loaded as it is written there, and every loaded alert is evaluated without an error. Without a declared file the alerts that the document names are looked for.',
    zh: '声明的规则文件（metrics.rules）中的每条告警都按原样加载，且已加载的告警评估无错误。未声明文件时，查找文档命名的告警。',
  },
  needs: {},
  maybe: { rules: alertRules },
  evaluate: ({ rules }) => {
    if (rules.state === 'absent') return []
    if (rules.state !== 'present') return [unsure('unread', { why: rules.why }, [])]
    const { loaded, declared } = rules.value
    const evidence = (value: string) => [{ source: 'GET /api/v1/rules', at: loaded.at, took: loaded.took, value }]
    if (loaded.state === 'gap') return [unsure(loaded.gap, { detail: loaded.detail }, evidence(loaded.detail))]
    const wanted =
      declared ??
      DOCUMENTED.map((name) => ({ name, state: loaded.value.some((one) => one.name === name) ? 'named' : 'unnamed', parts: [] }) as const)
    const beside = wanted.map(({ name, state, parts }): Conclusion => {
      if (state === 'as-declared' || state === 'named') return passed(state, {}, evidence('loaded'), name)
      if (state === 'unnamed') return warned('unnamed', {}, evidence('not loaded'), name)
      return failed(state, { parts }, evidence(state === 'missing' ? 'not loaded' : parts.join(',')), name)
    })
    const broken = loaded.value.flatMap(({ name, health, lastError }): readonly Conclusion[] => {
      if (health === 'ok') return []
      return health === 'err'
        ? [failed('broken', { error: lastError }, evidence(lastError), name)]
        : [unsure('unevaluated', {}, evidence(health), name)]
    })
    return [...beside, ...broken]
  },
  words: {
    ...figureGapWords,
    'as-declared': { en: 'loaded as declared', zh: '已按声明加载' },
    named: { en: 'loaded', zh: '已加载' },
    unnamed: {
      en: 'no alert of this name is loaded\nThe document names it (§7.4); other names may do the same.\nNext: declare your rule file in metrics.rules',
      zh: '未加载该名称的告警\n文档（§7.4）使用此名称，其他名称也可能起同样作用。\n下一步：在 metrics.rules 中声明规则文件',
    },
    missing: { en: 'declared, and not loaded', zh: '已声明，但未加载' },
    differs: { en: 'loaded, but not as declared: {parts}', zh: '已加载，但与声明不同：{parts}' },
    broken: { en: 'cannot be evaluated: {error}', zh: '无法评估：{error}' },
    unevaluated: { en: 'not evaluated yet', zh: '尚未评估' },
  },
})
