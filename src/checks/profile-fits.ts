import { metricNames } from '../facts/metric-names.ts'
import { askCenter, failed, passed, skipped, unsure, warned } from './question.ts'

/** The names of §7.1 exist in no gateway: a profile whose metrics nobody exports measures nothing. */
export const profileFits = askCenter({
  name: 'profile-fits',
  id: 'TC-020',
  group: 'setup',
  level: 'data-plane',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'metrics profile fits', zh: '指标配置与实际相符' },
  about: {
    en: 'The center’s Prometheus has metrics of the declared profile. None at all means that the profile is of another kind of gateway; which ones are missing says `metrics-present`.',
    zh: '本中心的 Prometheus 中有所声明指标配置的指标。若一个都没有，说明配置属于另一种网关；缺少哪些见 metrics-present。',
  },
  needs: {},
  maybe: { metricNames },
  evaluate: ({ metricNames: seen }, { topology, center: { entryShare } }) => {
    if (seen.state === 'absent') return []
    if (seen.state !== 'present') return [unsure('unread', { why: seen.why }, [])]
    const mine = seen.value.filter(({ usedBy }) => usedBy.some((use) => 'figure' in use))
    const known = mine.filter(({ found }) => typeof found === 'string')
    const present = known.filter(({ found }) => found === 'present').map(({ metric }) => metric)
    const absent = known.filter(({ found }) => found === 'absent').map(({ metric }) => metric)
    const facts = { profile: topology.metrics?.profile ?? '', present: present.length, absent }
    const evidence = [
      { source: `metrics of profile ${facts.profile}`, at: seen.at, took: seen.took, value: `${present.length} of ${mine.length}` },
    ]
    if (known.length === 0) return [mine.length === 0 ? skipped('no-figures', facts, []) : unsure('unasked', facts, evidence)]
    if (present.length > 0) return [passed('fits', facts, evidence)]
    return [entryShare === 0 ? warned('none-yet', facts, evidence) : failed('none', facts, evidence)]
  },
  words: {
    fits: { en: '{present} of its metrics are there', zh: '其中 {present} 个指标存在' },
    unread: { en: 'not asked: {why}', zh: '未查询：{why}' },
    unasked: { en: 'Prometheus told of none of them', zh: 'Prometheus 未能告知任何一个' },
    'no-figures': { en: 'it names no figure', zh: '未声明任何数值' },
    'none-yet': { en: 'none of {profile} is there; no client enters here', zh: '{profile} 的指标一个都没有；此处没有客户端进入' },
    none: {
      en: 'not one metric of the profile {profile} exists here: {absent}\nEvery figure is unknown, so no gate on metrics ever opens.\nNext: set metrics.profile (envoy, documented, or a file), then tricenter verify metrics --explain',
      zh: '指标配置 {profile} 中没有一个指标存在：{absent}\n所有数值都未知，依赖指标的关卡不会放行。\n下一步：设置 metrics.profile（envoy、documented 或文件），再执行 tricenter verify metrics --explain',
    },
  },
})
