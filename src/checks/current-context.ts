import { station } from '../facts/station.ts'
import { once, whyOf } from './once.ts'
import { askFleet, passed, unsure, warned } from './question.ts'

/** The documents' plain `kubectl` acts on whatever was chosen last; this tool never does. */
export const currentContext = askFleet({
  name: 'current-context',
  id: 'TC-024',
  group: 'setup',
  level: 'object',
  title: { en: 'current context without surprise', zh: '当前上下文无歧义' },
  about: {
    en: 'The kubeconfig’s current context is never used here. It is told of where it is no center of the topology: a plain `kubectl` beside this tool would act on another cluster.',
    zh: '本工具从不使用 kubeconfig 的当前上下文。若它不是拓扑中的中心则给出提示：直接执行 kubectl 会作用于其他集群。',
  },
  needs: { station },
  evaluate: ({ station: cells }, { topology }) => {
    const seen = once(cells)
    if (seen.state !== 'present') return [unsure('unread', { why: whyOf(seen) }, [])]
    const { currentContext: current } = seen.value.kubeconfig
    const evidence = [{ source: 'current-context', at: seen.at, value: current ?? 'none' }]
    if (current === undefined) return [passed('none', {}, evidence)]
    const center = topology.centers.find(({ context }) => context === current)?.name
    return [center === undefined ? warned('elsewhere', { current }, evidence) : passed('center', { current, center }, evidence)]
  },
  words: {
    none: { en: 'there is none, and none is needed', zh: '未设置，也不需要' },
    unread: { en: 'not looked at: {why}', zh: '未查看：{why}' },
    center: { en: '{current} is {center}; it is never used here', zh: '{current} 即 {center}；本工具从不使用它' },
    elsewhere: {
      en: '{current} is no center: a plain kubectl acts there, tricenter does not',
      zh: '{current} 不是任何中心：直接执行 kubectl 会作用于它，tricenter 不会',
    },
  },
})
