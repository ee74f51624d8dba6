import type { CenterName } from '../domain/topology.ts'
import type { Conclusion, Evidence } from '../domain/verify.ts'
import { type BackendPod, backendPods } from '../facts/backend-pods.ts'
import { type RegisteredService, registryInstances } from '../facts/registry-instances.ts'
import { askFleet, failed, passed, unsure } from './question.ts'
import { addressOf, instancesOf, some } from './registered.ts'

/** §2.2, §6.4: the registries of the centers know the same. How long a missing instance has been there is told by its Pod: ready for longer than the declared lag, it is late. */
export const registrySynchronised = askFleet({
  name: 'registry-synchronised',
  id: 'TC-305',
  group: 'registry',
  level: 'data-plane',
  applies: ({ registry }) => registry !== undefined,
  title: { en: 'registries synchronised', zh: '注册中心同步' },
  about: {
    en: 'What a center’s own registry has of its services, every other center’s registry has too, at the latest after the declared maxLag. The age of an instance is that of its ready Pod.',
    zh: '本中心注册中心中的服务实例，其他中心的注册中心在声明的 maxLag 内也应具有。实例的存在时间以其 Pod 就绪时间为准。',
  },
  needs: { registryInstances, backendPods },
  evaluate: ({ registryInstances: registries, backendPods: pods }, { topology, now }) => {
    const limit = topology.registry?.maxLag ?? 0
    const declared = topology.centers.map(({ name }) => name).filter((name) => topology.registry?.centers[name] !== undefined)
    return declared.flatMap((home) =>
      declared.flatMap((other): readonly Conclusion[] => {
        const [from, to] = [registries.get(home), registries.get(other)]
        if (home === other || from === undefined || to === undefined) return []
        const about = { home, other }
        const gap = [from, to].find(({ state }) => state !== 'present')
        if (from.state !== 'present' || to.state !== 'present') {
          const why = gap === undefined || !('why' in gap) ? '' : gap.why
          return [
            {
              ...unsure('unread', { ...about, why }, [{ source: `registry of ${home} and ${other}`, value: why }]),
              center: from.state === 'present' ? other : home,
            },
          ]
        }
        const seen = pods.get(home)
        const known = seen?.state === 'present' ? seen.value : []
        const evidence = (value: string): readonly Evidence[] => [
          { source: `registry of ${other} against that of ${home}`, at: to.at, took: to.took, value, limit: `${limit / 1000} s` },
        ]
        const verdicts = from.value.filter(({ homes }) => homes.includes(home)).map((view) => compared(view, to.value, home))
        const missing = verdicts.flatMap((one) => one.missing)
        const surplus = verdicts.flatMap((one) => one.surplus)
        const ages = missing.map((ip) => ageOf(ip.split(':')[0] ?? '', known, now))
        const oldest = Math.max(0, ...ages.map((age) => age ?? 0))
        const facts = { ...about, missing: some(missing), count: missing.length, age: Math.round(oldest / 1000), limit: limit / 1000 }
        const conclude = (): Conclusion => {
          if (oldest > limit) return failed('late', facts, evidence(`${missing.length} missing for up to ${facts.age} s`))
          if (ages.includes(undefined)) return unsure('missing', facts, evidence(`${missing.length} missing`))
          if (surplus.length > 0)
            return unsure(
              'left-behind',
              { ...about, surplus: some(surplus), count: surplus.length },
              evidence(`${surplus.length} left behind`),
            )
          if (missing.length > 0) return passed('under-way', facts, evidence(`${missing.length} under way`))
          return passed('synchronised', { ...about, instances: verdicts.reduce((sum, { same }) => sum + same, 0) }, evidence('0 missing'))
        }
        return [{ ...conclude(), center: other }]
      }),
    )
  },
  words: {
    synchronised: { en: 'has all {instances} instances of {home}', zh: '具有 {home} 的全部 {instances} 个实例' },
    'under-way': {
      en: '{count} instances of {home} are not here yet, the oldest ready for {age} s of {limit} s that are allowed',
      zh: '{home} 的 {count} 个实例尚未同步到此，最早的已就绪 {age} 秒，允许 {limit} 秒',
    },
    late: {
      en: '{count} instances of {home} are missing in {other}: {missing}\nThe oldest has been ready for {age} s, {limit} s are allowed.\nNext: look at the synchronisation between the registries, and at ports 8848 and 9848 between the centers',
      zh: '{other} 缺少 {home} 的 {count} 个实例：{missing}\n最早的已就绪 {age} 秒，允许 {limit} 秒。\n下一步：检查注册中心之间的同步，以及中心间的 8848 与 9848 端口',
    },
    missing: {
      en: '{count} instances of {home} are missing in {other}: {missing}\nSince when cannot be told: no ready Pod of {home} has their address.\nNext: ask again after {limit} s',
      zh: '{other} 缺少 {home} 的 {count} 个实例：{missing}\n无法判断缺失多久：{home} 没有对应地址的就绪 Pod。\n下一步：{limit} 秒后再次检查',
    },
    'left-behind': {
      en: '{other} still has {count} instances that {home} has not: {surplus}\nSince when cannot be told; a gateway there sends to them.\nNext: ask again; if they stay, deregister them',
      zh: '{other} 仍有 {count} 个 {home} 已不存在的实例：{surplus}\n无法判断残留多久；当地网关会继续转发。\n下一步：再次检查；若仍存在则手动注销',
    },
    unread: { en: 'could not compare the registries of {home} and {other}: {why}', zh: '无法比对 {home} 与 {other} 的注册中心：{why}' },
  },
})

interface Compared {
  readonly missing: readonly string[]
  readonly surplus: readonly string[]
  readonly same: number
}

function compared(view: RegisteredService, others: readonly RegisteredService[], home: CenterName): Compared {
  const twin = others.find(({ service, name }) => service === view.service && name === view.name)
  const here = instancesOf(view, home)
    .filter(({ enabled }) => enabled)
    .map(addressOf)
  const there =
    twin === undefined
      ? []
      : instancesOf(twin, home)
          .filter(({ enabled }) => enabled)
          .map(addressOf)
  return {
    missing: here.filter((one) => !there.includes(one)),
    surplus: there.filter((one) => !here.includes(one)),
    same: here.filter((one) => there.includes(one)).length,
  }
}

/** ms since its Pod became ready; undefined: no ready Pod has this address. */
function ageOf(ip: string, pods: readonly BackendPod[], now: number): number | undefined {
  const since = pods.find((pod) => pod.ip === ip)?.readySince
  return since === undefined ? undefined : Math.max(0, now - since)
}
