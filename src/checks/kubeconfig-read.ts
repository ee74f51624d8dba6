import type { Conclusion } from '../domain/verify.ts'
import { station } from '../facts/station.ts'
import { once, whyOf } from './once.ts'
import { askFleet, failed, passed, unsure, warned } from './question.ts'

/** kubectl skips a file of KUBECONFIG that is missing; so does the tool, unless nothing is left. */
export const kubeconfigRead = askFleet({
  name: 'kubeconfig-read',
  id: 'TC-002',
  group: 'setup',
  level: 'object',
  title: { en: 'kubeconfig readable', zh: 'kubeconfig 可读' },
  about: {
    en: 'Every kubeconfig file that counts (--kubeconfig, else KUBECONFIG, else ~/.kube/config) exists, may be read and is a kubeconfig.',
    zh: '每个生效的 kubeconfig 文件（--kubeconfig，其次 KUBECONFIG，再次 ~/.kube/config）存在、可读且格式正确。',
  },
  needs: { station },
  evaluate: ({ station: cells }) => {
    const seen = once(cells)
    if (seen.state !== 'present') return [unsure('unread', { why: whyOf(seen) }, [])]
    const { files } = seen.value.kubeconfig
    const read = files.filter(({ state }) => state === 'read').map(({ path }) => path)
    return files.map(({ path, state, why = '' }): Conclusion => {
      const evidence = [{ source: `file ${path}`, at: seen.at, value: state }]
      if (state === 'read') return passed('read', {}, evidence, path)
      if (state === 'broken') return failed('broken', { path, why }, evidence, path)
      if (state === 'unreadable') return failed('unreadable', { path, why }, evidence, path)
      return read.length === 0 ? failed('missing', { path }, evidence, path) : warned('one-missing', { path, read }, evidence, path)
    })
  },
  words: {
    read: { en: 'read', zh: '已读取' },
    unread: { en: 'not looked at: {why}', zh: '未查看：{why}' },
    missing: {
      en: '{path} does not exist, and there is no other\nNo center can be reached without it.\nNext: --kubeconfig FILE, or export KUBECONFIG=FILE',
      zh: '{path} 不存在，且没有其他文件\n没有它就无法访问任何中心。\n下一步：--kubeconfig 文件，或 export KUBECONFIG=文件',
    },
    'one-missing': { en: '{path} does not exist; {read} is used', zh: '{path} 不存在；使用 {read}' },
    unreadable: {
      en: '{path} may not be read: {why}\nNext: chown "$USER" {path} && chmod 600 {path}',
      zh: '{path} 无法读取：{why}\n下一步：chown "$USER" {path} && chmod 600 {path}',
    },
    broken: {
      en: '{path} is no kubeconfig: {why}\nNext: kubectl config view --kubeconfig {path}',
      zh: '{path} 不是 kubeconfig：{why}\n下一步：kubectl config view --kubeconfig {path}',
    },
  },
})
