import { expect, test } from 'vitest'
import { beat } from '../../src/cli/verbs/sync-watch-beat.ts'
import type { Language } from '../../src/domain/words.ts'
import { memoryClock } from '../worlds/memory-clock.ts'

const unread = (column: string, kind: string) => ({ column, kind, gap: 'unreachable' as const, why: '' })
const state = () => ({
  totals: { equal: 5, intended: 1, drift: 2, 'odd-one-out': 1, unknown: 4 },
  unread: [unread('zone-c', 'HTTPRoute'), unread('zone-c', 'ConfigMap')],
})

async function said(isTTY: boolean, language: Language, ms: number): Promise<string> {
  const clock = memoryClock()
  const stop = new AbortController()
  let text = ''
  const stderr = { isTTY, write: (piece: string | Uint8Array) => ((text += String(piece)), true) }
  const beating = beat({ stderr, language }, clock, state, stop.signal)
  await clock.advance(ms)
  stop.abort()
  await beating
  return text
}

test('where stderr is no terminal, it has a line a minute: how long, what drifts, which centers are not read', async () => {
  expect(await said(false, 'en', 59_999)).toBe('')
  expect(await said(false, 'en', 125_000)).toBe(
    'following for 1m: 3 drift, centers not read: 1\nfollowing for 2m: 3 drift, centers not read: 1\n',
  )
  expect(await said(false, 'zh', 60_000)).toBe('已跟踪 1m：3 个漂移，1 个中心未读取\n')
})

test('a terminal is left in peace', async () => {
  expect(await said(true, 'en', 600_000)).toBe('')
})
