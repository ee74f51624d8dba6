import { identity } from '../facts/identity.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** Invariant "no surprise target": a kubeconfig that was regenerated may lead elsewhere. */
export const identityPinned = askCenter({
  name: 'identity-pinned',
  id: 'TC-006',
  group: 'setup',
  level: 'object',
  title: { en: 'cluster is the pinned one', zh: '集群身份已固定且一致' },
  about: {
    en: 'The topology pins the center’s cluster (`cluster:`, the uid of its namespace kube-system), and the context leads to that one. Nothing is ever written to another.',
    zh: '拓扑固定了中心的集群（cluster：命名空间 kube-system 的 uid），且上下文指向该集群。绝不写入其他集群。',
  },
  needs: { identity },
  evaluate: ({ identity: seen }, { center: { name, context, cluster } }) => {
    const evidence = [
      {
        source: 'uid of namespace kube-system',
        at: seen.at,
        took: seen.took,
        value: seen.value,
        ...(cluster === undefined ? {} : { limit: cluster }),
      },
    ]
    const facts = { center: name, context, uid: seen.value, pinned: cluster ?? '' }
    if (cluster === undefined) return [warned('unpinned', facts, evidence)]
    return [cluster === seen.value ? passed('pinned', facts, evidence) : failed('another', facts, evidence)]
  },
  words: {
    pinned: { en: 'it is {uid}', zh: '即 {uid}' },
    unpinned: {
      en: 'not pinned: set centers.{center}.cluster: {uid} in the topology\nA context that leads elsewhere one day would not be noticed.',
      zh: '未固定：请在拓扑中设置 centers.{center}.cluster: {uid}\n若上下文某天指向别处，将无法察觉。',
    },
    another: {
      en: 'context {context} leads to {uid}, not to the pinned {pinned}\nEvery verb that writes refuses this center.\nNext: mend the context; if the cluster is new, set centers.{center}.cluster: {uid}',
      zh: '上下文 {context} 指向 {uid}，而非固定的 {pinned}\n所有写操作都会拒绝此中心。\n下一步：修正上下文；若集群为新建，请设置 centers.{center}.cluster: {uid}',
    },
  },
})
