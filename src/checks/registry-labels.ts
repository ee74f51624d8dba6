import { centerOf } from '../domain/topology.ts'
import type { Conclusion } from '../domain/verify.ts'
import { registryInstances } from '../facts/registry-instances.ts'
import { askCenter, failed, passed } from './question.ts'
import { addressOf, some } from './registered.ts'

/** §1.3, §2.3, §10.1: proximity stands on what instances say of themselves. */
export const registryLabels = askCenter({
  name: 'registry-labels',
  id: 'TC-303',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'instances say where they are', zh: '实例地域标签' },
  about: {
    en: 'Each instance of the center carries the metadata region and zone of the center where it runs. §10.1 names their absence as the cause of proximity that does not work.',
    zh: '本中心的每个实例都带有其所在中心的 region 与 zone 元数据。§10.1 将其缺失列为就近路由失效的原因。',
  },
  needs: { registryInstances },
  evaluate: ({ registryInstances: seen }, { topology, center }) =>
    seen.value.flatMap((view): readonly Conclusion[] => {
      const all = view.seen?.instances ?? []
      if (!view.homes.includes(center.name) || all.length === 0) return []
      const places = view.homes.map((home) => `${centerOf(topology, home).region}/${home}`)
      const said = all.map((one) => ({ address: addressOf(one), region: one.metadata['region'] ?? '', zone: one.metadata['zone'] ?? '' }))
      const silent = said.filter(({ region, zone }) => region === '' || zone === '')
      const wrong = said.filter(({ region, zone }) => region !== '' && zone !== '' && !places.includes(`${region}/${zone}`))
      const source = { source: `registry: metadata of ${view.name}`, at: seen.at, took: seen.took, limit: places.join(', ') }
      const found = [...new Set(said.map(({ region, zone }) => `${region}/${zone}`))].toSorted()
      const evidence = [{ ...source, value: found.join(', ') }]
      if (silent.length > 0)
        return [
          failed('unlabelled', { instances: some(silent.map(({ address }) => address)), count: silent.length }, evidence, view.service),
        ]
      if (wrong.length > 0) {
        const instances = some(wrong.map(({ address, region, zone }) => `${address} ${region}/${zone}`))
        return [failed('mislabelled', { instances, count: wrong.length, places }, evidence, view.service)]
      }
      return [passed('labelled', { instances: all.length, places: found }, evidence, view.service)]
    }),
  words: {
    labelled: { en: '{instances} instances say {places}', zh: '{instances} 个实例标注为 {places}' },
    unlabelled: {
      en: '{count} instances do not say region and zone: {instances}\nRouting by proximity cannot place them.\nNext: set spring.cloud.nacos.discovery.metadata.region and .zone',
      zh: '{count} 个实例缺少 region 或 zone：{instances}\n就近路由无法识别它们。\n下一步：设置 spring.cloud.nacos.discovery.metadata.region 与 .zone',
    },
    mislabelled: {
      en: '{count} instances say that they are elsewhere: {instances}\nDeclared is {places}; one values file used for two centers is the usual cause.\nNext: correct the metadata and restart them',
      zh: '{count} 个实例标注的位置不符：{instances}\n声明为 {places}；常见原因是两个中心用了同一份 values。\n下一步：更正元数据并重启实例',
    },
  },
})
