import { defineCheck } from './check.ts'

/** No data lost (§8.3 step 7): every request acknowledged to a client was recorded by a backend. No ledger: not measured, which is not "held". */
export const dataKept = defineCheck({
  name: 'data-kept',
  id: 'TC-508',
  evaluate: async ({ probes, share, ledger }) => {
    const seen = await ledger()
    if (seen.state === 'absent') return { verdict: 'yes', reason: 'no-ledger', facts: {} }
    if (seen.state !== 'present') return { verdict: 'unknown', reason: 'ledger-unread', facts: { why: seen.why } }
    const acknowledged = [...(probes ?? []), ...share].filter(({ ok }) => ok)
    const lost = acknowledged.filter(({ id }) => !seen.value.has(id)).length
    const twice = acknowledged.filter(({ id }) => (seen.value.get(id) ?? 0) > 1).length
    const facts = { acknowledged: acknowledged.length, recorded: acknowledged.length - lost, lost, twice }
    return lost > 0 ? { verdict: 'no', reason: 'data-lost', facts, final: true } : { verdict: 'yes', reason: 'data-held', facts }
  },
  words: {
    'no-ledger': { en: 'not measured: no ledger of requests here', zh: '未测量：没有请求台账' },
    'ledger-unread': { en: 'the ledger could not be read ({why})', zh: '无法读取台账（{why}）' },
    'data-lost': {
      en: '{acknowledged} acknowledged, {recorded} recorded, {lost} lost, {twice} twice',
      zh: '确认 {acknowledged}，记录 {recorded}，丢失 {lost}，重复 {twice}',
    },
    'data-held': {
      en: '{acknowledged} acknowledged, {recorded} recorded, 0 lost, {twice} twice',
      zh: '确认 {acknowledged}，记录 {recorded}，丢失 0，重复 {twice}',
    },
  },
})
