import { isFrom, versionIn } from '../domain/version.ts'
import { apiClock } from '../facts/api-clock.ts'
import { askCenter, passed, unsure, warned } from './question.ts'

/** Before 1.27 fields that are not known are dropped without a word. The newest that this was run against is 1.36. */
const LEAST = '1.27.0'
const TRIED = '1.36'
const UNTRIED = '1.37.0'

export const serverTried = askCenter({
  name: 'server-tried',
  id: 'TC-013',
  group: 'setup',
  level: 'object',
  title: { en: 'Kubernetes version known', zh: 'Kubernetes 版本在已验证范围' },
  about: {
    en: 'The API server is 1.27 or later, where unknown fields are told of, and not newer than the version that this was run against, 1.36.',
    zh: 'API Server 为 1.27 及以上（会提示未知字段），且不高于实测版本 1.36。',
  },
  needs: { apiClock },
  evaluate: ({ apiClock: seen }) => {
    const { version } = seen.value
    const evidence = [{ source: 'GET /version', at: seen.at, took: seen.took, value: version, limit: `${LEAST} – ${TRIED}` }]
    if (versionIn(version) === undefined) return [unsure('unread', { version }, evidence)]
    if (isFrom(version, LEAST) === false) return [warned('old', { version, least: LEAST }, evidence)]
    return [
      isFrom(version, UNTRIED) === true ? warned('newer', { version, tried: TRIED }, evidence) : passed('tried', { version }, evidence),
    ]
  },
  words: {
    tried: { en: '{version}', zh: '{version}' },
    unread: { en: 'it says {version}, which is no version', zh: '返回 {version}，不是版本号' },
    old: {
      en: '{version} is older than {least}: it drops unknown fields without a word',
      zh: '{version} 低于 {least}：会静默丢弃未知字段',
    },
    newer: {
      en: '{version} is newer than what this was run against ({tried}): try a drill before you rely on it',
      zh: '{version} 高于实测版本（{tried}）：请先演练再依赖',
    },
  },
})
