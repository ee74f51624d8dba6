import type { LoadJudgement, LoadVerdict } from '../domain/load-report.ts'
import { percent } from '../domain/percent.ts'
import { fill, type Language, type Words } from '../domain/words.ts'
import type { GeneratorName, Latencies, LoadBaseline, LoadMeasure } from '../ports/load.ts'
import type { Line, Segment } from './line.ts'
import { table } from './table.ts'

/** One rate, as it is printed. */
export interface ShownRun extends LoadVerdict {
  readonly rate: number
  readonly measure: LoadMeasure
  readonly errorRatio: number
  readonly local?: Latencies
  readonly remote?: Latencies
  readonly before?: LoadBaseline
}

export interface ShownLoad {
  readonly center: string
  readonly service: string
  readonly generator: GeneratorName
  readonly lab?: string
  readonly connections: number
  readonly duration: number
  readonly instances?: number
  readonly runs: readonly ShownRun[]
  readonly unable?: string
}

type Say = (reason: keyof typeof loadWords, facts?: Parameters<typeof fill>[1]) => string

/** A row per rate; then what was missed, what was not tried, how it was before, and the answer as the last line. */
export function loadLines(report: ShownLoad, language: Language): readonly Line[] {
  const say: Say = (reason, facts = {}) => fill(loadWords[reason][language], facts)
  const { runs, unable } = report
  const head = say('head', {
    center: report.center,
    service: report.service,
    generator: report.generator,
    connections: report.connections,
    seconds: report.duration / 1000,
  })
  const answered = runs.length > 0
  return [
    [head, ...(report.lab === undefined ? [] : [['dim', ` · ${report.lab}`] as const])],
    ...(answered
      ? table(
          (['rate', 'achieved', 'p50', 'p99', 'p999', 'errors', ''] as const).map((title) =>
            title === '' ? { title } : { title: say(title), align: 'right' },
          ),
          runs.map((run) => rowOf(run, say)),
        )
      : []),
    ...runs.flatMap((run) => runNotes(run, say)),
    ...notes(report, say),
    ...(unable === undefined ? [] : [[['bad', say('unable', { why: unable })] as Segment]]),
    ...(answered ? [answerOf(runs, say)] : unable === undefined ? [[['warn', say('nothing')] as Segment]] : []),
  ]
}

function rowOf({ rate, measure, errorRatio, verdict }: ShownRun, say: Say): readonly Segment[] {
  const { latency, achieved } = measure
  return [
    String(rate),
    figure(achieved),
    latency === undefined ? '-' : ms(latency.p50),
    latency === undefined ? '-' : ms(latency.p99),
    latency?.p999 === undefined ? '-' : ms(latency.p999),
    errorsText(errorRatio),
    [verdict === 'met' ? 'good' : verdict === 'not-met' ? 'bad' : 'warn', say(verdict)],
  ]
}

/** What a rate missed and what could not be told, where the answers came from, and the difference to the last time. */
function runNotes(run: ShownRun, say: Say): readonly Line[] {
  const { rate, measure, before, saturated } = run
  const missed = run.judgements.filter(({ state }) => state === 'not-met' || state === 'cannot-tell')
  const kinds = Object.entries(measure.errors)
  return [
    ...missed.map((one): Line => [[one.state === 'not-met' ? 'bad' : 'warn', say('missed', { rate, what: judgementText(one, say) })]]),
    ...(kinds.length === 0 ? [] : [[say('kinds', { rate, kinds: kinds.map(([kind, many]) => `${kind} ${many}`).join(', ') })]]),
    ...(run.remote === undefined || run.local === undefined
      ? []
      : [[say('regions', { rate, local: ms(run.local.p99), remote: ms(run.remote.p99) })]]),
    ...((measure.waited ?? 0) > 0.01 ? [[say('waited', { rate, share: percent(measure.waited ?? 0) })]] : []),
    ...(saturated
      ? [[['warn', say('saturated', { rate, late: ms(measure.own?.lateP99 ?? 0), busy: percent(measure.own?.busy ?? 0) })] as Segment]]
      : []),
    ...(measure.stopped === undefined
      ? []
      : [[['warn', say(measure.stopped === 'failing' ? 'stopped-failing' : 'interrupted')] as Segment]]),
    ...(before === undefined ? [] : [[beforeText(run, before, say)]]),
  ]
}

/** `P99 12 ms, 3 ms more than 2026-11-20`. */
function beforeText({ rate, measure: { latency, achieved } }: ShownRun, before: LoadBaseline, say: Say): string {
  const date = before.at.slice(0, 10)
  if (latency === undefined || before.p99 === undefined)
    return say('before-rate', { rate, achieved: figure(achieved), before: figure(before.achieved), date })
  const more = latency.p99 - before.p99
  const same = Math.abs(more) < 0.05 || ms(latency.p99) === ms(before.p99)
  const facts = { rate, p99: ms(latency.p99), by: ms(Math.abs(more)), date }
  return say(same ? 'before-same' : more > 0 ? 'before-more' : 'before-less', facts)
}

function judgementText({ target, value, limit }: LoadJudgement, say: Say): string {
  const shown = target === 'errors' ? errorsText : target.startsWith('p99') ? ms : figure
  return say(`judged-${target}`, { value: shown(value), limit: shown(limit) })
}

/** Targets that no run tried, and what this way of measuring cannot see. */
function notes({ runs, generator, instances }: ShownLoad, say: Say): readonly Line[] {
  const last = runs.at(-1)
  const untried = last?.judgements.filter(({ state }) => state === 'not-asked') ?? []
  return [
    ...untried.map((one): Line => [['dim', say('not-tried', { what: judgementText(one, say) })]]),
    ...(last !== undefined && instances === undefined ? [[['dim', say('instances-unknown')] as Segment]] : []),
    ...(last !== undefined && generator !== 'own' ? [[['dim', say('closed', { generator })] as Segment]] : []),
    ...(last !== undefined && generator === 'wrk' ? [[['dim', say('no-rate')] as Segment]] : []),
  ]
}

function answerOf(runs: readonly ShownRun[], say: Say): Line {
  if (runs.some(({ verdict }) => verdict === 'not-met')) return [['bad', say('answer-not-met')]]
  if (runs.some(({ verdict }) => verdict === 'cannot-tell')) return [['warn', say('answer-cannot-tell')]]
  return [['good', say('answer-met')]]
}

const errorsText = (ratio: number): string => percent(ratio, 2)
const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
const ms = (value: number): string => `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} ms`

const loadWords = {
  head: {
    en: '{service} through {center}: {seconds} s at each rate, {connections} connections, by {generator}',
    zh: '{service} 经由 {center}：每档 {seconds} 秒，{connections} 个连接，生成器 {generator}',
  },
  rate: { en: 'ASKED/S', zh: '目标/秒' },
  achieved: { en: 'ACHIEVED/S', zh: '实际/秒' },
  p50: { en: 'P50', zh: 'P50' },
  p99: { en: 'P99', zh: 'P99' },
  p999: { en: 'P99.9', zh: 'P99.9' },
  errors: { en: 'ERRORS', zh: '错误' },
  met: { en: 'met', zh: '达标' },
  'not-met': { en: 'not met', zh: '未达标' },
  'cannot-tell': { en: 'cannot tell', zh: '无法判断' },
  missed: { en: 'at {rate}/s: {what}', zh: '{rate}/秒：{what}' },
  kinds: { en: 'at {rate}/s failed: {kinds}', zh: '{rate}/秒 失败：{kinds}' },
  regions: {
    en: 'at {rate}/s: P99 {local} from the own region, {remote} from others',
    zh: '{rate}/秒：本地域 P99 {local}，跨地域 P99 {remote}',
  },
  waited: {
    en: 'at {rate}/s: {share} of the requests found every connection busy, and their waiting counts',
    zh: '{rate}/秒：{share} 的请求到期时所有连接都在忙，等待时间计入延迟',
  },
  saturated: {
    en: 'at {rate}/s the generator itself was late (P99 {late}, {busy} busy): what is missed here may be its own fault. Next: --with wrk, or another machine',
    zh: '{rate}/秒时生成器自身已滞后（P99 {late}，繁忙 {busy}）：未达标可能是它自己的原因。下一步：--with wrk，或换一台机器',
  },
  'stopped-failing': { en: 'Stopped: more than half of the requests failed.', zh: '已停止：超过一半的请求失败。' },
  interrupted: { en: 'Interrupted.', zh: '已中断。' },
  'before-more': { en: 'at {rate}/s: P99 {p99}, {by} more than {date}', zh: '{rate}/秒：P99 {p99}，比 {date} 多 {by}' },
  'before-less': { en: 'at {rate}/s: P99 {p99}, {by} less than {date}', zh: '{rate}/秒：P99 {p99}，比 {date} 少 {by}' },
  'before-same': { en: 'at {rate}/s: P99 {p99}, as on {date}', zh: '{rate}/秒：P99 {p99}，与 {date} 相同' },
  'before-rate': { en: 'at {rate}/s: {achieved}/s, {before}/s on {date}', zh: '{rate}/秒：{achieved}/秒，{date} 为 {before}/秒' },
  'judged-rate': { en: '{value} of {limit} requests/s answered', zh: '应答 {value}/秒，目标 {limit}/秒' },
  'judged-p99-local': { en: 'P99 {value} within the region, target {limit}', zh: '地域内 P99 {value}，目标 {limit}' },
  'judged-p99-remote': { en: 'P99 {value} across regions, target {limit}', zh: '跨地域 P99 {value}，目标 {limit}' },
  'judged-errors': { en: 'errors {value}, target {limit}', zh: '错误率 {value}，目标 {limit}' },
  'judged-instance-qps': { en: '{value} requests/s, target {limit} of its instances', zh: '{value} 次请求/秒，实例合计目标 {limit}' },
  'judged-connections': { en: '{value} connections, target {limit}', zh: '{value} 个连接，目标 {limit}' },
  'not-tried': { en: 'Not tried: {what}.', zh: '未测试：{what}。' },
  'instances-unknown': { en: 'How many instances the gateway has is not known: one is counted.', zh: '网关实例数未知：按 1 个计算。' },
  closed: {
    en: '{generator} waits for answers before it asks again: what a slow answer kept back is missing from its times.',
    zh: '{generator} 等到应答后才再次发送：被慢应答推迟的请求不计入其延迟。',
  },
  'no-rate': { en: 'wrk keeps no rate: it sent as fast as its connections allowed.', zh: 'wrk 不控制速率：按连接所能达到的最快速度发送。' },
  unable: { en: 'Could not send load: {why}', zh: '无法施加负载：{why}' },
  nothing: { en: 'Nothing was measured.', zh: '未测得任何数据。' },
  'answer-met': { en: 'Targets met at the asked rates.', zh: '在所测速率下均达标。' },
  'answer-not-met': {
    en: 'Targets not met. Next: tricenter verify --group thresholds',
    zh: '未达标。下一步：tricenter verify --group thresholds',
  },
  'answer-cannot-tell': { en: 'Cannot tell.', zh: '无法判断。' },
} satisfies Words
