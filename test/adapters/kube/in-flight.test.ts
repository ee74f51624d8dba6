import type { Dispatcher } from 'undici'
import { expect, test } from 'vitest'
import { inFlight } from '../../../src/adapters/kube/in-flight.ts'

const request = (path: string): Dispatcher.DispatchOptions => ({ path, method: 'GET' })

/** At most two; what was sent, and by its path how to end it. */
function twoAtATime() {
  const sent: string[] = []
  const open = new Map<string, Dispatcher.DispatchHandler>()
  const { dispatch, idle } = inFlight(2, ({ path }, handler) => {
    sent.push(path)
    open.set(path, handler)
    return true
  })
  return { sent, dispatch, idle, fail: (path: string) => open.get(path)?.onResponseError?.(undefined as never, new Error('cut')) }
}

test('those beyond the limit follow in their order when others have ended', async () => {
  const { sent, dispatch, fail } = twoAtATime()
  for (const path of ['a', 'b', 'c', 'd']) dispatch(request(path), {})
  expect(sent).toEqual(['a', 'b'])
  fail('b')
  await Promise.resolve()
  expect(sent).toEqual(['a', 'b', 'c'])
})

test('none is sent in the middle of the end of another, for undici does not expect it there', async () => {
  const { sent, dispatch, fail } = twoAtATime()
  for (const path of ['a', 'b', 'c']) dispatch(request(path), {})
  fail('a')
  expect(sent).toEqual(['a', 'b'])
  await Promise.resolve()
  expect(sent).toEqual(['a', 'b', 'c'])
})

test('it is idle when none is in flight and none waits', async () => {
  const { dispatch, idle, fail } = twoAtATime()
  await idle()
  for (const path of ['a', 'b', 'c']) dispatch(request(path), {})
  let over = false
  const ended = idle().then(() => (over = true))
  fail('a')
  fail('b')
  await Promise.resolve()
  expect(over).toBe(false)
  fail('c')
  await ended
})
