import type { Words } from '../../domain/words.ts'

/** Apart from the verb, which speaks through the phrasebook that they are in. */
export const syncWatchWords = {
  'watch-mends-nothing': {
    en: 'sync --watch mends nothing: {flag} has no meaning there; to mend: tricenter sync --from … --dry-run',
    zh: 'sync --watch 不做任何修复：{flag} 在此无意义；如需修复：tricenter sync --from … --dry-run',
  },
  'watch-form': { en: 'sync --watch -o {form}: there are table, json and ndjson', zh: 'sync --watch -o {form}：可用 table、json、ndjson' },
  'watch-alone': {
    en: 'sync --watch compares: with {name} alone there is nothing to compare it with',
    zh: 'sync --watch 需要比较：仅有 {name} 时没有可比较的对象',
  },
  'for-without-watch': { en: '--for needs --watch', zh: '--for 需要 --watch' },
  'watch-beat': {
    en: 'following for {elapsed}: {drift} drift, centers not read: {unread}',
    zh: '已跟踪 {elapsed}：{drift} 个漂移，{unread} 个中心未读取',
  },
} satisfies Words
