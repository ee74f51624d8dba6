import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LabControl } from '../../src/ports/lab-control.ts'

/** A lab with the centers zone-a and zone-b whose ledger holds `run-1` once and `run-2` twice. */
export interface LabControlFixture {
  readonly lab: LabControl
  readonly url: string
  /** Wall clock, ms since the epoch. */
  now(): number
  pass(ms: number): Promise<void>
  within(ms: number): { readonly at: number }
  close(): Promise<void>
}

/** What every implementation of the lab control port promises. */
export function labControlContract(name: string, open: () => Promise<LabControlFixture>): void {
  describe(`the lab control port, ${name}`, () => {
    let it: LabControlFixture
    beforeAll(async () => {
      it = await open()
    })
    afterAll(() => it.close())
    const faultOf = (center: string) => it.lab.faultOf(it.url, center, it.within(2000))

    test('a fault is in force until it is healed', async () => {
      const fault = { kind: 'refuse', target: 'gateway', run: '20261120-0315-aaaa', until: it.now() + 60_000 }
      expect(await faultOf('zone-a')).toMatchObject({ state: 'present', value: null })
      expect(await it.lab.fault(it.url, 'zone-a', fault, it.within(2000))).toMatchObject({ state: 'present', value: true })
      expect(await faultOf('zone-a')).toMatchObject({ state: 'present', value: fault })
      expect(await faultOf('zone-b')).toMatchObject({ state: 'present', value: null })
      expect(await it.lab.fault(it.url, 'zone-a', null, it.within(2000))).toMatchObject({ state: 'present', value: true })
      expect(await faultOf('zone-a')).toMatchObject({ state: 'present', value: null })
    })

    test('a fault heals itself when its time has come', async () => {
      await it.lab.fault(it.url, 'zone-b', { kind: 'lost', target: 'all', until: it.now() + 80 }, it.within(2000))
      expect(await faultOf('zone-b')).toMatchObject({ value: { kind: 'lost' } })
      await it.pass(150)
      expect(await faultOf('zone-b')).toMatchObject({ state: 'present', value: null })
    })

    test('a center that the lab does not have is absent', async () => {
      expect(await it.lab.fault(it.url, 'zone-x', null, it.within(2000))).toMatchObject({ state: 'absent' })
      expect(await faultOf('zone-x')).toMatchObject({ state: 'absent' })
    })

    test('a fault that is none is not made', async () => {
      expect(await it.lab.fault(it.url, 'zone-a', { kind: 'earthquake', target: 'all' }, it.within(2000))).toMatchObject({
        state: 'unknown',
      })
      expect(await faultOf('zone-a')).toMatchObject({ state: 'present', value: null })
    })

    test('the ledger counts by id', async () => {
      expect(await it.lab.ledger(it.url, 'run-', it.within(2000))).toMatchObject({
        state: 'present',
        value: new Map([
          ['run-1', 1],
          ['run-2', 2],
        ]),
      })
      expect(await it.lab.ledger(it.url, 'nothing', it.within(2000))).toMatchObject({ state: 'present', value: new Map() })
    })

    test('a URL that is not of this machine is not asked', async () => {
      expect(await it.lab.faultOf('http://203.0.113.7:80/token', 'zone-a', it.within(2000))).toMatchObject({
        state: 'unknown',
        why: expect.stringContaining('not an address of this machine'),
      })
    })
  })
}
