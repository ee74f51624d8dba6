import { station } from '../facts/station.ts'
import { once, whyOf } from './once.ts'
import { askFleet, failed, passed, unsure } from './question.ts'

/** Invariant "no blind write": a verb that cannot record what it is about to do does not begin. */
export const stateWritable = askFleet({
  name: 'state-writable',
  id: 'TC-018',
  group: 'setup',
  level: 'object',
  title: { en: 'state directory writable', zh: '状态目录可写' },
  about: {
    en: 'A file can be written durably in the state directory (TRICENTER_STATE_DIR, else XDG_STATE_HOME): journals go there before anything is changed.',
    zh: '可在状态目录（TRICENTER_STATE_DIR，其次 XDG_STATE_HOME）持久写入文件：任何更改之前先写日志。',
  },
  needs: { station },
  evaluate: ({ station: cells }) => {
    const seen = once(cells)
    if (seen.state !== 'present') return [unsure('unread', { why: whyOf(seen) }, [])]
    const { directory, unwritable } = seen.value.state
    const evidence = [{ source: `a file in ${directory}`, at: seen.at, value: unwritable ?? 'written' }]
    return [
      unwritable === undefined
        ? passed('writable', { directory }, evidence)
        : failed('unwritable', { directory, why: unwritable }, evidence),
    ]
  },
  words: {
    writable: { en: '{directory}', zh: '{directory}' },
    unread: { en: 'not looked at: {why}', zh: '未查看：{why}' },
    unwritable: {
      en: 'nothing can be written to {directory}: {why}\nNo verb that changes anything begins without its journal.\nNext: export TRICENTER_STATE_DIR=DIRECTORY that is yours and on a disk with room',
      zh: '无法写入 {directory}：{why}\n没有日志，任何更改命令都不会开始。\n下一步：export TRICENTER_STATE_DIR=自己可写且有空间的目录',
    },
  },
})
