import type { Conclusion } from '../domain/verify.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askFleet, passed, unsure, warned } from './question.ts'

/** Centers whose registries speak different generations are upgraded by half. */
export const registryApis = askFleet({
  name: 'registry-apis',
  id: 'TC-307',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'registries of one generation', zh: '注册中心接口版本一致' },
  about: {
    en: 'The registries of all centers answer by the same generation of the API (v1, v2 or v3). Different ones mean an upgrade that stopped half-way, with clients and synchronisation that differ.',
    zh: '所有中心的注册中心以同一代接口（v1、v2 或 v3）应答。不一致说明升级停在半途，客户端与同步方式也会不同。',
  },
  needs: { registryInstances },
  evaluate: ({ registryInstances: registries }, { topology }) => {
    if (topology.registry === undefined) return []
    const answers = [...registries].flatMap(([center, one]) => {
      const api = one.state === 'present' ? one.value.find(({ seen }) => seen !== undefined)?.seen?.api : undefined
      return api === undefined ? [] : [{ center, api, at: one.at, took: one.took }]
    })
    const evidence = answers.map(({ center, api, at, took }) => ({ source: `registry of ${center}`, at, took, value: api }))
    const apis = [...new Set(answers.map(({ api }) => api))].toSorted()
    const silent = Object.keys(topology.registry.centers).filter((center) => !answers.some((one) => one.center === center))
    const untold = silent.map((center): Conclusion => ({ ...unsure('untold', { centers: [center] }, evidence), center }))
    if (apis.length > 1)
      return [...untold, warned('different', { answers: answers.map(({ center, api }) => `${center} ${api}`) }, evidence)]
    return answers.length === 0 ? untold : [...untold, passed('alike', { api: apis[0] ?? '', centers: answers.length }, evidence)]
  },
  words: {
    alike: { en: 'all {centers} answer by {api}', zh: '{centers} 个中心均以 {api} 应答' },
    different: {
      en: 'the registries answer by different generations: {answers}\nNext: finish the upgrade, one center at a time',
      zh: '注册中心的接口版本不一致：{answers}\n下一步：逐个中心完成升级',
    },
    untold: { en: 'nothing is known of {centers}', zh: '{centers} 的版本未知' },
  },
})
