import { formatDuration } from '../domain/duration.ts'
import { verifyPlanOf } from '../domain/estate.ts'
import type { Conclusion } from '../domain/verify.ts'
import { dnsAnswers } from '../facts/dns-answers.ts'
import { askFleet, failed, passed, skipped, unsure, warned } from './question.ts'

/** §5.5: the entry names, their addresses and the TTL that planning relies on. Asked from where the tool runs: GeoDNS may answer others otherwise. */
export const entryNames = askFleet({
  name: 'entry-names',
  id: 'TC-602',
  group: 'network',
  level: 'requests',
  title: { en: 'entry names resolve', zh: '入口域名解析' },
  about: {
    en: 'Each declared entry name resolves to declared addresses only, with a TTL no longer than the declared one: clients keep a lost gateway’s address for that long. The answer is that of the place where the tool runs.',
    zh: '每个声明的入口域名仅解析到声明的地址，且 TTL 不超过声明值：客户端会在此期间保留故障网关的地址。结果仅代表工具运行所在位置。',
  },
  needs: { dnsAnswers },
  evaluate: ({ dnsAnswers: cells }, { topology }) => {
    const cell = [...cells.values()].find(({ state }) => state === 'present')
    const { entries } = verifyPlanOf(topology)
    if (entries.length === 0) return [skipped('undeclared', {}, [])]
    if (cell?.state !== 'present') return [unsure('unasked', {}, [])]
    return entries.map(({ name, addresses, maxTtl }): Conclusion => {
      const answer = cell.value.find((one) => one.name === name)?.answer
      const evidence = (value: string) => [
        { source: `DNS ${name}`, value, ...(answer === undefined ? {} : { at: answer.at, took: answer.took }) },
      ]
      if (answer?.state === 'absent') return failed('no-such-name', { name }, evidence('no such name'), name)
      if (answer?.state !== 'present')
        return unsure('unresolved', { why: answer !== undefined && 'why' in answer ? answer.why : '' }, evidence('no answer'), name)
      const { addresses: found, ttl } = answer.value
      const shown = evidence(`${found.join(',')} TTL ${formatDuration(ttl)}`)
      const strange = addresses.length === 0 ? [] : found.filter((one) => !addresses.includes(one))
      if (strange.length > 0) return failed('other-address', { strange, wanted: addresses }, shown, name)
      if (ttl > maxTtl) return warned('long-ttl', { ttl: formatDuration(ttl), limit: formatDuration(maxTtl) }, shown, name)
      return passed('resolves', { addresses: found, ttl: formatDuration(ttl) }, shown, name)
    })
  },
  words: {
    undeclared: { en: 'no entry name is declared (verify.entries)', zh: '未声明入口域名（verify.entries）' },
    unasked: { en: 'names were not asked', zh: '未进行解析' },
    resolves: { en: '{addresses}, TTL {ttl}', zh: '解析为 {addresses}，TTL {ttl}' },
    'no-such-name': { en: '{name} does not exist', zh: '{name} 不存在' },
    unresolved: { en: 'could not be resolved: {why}', zh: '无法解析：{why}' },
    'other-address': { en: 'resolves to {strange}, which is not declared ({wanted})', zh: '解析到未声明的 {strange}（声明为 {wanted}）' },
    'long-ttl': {
      en: 'its TTL is {ttl}, planned with {limit}\nClients keep a lost gateway’s address for that long, whatever the weights are.',
      zh: '其 TTL 为 {ttl}，规划值为 {limit}\n无论权重如何，客户端会在此期间保留故障网关的地址。',
    },
  },
})
