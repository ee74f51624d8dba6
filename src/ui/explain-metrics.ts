import type { CenterName } from '../domain/topology.ts'
import type { Conclusion, ConclusionState } from '../domain/verify.ts'
import { fill, type Language, type Words } from '../domain/words.ts'
import { latency } from '../report/figures.ts'
import type { Phrasebook } from '../report/phrasebook.ts'
import { verifySpeaker } from '../report/verify-words.ts'
import type { Tone } from './color.ts'
import type { Line } from './line.ts'
import { wrap } from './wrap.ts'

/** What was asked of one center's Prometheus. */
export interface ShownMetrics {
  readonly center: CenterName
  readonly url?: string
  readonly why?: string
  readonly figures: readonly { readonly figure: ShownFigure; readonly conclusions: readonly Conclusion[] }[]
}
interface ShownFigure {
  readonly figure: string
  readonly query: string
  readonly took: number
  readonly state: 'measured' | 'gap'
  readonly value?: number
  readonly byCenter?: Readonly<Record<CenterName, number>>
  readonly age?: number
  readonly gap?: string
  readonly detail?: string
}

const TONES: Readonly<Record<ConclusionState, Tone>> = {
  passed: 'good',
  failed: 'bad',
  warning: 'warn',
  inconclusive: 'warn',
  skipped: 'dim',
}

/** Per center and figure: the query as it was sent, its answer with its age, and the verdict, whose words are the check's. */
export function explainMetricsLines(
  centers: readonly ShownMetrics[],
  { language, width, phrasebook }: { readonly language: Language; readonly width: number; readonly phrasebook: Phrasebook },
): readonly Line[] {
  const say = (word: keyof typeof explainWords, facts: Parameters<typeof fill>[1] = {}): string => fill(explainWords[word][language], facts)
  const states = verifySpeaker(language)
  const indented = (text: string, tone?: Tone): readonly Line[] =>
    wrap(text, width - 4).map((line): Line => [tone === undefined ? `    ${line}` : [tone, `    ${line}`]])
  return centers.flatMap(({ center, url, why, figures }): readonly Line[] => [
    [['strong', center], url === undefined ? '' : `  ${url}`],
    ...(why === undefined ? [] : indented(say('unasked', { why }), 'warn')),
    ...figures.flatMap(({ figure, conclusions }): readonly Line[] => [
      [`  ${figure.figure}`],
      ...(figure.query === '' ? [] : indented(figure.query, 'dim')),
      ...indented(answerText(figure, say)),
      ...conclusions.flatMap((one) =>
        indented(`${states(one.state)}: ${phrasebook.lookup(one.reason, one.facts, language).split('\n', 1)[0] ?? ''}`, TONES[one.state]),
      ),
    ]),
    [],
  ])
}

function answerText(
  { state, query, value, byCenter = {}, age, gap, detail, took }: ShownFigure,
  say: (word: 'measured' | 'gap' | 'no-query', facts?: Parameters<typeof fill>[1]) => string,
): string {
  if (query === '') return say('no-query')
  if (state === 'gap') return say('gap', { gap: gap ?? '', detail: detail ?? '', took: latency(took) })
  const parts = Object.entries(byCenter).map(([center, part]) => `${center} ${short(part)}`)
  return say('measured', { answer: parts.length > 0 ? parts.join(', ') : short(value ?? 0), age: latency(age ?? 0), took: latency(took) })
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

const explainWords = {
  unasked: { en: 'not asked: {why}', zh: '未查询：{why}' },
  measured: { en: '= {answer}   newest sample {age} old, answered in {took}', zh: '= {answer}   最新样本 {age}前，应答用时 {took}' },
  gap: { en: '? {gap}: {detail}   in {took}', zh: '? {gap}：{detail}   用时 {took}' },
  'no-query': { en: '– the profile has no query for it', zh: '– 指标配置没有对应的查询' },
} satisfies Words
