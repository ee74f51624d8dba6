import type { Conclusion } from '../domain/verify.ts'
import { identity } from '../facts/identity.ts'
import { whyOf } from './once.ts'
import { askFleet, failed, passed, unsure } from './question.ts'

/** Two names for one cluster: a switch would take from the survivor what it gives it. */
export const clustersDistinct = askFleet({
  name: 'clusters-distinct',
  id: 'TC-005',
  group: 'setup',
  level: 'object',
  title: { en: 'a cluster for each center', zh: '每个中心对应不同集群' },
  about: {
    en: 'No two centers lead to the same cluster, by the uid of its namespace kube-system: contexts of different names may well do that.',
    zh: '没有两个中心指向同一集群（以命名空间 kube-system 的 uid 判断）：名称不同的上下文也可能指向同一集群。',
  },
  needs: { identity },
  evaluate: ({ identity: cells }, { topology }) => {
    const byUid = new Map<string, string[]>()
    for (const [center, cell] of cells) if (cell.state === 'present') byUid.set(cell.value, [...(byUid.get(cell.value) ?? []), center])
    const shared = [...byUid].filter(([, centers]) => centers.length > 1)
    const unread = [...cells].filter(([, cell]) => cell.state !== 'present')
    const contextOf = (name: string): string => topology.centers.find((center) => center.name === name)?.context ?? ''
    const source = 'uid of namespace kube-system'
    const found = shared.map(([uid, centers]): Conclusion =>
      failed('shared', { centers, contexts: centers.map(contextOf) }, [{ source, value: uid }], centers.join(', ')),
    )
    const gaps = unread.map(([center, cell]): Conclusion => ({
      ...unsure('unread', { why: whyOf(cell) }, [{ source, at: cell.at }]),
      center,
    }))
    if (found.length > 0 || gaps.length > 0) return [...found, ...gaps]
    return [passed('distinct', { count: byUid.size }, [{ source, value: [...byUid.keys()].join(', ') }])]
  },
  words: {
    distinct: { en: '{count} clusters', zh: '{count} 个集群' },
    unread: { en: 'its identity could not be read: {why}', zh: '无法读取其身份：{why}' },
    shared: {
      en: '{centers} are one and the same cluster\nThe contexts {contexts} lead to it; a switch between them moves nothing.\nNext: give each center its own context in the topology',
      zh: '{centers} 是同一个集群\n上下文 {contexts} 都指向它；在它们之间切换不会移动任何流量。\n下一步：在拓扑中为每个中心设置各自的 context',
    },
  },
})
