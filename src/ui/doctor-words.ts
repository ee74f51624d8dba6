import type { Facts } from '../domain/finding.ts'
import type { Language, Words } from '../domain/words.ts'
import { spoken } from '../report/phrasebook.ts'

/** Says one of the doctor's words in one language. */
export type DoctorSay = (word: keyof typeof doctorScreenWords, facts?: Facts) => string

export function doctorSpeaker(language: Language): DoctorSay {
  return (word, facts = {}) => spoken(doctorScreenWords[word], facts, language)
}

const doctorScreenWords = {
  setup: { en: 'Set-up: {counts}', zh: '环境配置：{counts}' },
  nothing: { en: 'nothing looked at', zh: '未查看任何内容' },
  blocked: { en: 'Until then nothing else can be asked of {centers}: -o wide.', zh: '在此之前无法查询 {centers} 的其他内容：-o wide。' },
  headline: { en: '{title}: {state}', zh: '{title}：{state}' },
  seen: { en: 'it shows', zh: '已出现' },
  'not-seen': { en: 'it was looked for and does not show', zh: '已检查，未出现' },
  unmeasured: { en: 'not measured here', zh: '此处未测量' },
  signs: { en: 'Shown by', zh: '表现' },
  likely: { en: 'Most likely cause: {place}', zh: '最可能的原因：{place}' },
  others: { en: 'Also possible', zh: '其他可能' },
  more: { en: 'and {count} more: -o wide', zh: '另有 {count} 条：-o wide' },
  next: { en: 'Next: {command}', zh: '下一步：{command}' },
  blind: { en: 'Could not be looked at: {list}', zh: '无法查看：{list}' },
  'points-nowhere': {
    en: 'Nothing that was looked at points to a cause. It lies outside: the clients’ network, the service’s own answers, something between.',
    zh: '已查看的内容均未指向原因。原因在范围之外：客户端网络、服务自身的应答或中间设备。',
  },
  'blind-nothing': {
    en: 'Nothing points to a cause, and not everything could be looked at.',
    zh: '没有任何内容指向原因，且部分内容无法查看。',
  },
  'no-symptom': { en: 'No symptom shows.', zh: '未发现任何症状。' },
  unprobed: {
    en: 'No request of a client was sent: --probe shows errors and splits that no object tells of.',
    zh: '未发送客户端请求：--probe 可发现对象中看不到的错误与分配问题。',
  },
  elsewhere: {
    en: 'Failed and behind no symptom: {count} (tricenter verify).',
    zh: '另有 {count} 项检查失败，与症状无关（tricenter verify）。',
  },
  took: { en: 'Looked in {took}.', zh: '用时 {took}。' },
  mend: { en: 'First: {command}', zh: '首先：{command}' },
} satisfies Words
