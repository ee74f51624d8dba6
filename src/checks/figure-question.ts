import type { FigureName } from '../domain/metrics-profile.ts'
import type { Center, Topology } from '../domain/topology.ts'
import type { Conclusion, Evidence } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import type { Observation } from '../domain/observation.ts'
import type { Figure } from '../facts/judge-figure.ts'
import { metricsFigures } from '../facts/metrics-figures.ts'
import { askCenter, skipped, unsure, type Question } from './question.ts'

export type Measured = Extract<Figure, { state: 'measured' }>

interface FigureQuestion extends Omit<Parameters<typeof askCenter>[0], 'group' | 'level' | 'needs' | 'maybe' | 'evaluate'> {
  readonly figure: FigureName
  /** Only of a figure that was measured; every gap was concluded to be inconclusive before. */
  readonly judge: (figure: Measured, about: { readonly topology: Topology; readonly center: Center }) => Conclusion
  readonly words: Words
}

/** A question about one figure of one center (§7.1). */
export function askFigure({ figure: name, judge, words, ...rest }: FigureQuestion): Question {
  return askCenter({
    ...rest,
    group: 'thresholds',
    level: 'requests',
    needs: {},
    maybe: { figures: metricsFigures },
    evaluate: ({ figures }, about) => {
      const figure = figureIn(figures, name)
      if (figure === undefined) return []
      if ('why' in figure) return [unsure('unread', { why: figure.why }, [])]
      return [figure.state === 'gap' ? gapConclusion(figure, about.center) : judge(figure, about)]
    },
    words: { ...words, ...figureGapWords },
  })
}

/** One figure of what was read. Undefined: no metrics are declared. */
export function figureIn(figures: Observation<readonly Figure[]>, name: FigureName): Figure | { readonly why: string } | undefined {
  if (figures.state === 'absent') return undefined
  if (figures.state !== 'present') return { why: figures.why }
  return figures.value.find(({ figure }) => figure === name) ?? { why: `no ${name}` }
}

/** What does not exist without requests: a counter that was never raised is 0, but of no requests there is no ratio and no time. */
export const needsRequests: ReadonlySet<FigureName> = new Set(['p99_ms', 'error_ratio', 'cross_center_share'])

/** A gap is inconclusive, but where the profile has no query for it, or where nothing was counted because no clients enter here. */
export function gapConclusion(figure: Extract<Figure, { state: 'gap' }>, { entryShare }: Pick<Center, 'entryShare'>): Conclusion {
  const { figure: name, gap, detail } = figure
  const evidence = figureEvidence(figure, detail)
  if (gap === 'no-query') return skipped('no-query', { profile: detail }, [])
  if (gap === 'no-data' && entryShare === 0 && needsRequests.has(name)) return skipped('no-clients', {}, evidence)
  return unsure(gap, { detail }, evidence)
}

export function figureEvidence({ query, at, took }: Figure, value: string | number, limit?: string | number): readonly Evidence[] {
  return [{ source: query, at, took, value, ...(limit === undefined ? {} : { limit }) }]
}

/** `12.3`, `0.42`, `1234`: three digits that count. */
export function figureText(value: number): string {
  return value >= 100 || value === 0 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}

/** 0.013 → `1.3 %` */
export function percentText(ratio: number): string {
  return `${figureText(ratio * 100)} %`
}

/** Every way in which a figure is not known. */
export const figureGapWords = {
  unread: { en: 'Prometheus was not asked: {why}', zh: '未查询 Prometheus：{why}' },
  'no-query': { en: 'the profile {profile} has no query for it', zh: '指标配置 {profile} 没有对应的查询' },
  'no-clients': { en: 'no clients enter here, and nothing was counted', zh: '没有客户端从此进入，未计数' },
  'no-endpoint': { en: 'no Prometheus is declared for this center', zh: '未为该中心声明 Prometheus' },
  'no-token': { en: 'Prometheus was not asked: {detail}', zh: '未查询 Prometheus：{detail}' },
  unreachable: { en: 'Prometheus cannot be reached: {detail}', zh: '无法连接 Prometheus：{detail}' },
  timeout: { en: 'Prometheus did not answer in time: {detail}', zh: 'Prometheus 未在期限内应答：{detail}' },
  redirected: {
    en: 'Prometheus redirects elsewhere ({detail}), and redirects are not followed',
    zh: 'Prometheus 重定向到其他地址（{detail}），不跟随重定向',
  },
  'too-large': { en: 'the answer is too large: {detail}', zh: '应答过大：{detail}' },
  truncated: { en: 'the answer was cut off: {detail}', zh: '应答被截断：{detail}' },
  'not-json': { en: 'the answer is not JSON: {detail}', zh: '应答不是 JSON：{detail}' },
  html: { en: 'a web page answers in place of Prometheus: {detail}', zh: '应答的是网页而非 Prometheus：{detail}' },
  'http-status': { en: 'Prometheus answered HTTP {detail}', zh: 'Prometheus 应答 HTTP {detail}' },
  'error-status': { en: 'Prometheus refused the query: {detail}', zh: 'Prometheus 拒绝了查询：{detail}' },
  partial: { en: 'the answer may be incomplete: {detail}', zh: '应答可能不完整：{detail}' },
  'wrong-type': { en: 'the answer is of another type: {detail}', zh: '应答类型不符：{detail}' },
  malformed: { en: 'the answer is not one of Prometheus: {detail}', zh: '应答不符合 Prometheus 格式：{detail}' },
  'no-data': {
    en: 'no data: no series matches\nThe metric does not exist under this name, or nothing is scraped.\nNext: tricenter verify metrics --explain',
    zh: '没有数据：没有匹配的序列\n指标名不存在，或未被采集。\n下一步：tricenter verify metrics --explain',
  },
  'no-traffic': { en: 'nothing was counted in the window', zh: '窗口内没有计数' },
  nan: { en: 'not a number: {detail}', zh: '不是数字：{detail}' },
  infinite: { en: 'infinite: {detail}', zh: '无穷大：{detail}' },
  negative: { en: 'negative, which it cannot be: {detail}', zh: '出现了不可能的负数：{detail}' },
  impossible: { en: 'a value that it cannot have: {detail}', zh: '不可能的取值：{detail}' },
  'several-series': { en: '{detail} where one is expected', zh: '应为一个序列，实为 {detail}' },
  'no-center': { en: 'it does not tell the centers apart: {detail}', zh: '无法区分各中心：{detail}' },
  stale: { en: 'stale: {detail}', zh: '数据陈旧：{detail}' },
  'other-time': { en: 'of another time: {detail}', zh: '时间不符：{detail}' },
} satisfies Words
