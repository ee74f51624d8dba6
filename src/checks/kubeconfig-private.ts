import type { Conclusion } from '../domain/verify.ts'
import { station } from '../facts/station.ts'
import { once, whyOf } from './once.ts'
import { askFleet, failed, passed, unsure } from './question.ts'

/** Helm warns of it, kubectl does not: whoever reads the file acts as its owner. */
export const kubeconfigPrivate = askFleet({
  name: 'kubeconfig-private',
  id: 'TC-003',
  group: 'setup',
  level: 'object',
  title: { en: 'kubeconfig kept from others', zh: 'kubeconfig 仅自己可读' },
  about: {
    en: 'No kubeconfig file is readable or writable by its group or by others. Where the system has no permission bits nothing is said.',
    zh: '没有 kubeconfig 文件可被同组或其他用户读写。系统没有权限位时不作判断。',
  },
  needs: { station },
  evaluate: ({ station: cells }) => {
    const seen = once(cells)
    if (seen.state !== 'present') return [unsure('unread', { why: whyOf(seen) }, [])]
    return seen.value.kubeconfig.files.flatMap(({ path, mode }): readonly Conclusion[] => {
      if (mode === undefined) return []
      const shown = mode.toString(8).padStart(3, '0')
      const evidence = [{ source: `mode of ${path}`, at: seen.at, value: shown, limit: '600' }]
      return [(mode & 0o077) === 0 ? passed('private', {}, evidence, path) : failed('open', { path, mode: shown }, evidence, path)]
    })
  },
  words: {
    private: { en: 'its owner’s alone', zh: '仅属主可访问' },
    unread: { en: 'not looked at: {why}', zh: '未查看：{why}' },
    open: {
      en: '{path} is open to others (mode {mode})\nWhoever reads it can act on every cluster in it.\nNext: chmod 600 {path}',
      zh: '{path} 对他人开放（权限 {mode}）\n能读取它的人可以操作其中的每个集群。\n下一步：chmod 600 {path}',
    },
  },
})
