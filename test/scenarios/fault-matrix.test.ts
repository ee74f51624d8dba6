import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { failing, type Intervention } from '../../src/lab/apiserver/answer.ts'
import type { ApiRequest } from '../../src/lab/apiserver/request.ts'
import { openScenario, QUICK, STACK, WITHOUT_A, ZONES, type Scenario, type Zone } from './harness.ts'
import type { JournalRecord } from '../../src/domain/record.ts'
import { last, writes } from './records.ts'

const READ = 3000 // ms, the deadline of one read of one center

/**
 * What may be wrong with one center's API while zone-a is left. Three centers may have it: the one that is left, the survivor that must gain
 * (zone-b) and the idle survivor (zone-c). Whoever has it, the others are switched before the deadline of one read.
 * Each fault meets one of them here, in turn; TRICENTER_MATRIX=whole (`npm run test:crash`) has every fault meet each.
 */
let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario({ load: 0, policy: { ...QUICK, deadlines: { ...QUICK.deadlines, read: `${READ}ms` } } })
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

/** A fault of the TCP proxy, or of the API server: then for every request, or for writes alone. */
type Wrong =
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'answer'; readonly make: (request: ApiRequest) => Intervention; readonly writesOnly?: true }

const answer = (make: Intervention | (() => Intervention)): Wrong => ({
  kind: 'answer',
  make: typeof make === 'function' ? make : () => make,
})
const status = (code: number, reason: string, headers: Readonly<Record<string, string>> = {}): Wrong =>
  answer(failing(code, reason, headers))
const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body>Welcome to the hotel</body></html>' }

const faults: readonly (readonly [string, Wrong])[] = [
  ['refused', { kind: 'link', link: 'refuse' }],
  ['blackholed', { kind: 'link', link: 'blackhole' }],
  ['reset mid-answer', answer('reset-mid-answer')],
  ['401', status(401, 'Unauthorized')],
  ['403', status(403, 'Forbidden')],
  ['404', status(404, 'NotFound')],
  ['409', status(409, 'Conflict')],
  ['410', status(410, 'Expired')],
  ['422', status(422, 'Invalid')],
  ['429', status(429, 'TooManyRequests', { 'retry-after': '30' })],
  ['500', status(500, 'InternalError')],
  ['503', status(503, 'ServiceUnavailable')],
  ['slow drip', answer({ drip: { bytes: 20, every: 100 } })],
  ['HTML', answer(html)],
  ['truncated JSON', answer('truncate')],
]

async function make(center: Zone, wrong: Wrong): Promise<void> {
  if (wrong.kind === 'link') return await scenario.lab.fault(center, { kind: wrong.link, target: 'api' })
  // The lab's own parts go on: only the program meets the fault.
  scenario.hooks(center).intercept = (request) => (request.userAgent.startsWith('tricenter/') ? wrong.make(request) : undefined)
}

/**
 * Leaves zone-a while one center's API is wrong. Nothing else is: were zone-a's services lost too, clients of a gateway whose routes cannot be written
 * would go on failing, and that is 6 whoever's API it was.
 */
async function leaveZoneA(center: Zone, wrong: Wrong) {
  await make(center, wrong)
  const ended = await scenario.run(['failover', '--center', 'zone-a', '--confirm=zone-a'])
  expect(ended.stderr).not.toMatch(STACK)
  return { ended, records: scenario.journal(scenario.runs()[0] ?? '') }
}

/** Every write of the others was acknowledged before the wrong center's first read had to end. */
function nobodyWaited(records: readonly JournalRecord[], center: Zone): void {
  const others = writes(records).filter((one) => one.center !== center)
  expect(others.length).toBeGreaterThan(0)
  expect(Math.max(...others.map(({ ms }) => ms))).toBeLessThan(READ)
}

const expected: Readonly<Record<Zone, (wrong: Wrong) => Promise<void>>> = {
  'zone-a': async (wrong) => {
    const { ended, records } = await leaveZoneA('zone-a', wrong)
    expect(ended.stderr.match(/^Deferred: zone-a's cluster/gm)).toHaveLength(1)
    expect(ended.code).toBe(0)
    for (const zone of ['zone-b', 'zone-c'] as const) expect(await scenario.weights(zone)).toEqual(WITHOUT_A)
    expect(writes(records).map((one) => one.center)).not.toContain('zone-a')
    nobodyWaited(records, 'zone-a')
  },
  'zone-b': async (wrong) => {
    const { ended, records } = await leaveZoneA('zone-b', wrong)
    expect(ended.stderr).toMatch(/^Will not switch: .*zone-b/m)
    expect(ended.code).toBe(3)
    expect(writes(records)).toEqual([])
  },
  'zone-c': async (wrong) => {
    const { ended, records } = await leaveZoneA('zone-c', wrong)
    expect(ended.stderr).toContain("Deferred: zone-c's cluster")
    expect(ended.code).toBe(4)
    for (const zone of ['zone-a', 'zone-b'] as const) expect(await scenario.weights(zone)).toEqual(WITHOUT_A)
    expect(last(records)).toMatchObject({ deferred: [{ center: 'zone-c' }] })
    nobodyWaited(records, 'zone-c')
  },
}
const roles: Readonly<Record<Zone, string>> = {
  'zone-a': 'at the center that is left: the rest is switched, its part is deferred',
  'zone-b': 'at the survivor that must gain: nothing is changed',
  'zone-c': 'at an idle survivor: the rest is switched, answer 4',
}

const whole = process.env['TRICENTER_MATRIX'] === 'whole'
const cases = faults.flatMap(([name, wrong], i) =>
  ZONES.filter((_, j) => whole || i % ZONES.length === j).map((zone) => ({ name, wrong, zone, role: roles[zone] })),
)

test('an API that fails under services that are lost leaves clients failing: a person must act', async () => {
  await scenario.lab.fault('zone-a', { kind: 'refuse', target: 'services' })
  const { ended } = await leaveZoneA('zone-c', status(503, 'ServiceUnavailable'))
  expect(ended.stderr).toMatch(/not held +errors \d/)
  expect(ended.stderr).toContain("Deferred: zone-c's cluster")
  expect(ended.code).toBe(6)
})

test.each(cases)('$name $role', async ({ wrong, zone }) => await expected[zone](wrong))
