import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProbeTarget, Traffic } from '../../src/ports/traffic.ts'

/** One gateway `zone-a` before the backends of zone-a and zone-b. Probes time out after 150 ms. */
export interface TrafficFixture {
  readonly traffic: Traffic
  readonly target: ProbeTarget
  weigh(weights: { readonly 'zone-a': number; readonly 'zone-b': number }): void
  /** refuse: turns clients away · silent: accepts and says nothing · null: well. */
  fail(how: 'refuse' | 'silent' | null): Promise<void>
  /** Lets so many ms go by. */
  pass(ms: number): Promise<void>
  within(ms: number): { readonly at: number }
  close(): Promise<void>
}

/** What every implementation of the traffic port promises. */
export function trafficContract(name: string, open: () => Promise<TrafficFixture>): void {
  describe(`the traffic port, ${name}`, () => {
    let it: TrafficFixture
    beforeAll(async () => {
      it = await open()
    })
    beforeEach(async () => {
      await it.fail(null)
      it.weigh({ 'zone-a': 50, 'zone-b': 50 })
    })
    afterAll(() => it.close())

    test('a burst is as many good answers as were asked for, each with its id and its center', async () => {
      const results = await it.traffic.burst(it.target, 20, 'run-b', it.within(2000))
      expect(results).toHaveLength(20)
      expect(results.every(({ ok, status, gateway, service }) => ok && status === 200 && gateway === 'zone-a' && service === 'ai')).toBe(
        true,
      )
      expect(new Set(results.map(({ id }) => id)).size).toBe(20)
      expect(results.every(({ id }) => id.startsWith('run-b'))).toBe(true)
      expect(results.filter(({ center }) => center === 'zone-a')).toHaveLength(10)
    })

    test('answers come from where the weights say', async () => {
      it.weigh({ 'zone-a': 0, 'zone-b': 1 })
      const results = await it.traffic.burst(it.target, 10, 'run', it.within(2000))
      expect(new Set(results.map(({ center }) => center))).toEqual(new Set(['zone-b']))
    })

    test('another status than the expected one is no good answer', async () => {
      it.weigh({ 'zone-a': 0, 'zone-b': 0 })
      const [result] = await it.traffic.burst(it.target, 1, 'run', it.within(2000))
      expect(result).toMatchObject({ ok: false, status: 500, error: 'status' })
    })

    test('a gateway that refuses is told from one that is silent', async () => {
      await it.fail('refuse')
      const [refused] = await it.traffic.burst(it.target, 1, 'run', it.within(2000))
      expect(refused).toMatchObject({ ok: false, error: 'refused' })
      await it.fail('silent')
      const [silent] = await it.traffic.burst(it.target, 1, 'run', it.within(2000))
      expect(silent).toMatchObject({ ok: false, error: 'timeout' })
      expect(silent?.took).toBeGreaterThanOrEqual(145)
    })

    test('the deadline of a burst is shorter than the time-out of its probes when it says so', async () => {
      await it.fail('silent')
      const [result] = await it.traffic.burst(it.target, 1, 'run', it.within(50))
      expect(result).toMatchObject({ ok: false, error: 'timeout' })
      expect(result?.took).toBeLessThan(140)
    })

    test('a stream starts requests at its rate, each result is taken once, and what is left can be taken after it stopped', async () => {
      const stream = it.traffic.start([it.target], 50, 'run-s')
      await it.pass(250)
      const early = stream.take()
      await it.pass(250)
      await stream.stop()
      const late = stream.take()
      const all = [...early, ...late]
      expect(early.length).toBeGreaterThan(5)
      expect(all.length).toBeGreaterThanOrEqual(20)
      expect(all.length).toBeLessThanOrEqual(27)
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
      expect(early.map(({ startedAt }) => startedAt)).toEqual(early.map(({ startedAt }) => startedAt).sort((a, b) => a - b))
      await it.pass(100)
      expect(stream.take()).toEqual([])
    })

    test('a stream goes on at its rate while nothing answers', async () => {
      await it.fail('silent')
      const stream = it.traffic.start([it.target], 50, 'run-t')
      await it.pass(300)
      await stream.stop()
      const results = stream.take()
      expect(results.length).toBeGreaterThanOrEqual(12)
      expect(results.every(({ ok, error }) => !ok && error === 'timeout')).toBe(true)
    })

    test('a gateway is reached when it answers anything, and not when it refuses or says nothing', async () => {
      expect(await it.traffic.reach(it.target.url, it.within(1000))).toMatchObject({
        state: 'present',
        value: { status: expect.any(Number) },
      })
      await it.fail('refuse')
      expect(await it.traffic.reach(it.target.url, it.within(1000))).toMatchObject({ state: 'unreachable', why: 'refused' })
      await it.fail('silent')
      expect(await it.traffic.reach(it.target.url, it.within(100))).toMatchObject({
        state: 'unreachable',
        why: expect.stringContaining('no answer'),
      })
    })
  })
}
