import { kubeContext } from '../facts/kube-context.ts'
import { askCenter, failed, passed, warned } from './question.ts'

/** Trust that nobody checks is none. */
export const authorityChecked = askCenter({
  name: 'authority-checked',
  id: 'TC-008',
  group: 'setup',
  level: 'object',
  title: { en: 'API server’s authority known', zh: 'API Server 的 CA 可用' },
  about: {
    en: 'The authority that the context trusts can be read, and the API server’s certificate is checked against it: `insecure-skip-tls-verify` would let anybody answer.',
    zh: '上下文信任的 CA 可读取，并用于校验 API Server 的证书：insecure-skip-tls-verify 会让任何人都能冒充应答。',
  },
  needs: { kubeContext },
  evaluate: ({ kubeContext: seen }, { center: { context } }) => {
    const { value } = seen
    if (value.state !== 'usable') return []
    const why = value.authorityUnreadable
    const evidence = [
      { source: `authority of context ${context}`, at: seen.at, value: why ?? (value.unverified ? 'not checked' : 'checked') },
    ]
    if (why !== undefined) return [failed('unreadable', { why, context }, evidence, context)]
    return [value.unverified ? warned('unchecked', { context }, evidence, context) : passed('checked', {}, evidence, context)]
  },
  words: {
    checked: { en: 'checked', zh: '已校验' },
    unreadable: {
      en: 'the authority of context {context} cannot be read: {why}\nNext: put the file back, or certificate-authority-data into the kubeconfig',
      zh: '无法读取上下文 {context} 的 CA：{why}\n下一步：恢复该文件，或在 kubeconfig 中写入 certificate-authority-data',
    },
    unchecked: {
      en: 'context {context} says insecure-skip-tls-verify: anybody in between could answer',
      zh: '上下文 {context} 设置了 insecure-skip-tls-verify：中间人可冒充应答',
    },
  },
})
