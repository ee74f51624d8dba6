import type { Words } from '../../domain/words.ts'

/** Apart from the verb, which speaks through the phrasebook that they are in. */
export const diffWords = {
  'unknown-column': { en: '--between: no {name}{meant}; there are {known}', zh: '--between：没有 {name}{meant}；可用：{known}' },
  'two-columns': {
    en: '--between {given}: say two or more different ones, e.g. zone-a,zone-b',
    zh: '--between {given}：请给出两个以上不同的来源，例如 zone-a,zone-b',
  },
  'two-paths': {
    en: 'say two files or directories to compare, or none to compare centers',
    zh: '请给出两个文件或目录，或不给以比较各中心',
  },
  'kind-not-compared': {
    en: '{kind} ({group}) is not compared: name it under compare.kinds with its apiVersion and plural',
    zh: '未比较 {kind}（{group}）：请在 compare.kinds 中声明其 apiVersion 和 plural',
  },
  'other-key': {
    en: 'the snapshot was saved on another machine: secrets are not compared',
    zh: '快照保存于另一台机器：不比较密钥类内容',
  },
} satisfies Words
