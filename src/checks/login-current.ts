import { verifyPlanOf } from '../domain/estate.ts'
import { kubeContext } from '../facts/kube-context.ts'
import { askCenter, failed, passed, skipped, warned } from './question.ts'

const DAY = 86_400_000

/** kubeadm's client certificates live for a year, and expire in silence. */
export const loginCurrent = askCenter({
  name: 'login-current',
  id: 'TC-009',
  group: 'setup',
  level: 'object',
  title: { en: 'client certificate in force', zh: '客户端证书有效' },
  about: {
    en: 'The client certificate of the context, where it has one, can be read, has begun, and lasts longer than `verify.thresholds.certificateDays`.',
    zh: '上下文的客户端证书（如有）可读取、已生效，且剩余天数超过 verify.thresholds.certificateDays。',
  },
  needs: { kubeContext },
  evaluate: ({ kubeContext: seen }, { topology, center: { context }, now }) => {
    const { value } = seen
    if (value.state !== 'usable') return []
    const { certificate } = value
    if (certificate === undefined) return [skipped('none', {}, [], context)]
    const source = `client certificate of context ${context}`
    if ('unreadable' in certificate)
      return [
        failed('unreadable', { context, why: certificate.unreadable }, [{ source, at: seen.at, value: certificate.unreadable }], context),
      ]
    const { validFrom, validTo, subject } = certificate
    const limit = verifyPlanOf(topology).thresholds.certificateDays
    const days = Math.floor((validTo - now) / DAY)
    const until = new Date(validTo).toISOString()
    const evidence = [{ source, at: seen.at, value: until, limit: `${limit} days` }]
    const facts = { context, subject, days, until, from: new Date(validFrom).toISOString() }
    if (validTo <= now) return [failed('expired', facts, evidence, context)]
    if (validFrom > now) return [failed('not-yet', facts, evidence, context)]
    return [days < limit ? warned('soon', facts, evidence, context) : passed('current', facts, evidence, context)]
  },
  words: {
    current: { en: '{days} days left', zh: '剩余 {days} 天' },
    none: { en: 'it logs in by other means', zh: '使用其他方式登录' },
    unreadable: {
      en: 'the client certificate of context {context} cannot be read: {why}\nNext: take this user’s certificate and key anew',
      zh: '无法读取上下文 {context} 的客户端证书：{why}\n下一步：重新获取该用户的证书与私钥',
    },
    expired: {
      en: 'the client certificate of context {context} ({subject}) expired on {until}\nNext: take a new kubeconfig (kubeadm certs renew admin.conf, or your provider’s get-credentials)',
      zh: '上下文 {context} 的客户端证书（{subject}）已于 {until} 过期\n下一步：获取新的 kubeconfig（kubeadm certs renew admin.conf，或云厂商的 get-credentials）',
    },
    'not-yet': {
      en: 'the client certificate of context {context} begins on {from}\nNext: check the clock here (timedatectl), then the certificate',
      zh: '上下文 {context} 的客户端证书从 {from} 起生效\n下一步：检查本机时钟（timedatectl），再检查证书',
    },
    soon: {
      en: 'the client certificate of context {context} ends in {days} days ({until}): renew it',
      zh: '上下文 {context} 的客户端证书将在 {days} 天后到期（{until}）：请更新',
    },
  },
})
