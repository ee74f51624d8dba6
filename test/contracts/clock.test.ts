import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/adapters/system-clock.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { memoryClock } from '../worlds/memory-clock.ts'

describe.each<{ name: string; clock: Clock }>([
  { name: 'of the system', clock: systemClock },
  { name: 'in memory, jumping', clock: memoryClock({ auto: true }) },
])('the clock port, $name', ({ clock }) => {
  test('a sleep takes its time, on both clocks', async () => {
    const [wall, mono] = [clock.now(), clock.monotonic()]
    await clock.sleep(30)
    expect(clock.monotonic() - mono).toBeGreaterThanOrEqual(29)
    expect(clock.now() - wall).toBeGreaterThanOrEqual(28)
  })
  test('sleepers wake in the order of their times', async () => {
    const woken: number[] = []
    await Promise.all([40, 20, 0].map((ms) => clock.sleep(ms).then(() => woken.push(ms))))
    expect(woken).toEqual([0, 20, 40])
  })
  test('a signal ends a sleep at once, before or during it, and rejects nothing', async () => {
    const began = clock.monotonic()
    await clock.sleep(10_000, AbortSignal.abort())
    const abort = new AbortController()
    const sleep = clock.sleep(10_000, abort.signal)
    abort.abort()
    await sleep
    expect(clock.monotonic() - began).toBeLessThan(5000)
  })
  test('a sleep of nothing, or of less, ends', async () => {
    await Promise.all([clock.sleep(0), clock.sleep(-5)])
  })
})

test('time by hand moves only when told, and wakes whom it passes, and those whom they make sleep', async () => {
  const clock = memoryClock()
  const woken: number[] = []
  const loop = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      await clock.sleep(10)
      woken.push(clock.monotonic())
    }
  }
  void loop()
  await clock.advance(25)
  expect(woken).toEqual([10, 20])
  expect(clock.monotonic()).toBe(25)
  expect(clock.sleepers).toBe(1)
  await clock.advance(100)
  expect(woken).toEqual([10, 20, 30])
})
