import type { Facts } from '../domain/finding.ts'
import type { Language, Words } from '../domain/words.ts'
import { spoken } from './phrasebook.ts'

/** Says one of the words of verifications in one language. */
export type VerifySay = (word: keyof typeof verifyReportWords, facts?: Facts) => string

export function verifySpeaker(language: Language): VerifySay {
  return (word, facts = {}) => spoken(verifyReportWords[word], facts, language)
}

const verifyReportWords = {
  CHECK: { en: 'CHECK', zh: '检查' },
  ALL: { en: 'all', zh: '全部' },
  passed: { en: 'ok', zh: '通过' },
  failed: { en: 'FAIL', zh: '失败' },
  warning: { en: 'warn', zh: '警告' },
  inconclusive: { en: 'cannot tell', zh: '无法判断' },
  skipped: { en: '–', zh: '–' },
  'count-passed': { en: '{count} ok', zh: '{count} 项通过' },
  'count-failed': { en: '{count} failed', zh: '{count} 项失败' },
  'count-warning': { en: '{count} warned', zh: '{count} 项警告' },
  'count-inconclusive': { en: '{count} cannot tell', zh: '{count} 项无法判断' },
  'count-skipped': { en: '{count} not applicable', zh: '{count} 项不适用' },
  'state-skipped': { en: 'not applicable', zh: '不适用' },
  'count-out': { en: '{count} of centers out of traffic', zh: '{count} 项属已切出的中心' },
  'not-counted': { en: '({state})', zh: '（{state}）' },
  out: {
    en: '{centers} out of traffic by the switch in force: what is in brackets does not count.',
    zh: '{centers} 已被当前切换移出流量：括号内的结果不计。',
  },
  'out-unread': {
    en: '{centers} cannot be read, and is deferred: tricenter sync --center {given} --wait',
    zh: '{centers} 无法读取，已推迟：tricenter sync --center {given} --wait',
  },
  'out-case': { en: 'out of traffic, not counted: {state}', zh: '已移出流量，不计：{state}' },
  took: { en: 'in {took}', zh: '用时 {took}' },
  title: { en: 'Verification', zh: '验证' },
  'api-unread': { en: 'its API cannot be read: {why}', zh: '无法读取其 API：{why}' },
  'all-centers': { en: 'all centers', zh: '全部中心' },
  checks: { en: '{count} checks', zh: '{count} 项检查' },
  more: { en: '{shown} and {count} more', zh: '{shown} 等，另有 {count} 个' },
  'more-evidence': { en: 'and {count} more: -o wide', zh: '另有 {count} 条：-o wide' },
  limit: { en: 'limit {limit}', zh: '限值 {limit}' },
  ago: { en: '{age} ago', zh: '{age}前' },
  'first-broken': { en: 'First broken link: {list}.', zh: '首个断点：{list}。' },
  'broken-at': { en: '{center} at the {level}', zh: '{center}（{level}）' },
  'level-object': { en: 'object', zh: '对象' },
  'level-conditions': { en: 'conditions', zh: '状态条件' },
  'level-data-plane': { en: 'data plane', zh: '数据面' },
  'level-requests': { en: 'requests', zh: '请求' },
  unprobed: {
    en: 'Not asked without --probe, which sends requests: {count} checks.',
    zh: '{count} 项检查需要发送请求，未执行：tricenter verify --probe',
  },
  unforwarded: {
    en: 'Not asked without --data-plane, which opens port-forwards to gateway Pods: {count} checks.',
    zh: '{count} 项检查需要查看网关 Pod，未执行：tricenter verify --data-plane',
  },
  'nothing-here': { en: 'nothing to look at', zh: '没有可查看的内容' },
  nothing: { en: 'Nothing was concluded: no check had anything to look at.', zh: '没有结论：没有检查有可查看的内容。' },
  again: { en: 'not yet: {counts}; looking again', zh: '尚未通过：{counts}；再次检查' },
  'GROUP-title': { en: 'GROUP', zh: '分组' },
  'LEVEL-title': { en: 'LEVEL', zh: '层级' },
  'NAME-title': { en: 'NAME', zh: '名称' },
} satisfies Words
