import { kubeContext } from '../facts/kube-context.ts'
import { askCenter, failed, passed } from './question.ts'

/** The context that the topology names, by the kubeconfig alone. */
export const contextsKnown = askCenter({
  name: 'contexts-known',
  id: 'TC-004',
  group: 'setup',
  level: 'object',
  title: { en: 'context in the kubeconfig', zh: 'kubeconfig 中有该上下文' },
  about: {
    en: 'The kubeconfig has the context that the topology names for the center, with a cluster whose server is an http(s) URL and a user that is declared.',
    zh: 'kubeconfig 中存在拓扑为该中心指定的上下文，其集群的 server 为 http(s) URL，用户已声明。',
  },
  needs: { kubeContext },
  evaluate: ({ kubeContext: seen }, { center: { name, context } }) => {
    const { value } = seen
    const evidence = [{ source: `context ${context}`, at: seen.at, value: value.state === 'usable' ? value.server : value.state }]
    if (value.state === 'usable') return [passed('known', { server: value.server }, evidence, context)]
    if (value.state === 'unusable') return [failed('unusable', { why: value.why }, evidence, context)]
    const facts = { context, center: name, known: value.known.slice(0, 5), near: value.near ?? '' }
    if (value.near !== undefined) return [failed('misspelt', facts, evidence, context)]
    return [value.known.length === 0 ? failed('none', {}, []) : failed('unknown', facts, evidence, context)]
  },
  words: {
    known: { en: 'leads to {server}', zh: '指向 {server}' },
    unusable: { en: '{why}\nNext: kubectl config view, and mend the entry', zh: '{why}\n下一步：kubectl config view，修正该条目' },
    misspelt: {
      en: 'the kubeconfig has no context {context}; did you mean {near}?\nNext: set centers.{center}.context: {near} in the topology',
      zh: 'kubeconfig 中没有上下文 {context}；是否指 {near}？\n下一步：在拓扑中设置 centers.{center}.context: {near}',
    },
    unknown: {
      en: 'the kubeconfig has no context {context}; it has {known}\nNext: kubectl config get-contexts, then centers.{center}.context in the topology',
      zh: 'kubeconfig 中没有上下文 {context}；现有 {known}\n下一步：kubectl config get-contexts，再设置拓扑的 centers.{center}.context',
    },
    none: {
      en: 'there is no context at all in the kubeconfig\nNext: --kubeconfig FILE, or export KUBECONFIG=FILE',
      zh: 'kubeconfig 中没有任何上下文\n下一步：--kubeconfig 文件，或 export KUBECONFIG=文件',
    },
  },
})
