import type { Facts } from '../domain/finding.ts'
import type { Language, Words } from '../domain/words.ts'
import { spoken } from './phrasebook.ts'

/** Says one of the words of a difference in one language. Keys, paths, names and values are the same in both. */
export type DiffSay = (word: keyof typeof diffWords, facts?: Facts) => string

export function diffSpeaker(language: Language): DiffSay {
  return (word, facts = {}) => spoken(diffWords[word], facts, language)
}

const diffWords = {
  head: { en: '{counts} in {columns} · {took}', zh: '{columns} 共 {counts} · {took}' },
  and: { en: ', ', zh: '、' },
  // verdicts of an object
  equal: { en: 'equal', zh: '一致' },
  intended: { en: 'intended', zh: '有意差异' },
  drift: { en: 'drift', zh: '漂移' },
  'odd-one-out': { en: 'odd one out', zh: '独异' },
  unknown: { en: 'unknown', zh: '未知' },
  'verdict-in': { en: '{verdict} in {names}', zh: '{names} {verdict}' },
  'same-effect': { en: 'same effect', zh: '效果相同' },
  // cells
  present: { en: 'present', zh: '存在' },
  unset: { en: '-', zh: '-' },
  dropped: { en: 'dropped', zh: '会被丢弃' },
  'kind-missing': { en: 'no such kind', zh: '无此类型' },
  forbidden: { en: 'forbidden', zh: '无权限' },
  unreachable: { en: 'no answer', zh: '无响应' },
  absent: { en: 'absent', zh: '不存在' },
  terminating: { en: 'terminating', zh: '正在删除' },
  // below a leaf
  object: { en: '(the object)', zh: '（对象本身）' },
  reordered: { en: '{path} (reordered)', zh: '{path}（顺序不同）' },
  'held-intent': { en: '{names}: {reason}{owner}{until}', zh: '{names}：{reason}{owner}{until}' },
  'wrong-intent': { en: '{names}: not as declared: {reason}{owner}{until}', zh: '{names}：与声明不符：{reason}{owner}{until}' },
  'expired-intent': { en: '{names}: {reason}{owner}, expired{until}', zh: '{names}：{reason}{owner}，已过期{until}' },
  'run-intent': { en: '{names}: {verb}, run {run} in force', zh: '{names}：{verb}，运行 {run} 生效中' },
  'run-behind': { en: '{names}: behind {verb}, run {run}', zh: '{names}：落后于 {verb}，运行 {run}' },
  owner: { en: ', {owner}', zh: '，{owner}' },
  until: { en: ' (until {day})', zh: '（至 {day}）' },
  'changed-by': { en: '{name}: {manager}, {at}', zh: '{name}：{manager}，{at}' },
  'changed-by-whom': { en: '{name}: {manager}', zh: '{name}：{manager}' },
  'dropped-in': { en: '{names}: its schema does not know this field and would drop it', zh: '{names}：其 schema 不认识该字段，会静默丢弃' },
  // end
  total: { en: '{equal} objects equal', zh: '{equal} 个对象一致' },
  'total-intended': { en: '{intended} intended', zh: '{intended} 个有意差异' },
  'total-drift': { en: '{drift} drift', zh: '{drift} 个漂移' },
  'total-unknown': { en: '{unknown} unknown', zh: '{unknown} 个未知' },
  unread: { en: '{column}: {kinds} not read: {why}', zh: '{column}：未读取 {kinds}：{why}' },
  'rest-agrees': { en: 'What could be read agrees.', zh: '已读取的部分一致。' },
  'rest-differs': { en: 'What could be read differs, see above.', zh: '已读取的部分有差异，见上。' },
  warning: { en: 'warning: {text}', zh: '警告：{text}' },
  mend: { en: 'Mend: {command}', zh: '修复：{command}' },
  nothing: { en: 'Nothing to compare: no object was found.', zh: '没有可比较的对象。' },
  // titles
  OBJECT: { en: 'OBJECT', zh: '对象' },
  FIELD: { en: 'FIELD', zh: '字段' },
  KIND: { en: 'KIND', zh: '类型' },
  OBJECTS: { en: 'OBJECTS', zh: '对象' },
  EQUAL: { en: 'EQUAL', zh: '一致' },
  INTENDED: { en: 'INTENDED', zh: '有意' },
  DRIFT: { en: 'DRIFT', zh: '漂移' },
  UNKNOWN: { en: 'UNKNOWN', zh: '未知' },
  title: { en: 'Differences of {topology}', zh: '{topology} 的差异' },
  FIELDS: { en: 'FIELDS', zh: '字段' },
} as const satisfies Words
