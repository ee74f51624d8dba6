import { percent } from '../domain/percent.ts'
import type { CenterName, ServiceName } from '../domain/topology.ts'
import type { SplitVerdict } from '../domain/split.ts'
import type { Language } from '../domain/words.ts'
import { fill, type Words } from '../domain/words.ts'
import type { Line, Segment } from './line.ts'
import { table } from './table.ts'

/** One service's measured split, as it is printed. */
export interface ShownSplit extends SplitVerdict {
  readonly service: ServiceName
  readonly planned: number
  readonly unnamed: number
  readonly stopped: 'decided' | 'complete' | 'interrupted'
}

export interface ShownSplits {
  readonly splits: readonly ShownSplit[]
  readonly out: readonly CenterName[]
  readonly unread: readonly CenterName[]
}

/** Per service a table of centers, and the answer as its last line. */
export function splitLines({ splits, out, unread }: ShownSplits, language: Language): readonly Line[] {
  const say = (reason: keyof typeof splitWords, facts: Parameters<typeof fill>[1] = {}): string => fill(splitWords[reason][language], facts)
  return [
    ...splits.flatMap((split): readonly Line[] => [
      [say('head', { service: split.service, requests: split.requests, planned: split.planned })],
      ...table(
        [
          { title: say('center') },
          { title: say('expected'), align: 'right' },
          { title: say('measured'), align: 'right' },
          { title: say('interval'), align: 'right' },
          { title: '' },
        ],
        split.shares.map(({ center, expected, measured, low, high, verdict }): readonly Segment[] => [
          center,
          percent(expected),
          percent(measured),
          `${percent(low)}–${percent(high)}`,
          [verdict === 'within' ? 'good' : verdict === 'outside' ? 'bad' : 'warn', say(verdict)],
        ]),
      ),
      [say('counted', { errors: percent(split.errorRatio), unnamed: split.unnamed })],
      [
        [
          split.verdict === 'balanced' ? 'good' : split.verdict === 'undecided' ? 'warn' : 'bad',
          say(split.verdict === 'undecided' ? 'not-enough' : split.verdict, { errors: percent(split.errorRatio) }),
        ],
      ],
      ...(split.stopped === 'decided' ? [[say('decided')]] : split.stopped === 'interrupted' ? [[say('interrupted')]] : []),
      [],
    ]),
    ...(out.length > 0 ? [[say('situation', { out })]] : []),
    ...(unread.length > 0 ? [[['warn', say('unread', { unread })] as Segment]] : []),
  ]
}

const splitWords = {
  head: { en: '{service}: {requests} of {planned} requests', zh: '{service}：{requests}/{planned} 次请求' },
  center: { en: 'CENTER', zh: '中心' },
  expected: { en: 'EXPECTED', zh: '期望' },
  measured: { en: 'MEASURED', zh: '实测' },
  interval: { en: 'INTERVAL', zh: '区间' },
  within: { en: 'within', zh: '在范围内' },
  outside: { en: 'outside', zh: '超出范围' },
  undecided: { en: 'cannot tell', zh: '无法判断' },
  'not-enough': { en: 'Not enough requests to tell: ask for a finer --tolerance.', zh: '请求数不足以判断：请使用更小的 --tolerance。' },
  counted: { en: 'errors {errors}, {unnamed} answers named no center', zh: '错误 {errors}，{unnamed} 个应答未标明中心' },
  balanced: { en: 'Balanced.', zh: '比例符合预期。' },
  'not-balanced': { en: 'Not balanced. Next: tricenter status', zh: '比例不符合预期。下一步：tricenter status' },
  failing: {
    en: 'Failing: {errors} of the requests. A split of errors says nothing. Next: tricenter verify',
    zh: '失败：{errors} 的请求出错，此时的比例没有意义。下一步：tricenter verify',
  },
  decided: { en: 'Stopped early: sure at 99.9 %.', zh: '已提前结束：置信度 99.9 %。' },
  interrupted: { en: 'Interrupted.', zh: '已中断。' },
  situation: { en: 'Expected with {out} out of traffic.', zh: '按 {out} 已切出的情形计算期望。' },
  unread: {
    en: 'The routes of {unread} could not be read: the situation is that of the others.',
    zh: '无法读取 {unread} 的路由：情形由其他中心得出。',
  },
} satisfies Words
