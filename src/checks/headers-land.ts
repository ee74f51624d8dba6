import type { Conclusion } from '../domain/verify.ts'
import { headerLandings } from '../facts/header-landings.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** §3.3, §8.1: `curl -H "X-Client-Region: beijing"` and where it lands, through every gateway and by count instead of by eye. */
export const headersLand = askCenter({
  name: 'headers-land',
  id: 'TC-801',
  group: 'functions',
  level: 'requests',
  applies: ({ verify }) => (verify?.headers ?? []).length > 0,
  title: { en: 'headers lead where declared', zh: '按请求头就近路由' },
  about: {
    en: 'Requests with each declared header value, sent through this center’s gateway, are answered by the declared centers only, and by each of them. Errors and answers that name no center prove nothing.',
    zh: '带有各声明请求头取值的请求经本中心网关发送后，仅由声明的中心应答，且每个中心都有应答。错误与未标明中心的应答不作证明。',
  },
  needs: { headerLandings },
  evaluate: ({ headerLandings: seen }) =>
    seen.value.map(({ route: { header, value, centers }, results }): Conclusion => {
      const subject = `${header}: ${value}`
      const landed = [...new Set(results.flatMap(({ ok, center }) => (ok && center !== undefined ? [center] : [])))].sort()
      const bad = results.filter(({ ok }) => !ok).length
      const unnamed = results.filter(({ ok, center }) => ok && center === undefined).length
      const evidence = [
        {
          source: `${results.length} requests with ${subject}`,
          at: seen.at,
          took: seen.took,
          value: landed.join(',') || 'nobody',
          limit: centers.join(','),
        },
      ]
      const strange = landed.filter((center) => !centers.includes(center))
      const facts = { landed, wanted: centers, bad, unnamed, requests: results.length }
      if (strange.length > 0) return failed('elsewhere', { ...facts, strange }, evidence, subject)
      if (results.length === 0) return unsure('no-probe', facts, evidence, subject)
      if (bad > 0) return failed('errors', facts, evidence, subject)
      if (unnamed > 0 || landed.length === 0) return unsure('unnamed', facts, evidence, subject)
      const silent = centers.filter((center) => !landed.includes(center))
      return silent.length > 0 ? unsure('some-silent', { ...facts, silent }, evidence, subject) : passed('lands', facts, evidence, subject)
    }),
  words: {
    lands: { en: '{requests} requests landed in {landed}', zh: '{requests} 个请求落在 {landed}' },
    elsewhere: {
      en: 'lands in {strange}, not only in {wanted}\nGateway API looks at the path before headers: a longer path of the same host takes these requests away.\nNext: tricenter verify rules-reachable',
      zh: '落在 {strange}，而不只是 {wanted}\nGateway API 路径优先于请求头：同域名下更长的路径会取走这些请求。\n下一步：tricenter verify rules-reachable',
    },
    errors: { en: '{bad} of {requests} requests failed', zh: '{requests} 个请求中 {bad} 个失败' },
    unnamed: { en: '{unnamed} of {requests} answers named no center', zh: '{requests} 个应答中 {unnamed} 个未标明中心' },
    'some-silent': {
      en: 'none of {requests} requests landed in {silent}: weight 0, or lost',
      zh: '{requests} 个请求均未落在 {silent}：权重为 0 或已故障',
    },
    'no-probe': { en: 'its service declares no probe: nothing was asked', zh: '其服务未声明 probe：未发送请求' },
  },
})
