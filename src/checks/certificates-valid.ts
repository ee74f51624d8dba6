import { verifyPlanOf } from '../domain/estate.ts'
import type { Conclusion } from '../domain/verify.ts'
import { listenerCertificates, type ListenerCertificate } from '../facts/listener-certificates.ts'
import { askFleet, failed, passed, skipped, unsure, warned } from './question.ts'

const DAY = 86_400_000

/** §5.4: the certificate of each listener. A center that is to take over answers with its own copy: it must be there too, and be as good. */
export const certificatesValid = askFleet({
  name: 'certificates-valid',
  id: 'TC-601',
  group: 'network',
  level: 'object',
  title: { en: 'certificates valid', zh: '证书有效' },
  about: {
    en: 'The Secret that each TLS listener names exists in each center, its certificate covers the listener’s host, is valid for longer than the declared days (default 30), and each of the chain is issued by the next. An authority that is not known here is a warning: clients may know it.',
    zh: '每个 TLS 监听器引用的 Secret 在各中心存在，证书覆盖监听器域名，剩余有效期超过声明天数（默认 30），链中每张由下一张签发。签发机构在本机未知时为警告：客户端可能信任它。',
  },
  needs: { listenerCertificates },
  evaluate: ({ listenerCertificates: cells }, { topology, now }) => {
    const days = verifyPlanOf(topology).thresholds.certificateDays
    return [...cells].flatMap(([center, cell]): readonly Conclusion[] => {
      if (cell.state !== 'present')
        return [
          {
            ...unsure('unread', { why: 'why' in cell ? cell.why : cell.state }, [{ source: 'list Gateway', at: cell.at, took: cell.took }]),
            center,
          },
        ]
      if (cell.value.length === 0) return [{ ...skipped('no-tls', {}, []), center }]
      return cell.value.map((one) => ({ ...judge(one, days, now), center }))
    })
  },
  words: {
    unread: { en: 'its Gateways could not be read: {why}', zh: '无法读取其 Gateway：{why}' },
    'no-tls': { en: 'no listener of TLS', zh: '没有 TLS 监听器' },
    valid: { en: '{days} days left, for {names}', zh: '剩余 {days} 天，适用于 {names}' },
    'no-secret': {
      en: 'Secret {secret} does not exist\nClients of this listener get no TLS.\nNext: kubectl create secret tls, as in the other centers',
      zh: 'Secret {secret} 不存在\n该监听器的客户端无法建立 TLS。\n下一步：按其他中心的方式 kubectl create secret tls',
    },
    'secret-unread': { en: 'Secret {secret} could not be read: {why}', zh: '无法读取 Secret {secret}：{why}' },
    unreadable: { en: 'Secret {secret}: {why}', zh: 'Secret {secret} 无法使用：{why}' },
    'not-yet': { en: 'not valid before {from}', zh: '{from} 之前无效' },
    expired: { en: 'expired on {to}\nNext: renew it in every center', zh: '已于 {to} 过期\n下一步：在每个中心更新' },
    soon: { en: '{days} days left, less than {limit}', zh: '剩余 {days} 天，少于 {limit} 天' },
    'other-name': { en: 'is for {names}, the listener for {hostname}', zh: '证书适用于 {names}，监听器域名为 {hostname}' },
    'broken-chain': { en: 'its chain is broken: {why}', zh: '证书链不完整：{why}' },
    'unknown-authority': { en: '{days} days left; {why}', zh: '剩余 {days} 天；{why}' },
  },
})

function judge({ listener, hostname, secret, chain }: ListenerCertificate, limit: number, now: number): Conclusion {
  const evidence = (value: string) => [
    { source: `Secret ${secret} tls.crt`, at: chain.at, took: chain.took, value, limit: `${limit} days` },
  ]
  if (chain.state === 'absent') return failed('no-secret', { secret }, evidence('absent'), listener)
  if (chain.state === 'unknown') return failed('unreadable', { secret, why: chain.why }, evidence('unreadable'), listener)
  if (chain.state !== 'present') return unsure('secret-unread', { secret, why: chain.why }, evidence(chain.state), listener)
  const [own] = chain.value
  if (own === undefined) return failed('unreadable', { secret, why: 'empty' }, evidence('empty'), listener)
  const { names, validFrom, validTo } = own
  const days = Math.floor((Math.min(...chain.value.map((one) => one.validTo)) - now) / DAY)
  const shown = evidence(`${days} days`)
  if (validFrom > now) return failed('not-yet', { from: dateOf(validFrom) }, shown, listener)
  if (days < 0) return failed('expired', { to: dateOf(validTo) }, shown, listener)
  if (hostname !== undefined && !names.some((name) => serves(name, hostname)))
    return failed('other-name', { names, hostname }, shown, listener)
  const broken = chain.value.slice(0, -1).find(({ trusted }) => !trusted)
  if (broken !== undefined) return failed('broken-chain', { why: broken.why ?? '' }, shown, listener)
  if (days < limit) return warned('soon', { days, limit }, shown, listener)
  const last = chain.value.at(-1)
  if (last?.trusted === false) return warned('unknown-authority', { days, why: last.why ?? '' }, shown, listener)
  return passed('valid', { days, names }, shown, listener)
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** RFC 6125: `*.example.com` stands for one label. A listener's own wildcard is served by a certificate for the same one. */
function serves(name: string, hostname: string): boolean {
  if (name.toLowerCase() === hostname.toLowerCase()) return true
  return (
    name.startsWith('*.') &&
    !hostname.startsWith('*') &&
    hostname.slice(hostname.indexOf('.')).toLowerCase() === name.slice(1).toLowerCase()
  )
}
