import { formatDuration } from '../domain/duration.ts'
import { prometheusAnswers } from '../facts/prometheus-answers.ts'
import { askCenter, failed, passed, unsure, warned } from './question.ts'

/** A `rate` over fewer than four scrapes is noise or nothing: windows are made of the declared interval. */
export const scrapeAsDeclared = askCenter({
  name: 'scrape-as-declared',
  id: 'TC-021',
  group: 'setup',
  level: 'data-plane',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'scrape interval as declared', zh: '采集间隔与声明一致' },
  about: {
    en: 'The center’s Prometheus scrapes its targets as often as `metrics.scrapeInterval` says. Rarer scrapes leave windows with too few samples: figures are wrong or missing.',
    zh: '本中心的 Prometheus 采集间隔与 metrics.scrapeInterval 一致。间隔更长会使窗口内样本不足：数值错误或缺失。',
  },
  needs: {},
  maybe: { prometheusAnswers },
  evaluate: ({ prometheusAnswers: seen }, { topology }) => {
    const { metrics } = topology
    if (seen.state === 'absent' || metrics === undefined) return []
    if (seen.state !== 'present') return [unsure('unread', { why: seen.why }, [])]
    const { targets } = seen.value
    if (targets.state !== 'answered')
      return [unsure('untold', { why: targets.gap }, [{ source: 'GET /api/v1/targets', at: targets.at, value: targets.gap }])]
    const intervals = [...new Set(targets.value.flatMap(({ interval }) => interval ?? []))].sort((a, b) => a - b)
    const longest = intervals.at(-1)
    const declared = formatDuration(metrics.scrapeInterval)
    const evidence = [
      {
        source: 'GET /api/v1/targets',
        at: targets.at,
        took: targets.took,
        value: intervals.map(formatDuration).join(', ') || 'none',
        limit: declared,
      },
    ]
    if (longest === undefined) return [unsure('untold', { why: 'no interval is told' }, evidence)]
    const facts = {
      declared,
      found: intervals.map(formatDuration),
      longest: formatDuration(longest),
      window: formatDuration(metrics.window),
    }
    if (longest > metrics.scrapeInterval) return [failed('rarer', { ...facts, wanted: formatDuration(4 * longest) }, evidence)]
    return [intervals.includes(metrics.scrapeInterval) ? passed('alike', facts, evidence) : warned('oftener', facts, evidence)]
  },
  words: {
    alike: { en: '{declared}', zh: '{declared}' },
    unread: { en: 'not asked: {why}', zh: '未查询：{why}' },
    untold: { en: 'it does not tell how often it scrapes: {why}', zh: '未告知采集间隔：{why}' },
    oftener: {
      en: 'scrapes every {found}, oftener than the declared {declared}: windows could be shorter',
      zh: '采集间隔为 {found}，短于声明的 {declared}：窗口可以更短',
    },
    rarer: {
      en: 'scrapes every {longest}, not every {declared}\nThe window {window} may hold fewer than 4 samples: figures are wrong or missing.\nNext: set metrics.scrapeInterval: {longest} and a window of {wanted} or more',
      zh: '采集间隔为 {longest}，而非 {declared}\n窗口 {window} 内可能不足 4 个样本：数值错误或缺失。\n下一步：设置 metrics.scrapeInterval: {longest}，窗口不小于 {wanted}',
    },
  },
})
