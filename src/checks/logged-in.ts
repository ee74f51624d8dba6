import { identity } from '../facts/identity.ts'
import { askCenter, failed, passed, skipped } from './question.ts'

/** 401 and 403 are told apart: the one is about who asks, the other about what it may. */
export const loggedIn = askCenter({
  name: 'logged-in',
  id: 'TC-011',
  group: 'setup',
  level: 'requests',
  title: { en: 'logged in', zh: '已登录' },
  about: {
    en: 'The API server knows who asks: it does not answer 401. A 403 is an answer to somebody who is known, and is the matter of `rights-granted`.',
    zh: 'API Server 认识请求者：未返回 401。403 表示身份已知，见 rights-granted。',
  },
  needs: {},
  maybe: { identity },
  evaluate: ({ identity: seen }, { center: { context } }) => {
    const why = 'why' in seen ? seen.why : ''
    const evidence = [{ source: 'GET namespace kube-system', at: seen.at, took: seen.took, value: why || seen.state }]
    if (seen.state === 'forbidden' && why.startsWith('not logged in')) return [failed('unknown', { context, why }, evidence, context)]
    if (seen.state === 'unreachable' || seen.state === 'unknown') return [skipped('unasked', {}, evidence)]
    return [passed('known', {}, evidence, context)]
  },
  words: {
    known: { en: 'yes', zh: '是' },
    unasked: { en: 'nobody answered', zh: '无应答' },
    unknown: {
      en: 'context {context} is {why}\nIts token was revoked or has expired, or belongs to another cluster.\nNext: log in again, then kubectl --context {context} auth whoami',
      zh: '上下文 {context}：{why}\n令牌已吊销、过期，或属于另一个集群。\n下一步：重新登录，再执行 kubectl --context {context} auth whoami',
    },
  },
})
