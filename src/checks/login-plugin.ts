import { apiClock } from '../facts/api-clock.ts'
import { kubeContext } from '../facts/kube-context.ts'
import { askCenter, failed, passed } from './question.ts'

/** kubectl shows a plugin’s own words; a program that swallows them leaves people guessing. */
export const loginPlugin = askCenter({
  name: 'login-plugin',
  id: 'TC-010',
  group: 'setup',
  level: 'object',
  title: { en: 'login plugin works', zh: '登录插件可用' },
  about: {
    en: 'The `exec` plugin of the context, where it has one, is there to be started, ends in time and gives a token or a certificate.',
    zh: '上下文的 exec 插件（如有）可启动、按时结束，并给出令牌或证书。',
  },
  needs: { kubeContext },
  maybe: { apiClock },
  evaluate: ({ kubeContext: seen, apiClock: api }, { center: { context } }) => {
    const { value } = seen
    if (value.state !== 'usable' || value.plugin === undefined) return []
    const { command, found, hint } = value.plugin
    const why = 'why' in api ? api.why : ''
    const evidence = [{ source: `exec plugin ${command}`, at: seen.at, value: found ? why || 'started' : 'not found' }]
    if (!found) {
      const facts = { command, context, hint: hint?.split('\n')[0] ?? '' }
      return [failed(hint === undefined ? 'not-found' : 'hinted', facts, evidence, context)]
    }
    if (/login plugin|logging in/.test(why)) return [failed('failing', { command, context, why }, evidence, context)]
    return [passed('works', { command }, evidence, context)]
  },
  words: {
    works: { en: '{command}', zh: '{command}' },
    'not-found': {
      en: 'context {context} logs in through {command}, which is not in PATH\nNext: install {command}, or give its whole path in the kubeconfig',
      zh: '上下文 {context} 通过 {command} 登录，但 PATH 中没有它\n下一步：安装 {command}，或在 kubeconfig 中写完整路径',
    },
    hinted: {
      en: 'context {context} logs in through {command}, which is not in PATH\nNext: {hint}',
      zh: '上下文 {context} 通过 {command} 登录，但 PATH 中没有它\n下一步：{hint}',
    },
    failing: {
      en: '{why}\nNext: run {command} by hand as the kubeconfig says, and log in again',
      zh: '{why}\n下一步：按 kubeconfig 手动运行 {command}，并重新登录',
    },
  },
})
