import { isFrom } from '../domain/version.ts'
import { helmVersion } from '../facts/helm-version.ts'
import { askFleet, failed, passed, unsure, warned } from './question.ts'
import { once } from './once.ts'

/** Older ones lack what deploys rely on: `--post-renderer-args`, and a `--dry-run` that asks the server. */
const LEAST = '3.13.0'

export const helmTried = askFleet({
  name: 'helm-tried',
  id: 'TC-016',
  group: 'setup',
  level: 'object',
  applies: ({ deploy }) => deploy !== undefined,
  title: { en: 'Helm usable', zh: 'Helm 可用' },
  about: {
    en: 'Where the topology declares `deploy:`, there is a Helm of 3.13 or later, or 4. Failovers need none.',
    zh: '拓扑声明 deploy: 时，本机有 3.13 及以上或 4.x 的 Helm。故障切换不需要 Helm。',
  },
  needs: { helmVersion },
  evaluate: ({ helmVersion: cells }) => {
    const seen = once(cells)
    const why = 'why' in seen ? seen.why : seen.state
    const evidence = [
      { source: 'helm version', at: seen.at, took: seen.took, value: seen.state === 'present' ? seen.value.version : why, limit: LEAST },
    ]
    if (seen.state === 'absent') return []
    if (seen.state === 'unknown' && /not looked at/.test(why)) return [unsure('unread', { why }, evidence)]
    if (seen.state !== 'present') return [failed('unusable', { why }, evidence)]
    const { version } = seen.value
    return [isFrom(version, LEAST) === false ? warned('old', { version, least: LEAST }, evidence) : passed('tried', { version }, evidence)]
  },
  words: {
    tried: { en: '{version}', zh: '{version}' },
    unread: { en: '{why}', zh: '{why}' },
    unusable: {
      en: 'Helm cannot be used: {why}\nOnly deploys need it; failovers do not.\nNext: install Helm 3.13 or later, or 4, so that `helm version` answers',
      zh: '无法使用 Helm：{why}\n仅部署需要它，故障切换不需要。\n下一步：安装 Helm 3.13 及以上或 4.x，使 helm version 可执行',
    },
    old: { en: 'Helm {version} is older than {least}, the oldest that this is meant for', zh: 'Helm {version} 低于支持的最低版本 {least}' },
  },
})
