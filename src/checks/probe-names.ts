import type { Conclusion } from '../domain/verify.ts'
import { probeAnswers } from '../facts/probe-answers.ts'
import { askCenter, failed, passed, unsure } from './question.ts'

/** A probe whose answer names nobody proves nothing: failovers would not know who serves, nor drills where requests went. */
export const probeNames = askCenter({
  name: 'probe-names',
  id: 'TC-017',
  group: 'setup',
  level: 'requests',
  applies: ({ services }) => services.some(({ probe }) => probe !== undefined),
  title: { en: 'probes name their center', zh: '探测应答标明中心' },
  about: {
    en: '20 requests as each service’s probe declares them, through the center’s gateway: they are answered as expected, and each answer names a declared center.',
    zh: '按各服务声明的探测经本中心网关发送 20 个请求：应答符合预期，且每个应答都标明已声明的中心。',
  },
  needs: { probeAnswers },
  evaluate: ({ probeAnswers: seen }, { topology, center: { name, gateway } }) =>
    seen.value.map(({ service, results }): Conclusion => {
      const probe = topology.services.find((one) => one.name === service)?.probe
      const where = probe === undefined ? '' : 'header' in probe.center ? `header ${probe.center.header}` : `field ${probe.center.json}`
      const bad = results.filter(({ ok, error }) => !ok && error !== 'unreadable')
      const unnamed = results.filter(({ ok, center, error }) => (ok && center === undefined) || error === 'unreadable').length
      const first = bad[0]
      const how = first === undefined ? '' : first.status === undefined ? (first.error ?? '') : `HTTP ${first.status}`
      const facts = {
        service,
        where,
        how,
        bad: bad.length,
        unnamed,
        requests: results.length,
        url: `${gateway}${probe?.path ?? ''}`,
        host: probe?.host ?? '',
        center: name,
      }
      const value = `${bad.length} failed, ${unnamed} named no center`
      const evidence = [{ source: `${results.length} requests to ${facts.url}`, at: seen.at, took: seen.took, value, limit: where }]
      if (results.length === 0) return unsure('none', facts, evidence, service)
      if (bad.length > 0) return failed('errors', facts, evidence, service)
      return unnamed > 0 ? failed('unnamed', facts, evidence, service) : passed('named', facts, evidence, service)
    }),
  words: {
    named: { en: '{requests} answers, each names its center in {where}', zh: '{requests} 个应答均在 {where} 标明中心' },
    none: { en: 'nothing was asked', zh: '未发送请求' },
    errors: {
      en: '{bad} of {requests} probes failed: {how}\nNext: curl -si -H "Host: {host}" {url}',
      zh: '{requests} 个探测中 {bad} 个失败：{how}\n下一步：curl -si -H "Host: {host}" {url}',
    },
    unnamed: {
      en: '{unnamed} of {requests} answers name no center in {where}\nWithout it nobody can tell who serves, and drills are inconclusive.\nNext: curl -si -H "Host: {host}" {url}, then services.{service}.probe.center and .values',
      zh: '{requests} 个应答中 {unnamed} 个未在 {where} 标明中心\n没有它就无法判断由谁服务，演练也无法得出结论。\n下一步：curl -si -H "Host: {host}" {url}，再设置 services.{service}.probe.center 与 .values',
    },
  },
})
