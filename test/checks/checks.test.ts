import { expect, test } from 'vitest'
import { checks } from '../../src/checks/index.ts'
import type { Moment } from '../../src/checks/check.ts'
import type { Sighting } from '../../src/domain/sighting.ts'
import type { ProbeResult } from '../../src/ports/traffic.ts'
import { topology } from '../engine/fixture.ts'

const NOW = 100_000
const seen = { at: 0, took: 1 }

/** `rate` requests per second through a gateway in [from, to), every `failing`-th of them bad. */
function probes(
  from: number,
  to: number,
  { gateway = 'zone-a', rate = 50, failing = Infinity, took = 5, prefix = 'p' } = {},
): readonly ProbeResult[] {
  return Array.from({ length: Math.floor(((to - from) / 1000) * rate) }, (_, i): ProbeResult => {
    const ok = (i + 1) % failing !== 0
    return {
      gateway,
      service: 'ai-service',
      id: `${prefix}-${gateway}-${from}-${i}`,
      startedAt: from + (i * 1000) / rate,
      took,
      ok,
      ...(ok ? { status: 200, center: 'zone-b' } : { status: 503, error: 'status' }),
    }
  })
}

function sighting(
  center: string,
  more: {
    ready?: number
    desired?: number
    fault?: string
    marked?: boolean
    unread?: boolean
    weights?: number
    serving?: 'yes' | 'no' | 'unknown'
  } = {},
): Sighting {
  const { ready = 2, desired = 2, fault, marked = false, unread = false, weights = 50, serving = 'yes' } = more
  const gap = { state: 'unreachable', why: 'no answer', ...seen } as const
  const workload = { kind: 'Deployment', namespace: 'ai', name: 'w' } as const
  return {
    center,
    identity: gap,
    gateway: gap,
    serving: { verdict: serving, reason: 'ready', facts: {} },
    workloads: unread
      ? gap
      : {
          state: 'present',
          ...seen,
          value: [
            {
              service: 'ai-service',
              workload,
              uid: 'u',
              resourceVersion: '1',
              desired,
              ready,
              hasAnnotations: false,
              owners: [],
              ...(fault === undefined ? {} : { fault: { run: fault, uid: 'u', replicas: 2, until: 0 } }),
            },
          ],
        },
    routes: unread
      ? gap
      : {
          state: 'present',
          ...seen,
          value: [
            {
              gateway: 'http-route',
              center,
              kind: 'HTTPRoute',
              namespace: 'ai',
              name: 'r',
              uid: 'u',
              generation: 1,
              resourceVersion: '1',
              hostnames: [],
              conditions: [],
              hasAnnotations: false,
              owners: [],
              mark: marked
                ? {
                    state: 'marked',
                    mark: { seq: 1, run: 'x', verb: 'drill', uid: 'u', was: [], situation: [center], normal: {}, set: {} },
                  }
                : { state: 'none' },
              rules: [
                {
                  index: 0,
                  key: '/',
                  rawMatches: undefined,
                  rawBackendRefs: [],
                  backends: [{ index: 0, id: 'a', weight: weights, declared: weights, backend: { group: '', kind: 'Service', name: 'a' } }],
                },
              ],
            },
          ],
        },
  }
}

const baseline = { weights: { 'zone-a ai/r /': 'a=50' }, replicas: { 'zone-a ai/w': 2 } }

async function ask(
  name: string,
  more: Partial<Moment> & {
    readonly sightings?: readonly Sighting[]
    readonly behind?: readonly string[]
    readonly unread?: readonly string[]
  } = {},
) {
  const { sightings = [sighting('zone-a')], behind = [], unread = [], ...rest } = more
  const check = checks.find((one) => one.name === name)
  if (check === undefined) throw new Error(`no check ${name}`)
  const moment: Moment = {
    topology,
    mode: 'drill',
    now: NOW,
    since: NOW - 5_000,
    hold: 2_000,
    input: {},
    share: [],
    resolution: 50,
    lost: [],
    out: ['zone-a'],
    overtaken: false,
    times: {},
    look: () => Promise.resolve({ sightings, inForce: { out: [], seq: 0, split: false, behind, unread } }),
    ledger: () => Promise.resolve({ state: 'absent', ...seen }),
    ...rest,
  }
  const { verdict, reason, final } = await check.evaluate(moment)
  expect(Object.keys(check.words)).toContain(reason)
  return `${verdict} ${reason}${final === true ? ' final' : ''}`
}

const good = probes(NOW - 5_000, NOW)
const bad = probes(NOW - 5_000, NOW, { failing: 2 })

test.each<[string, string, Parameters<typeof ask>[1], string]>([
  ['clients-healthy', 'no probes', {}, 'unknown no-probe final'],
  ['clients-healthy', 'all well', { probes: good }, 'yes clients-well'],
  ['clients-healthy', 'half fail', { probes: bad }, 'no clients-fail'],
  ['clients-healthy', 'the hold is not over', { probes: good, since: NOW - 500 }, 'unknown too-early'],
  ['clients-healthy', 'too few requests', { probes: probes(NOW - 2_000, NOW, { rate: 5 }) }, 'unknown too-few'],
  ['clients-healthy', 'an empty window is not good', { probes: [] }, 'unknown too-few'],
  ['errors-low', 'no probes', {}, 'unknown no-probe final'],
  ['errors-low', 'all well', { probes: good }, 'yes step-held'],
  ['errors-low', 'still holding', { probes: probes(NOW - 500, NOW), since: NOW - 500 }, 'unknown holding'],
  [
    'errors-low',
    'a clear failure is not waited out',
    { probes: probes(NOW - 500, NOW, { failing: 2, rate: 100 }), since: NOW - 500 },
    'no step-fails final',
  ],
  [
    'errors-low',
    'failed before the step only',
    { probes: [...probes(NOW - 20_000, NOW - 5_000, { failing: 2 }), ...good] },
    'yes step-held',
  ],
  [
    'errors-low',
    'failing through a lost gateway only',
    { probes: [...good, ...probes(NOW - 5_000, NOW, { gateway: 'zone-b', failing: 1 })], lost: ['zone-b'] },
    'yes step-held',
  ],
  ['errors-low', 'nothing asked', { probes: [] }, 'unknown step-unmeasured'],
  ['fault-bites', 'no fault was made', {}, 'unknown no-fault final'],
  ['fault-bites', 'requests fail', { probes: bad, times: { faultAt: NOW - 3_000 } }, 'yes requests-fail'],
  [
    'fault-bites',
    'only requests before the fault failed',
    { probes: [...probes(NOW - 5_000, NOW - 1_000, { failing: 2 })], times: { faultAt: NOW - 1_000 } },
    'unknown no-bite',
  ],
  [
    'fault-bites',
    'instances gone',
    { times: { faultAt: NOW - 3_000 }, sightings: [sighting('zone-a', { ready: 0, desired: 0 })] },
    'yes instances-gone',
  ],
  [
    'fault-bites',
    'the API of the center is dead, which proves nothing of its instances',
    { times: { faultAt: NOW - 3_000 }, sightings: [sighting('zone-a', { unread: true })] },
    'unknown no-bite',
  ],
  ['fault-detected', 'now', { input: { detect: 'now' } }, 'yes detect-now'],
  ['fault-detected', 'above the threshold', { probes: bad }, 'yes detected'],
  ['fault-detected', 'below it', { probes: good }, 'unknown not-detected'],
  ['fault-detected', 'nothing measured, not serving', { sightings: [sighting('zone-a', { serving: 'no' })] }, 'yes detected-instances'],
  ['fault-detected', 'nothing measured, cannot tell', { sightings: [sighting('zone-a', { serving: 'unknown' })] }, 'unknown not-detected'],
  ['services-ready', 'all ready', { baseline }, 'yes all-ready'],
  ['services-ready', 'one short', { sightings: [sighting('zone-a', { ready: 1 })] }, 'no not-ready'],
  ['services-ready', 'still marked', { sightings: [sighting('zone-a', { fault: 'x' })] }, 'no still-marked'],
  [
    'services-ready',
    'another count than before',
    { baseline, sightings: [sighting('zone-a', { desired: 3, ready: 3 })] },
    'no replicas-differ',
  ],
  ['services-ready', 'unread', { sightings: [sighting('zone-a', { unread: true })] }, 'unknown workloads-unread'],
  [
    'services-ready',
    'only the centers that are out count',
    { sightings: [sighting('zone-a'), sighting('zone-b', { unread: true })] },
    'yes all-ready',
  ],
  ['routes-in-line', 'in line', {}, 'yes in-line'],
  ['routes-in-line', 'behind', { behind: ['zone-a'] }, 'no cluster-behind'],
  ['routes-in-line', 'unread', { unread: ['zone-a'] }, 'unknown cluster-unread'],
  ['routes-in-line', 'another is behind', { behind: ['zone-b'] }, 'yes in-line'],
  ['as-before', 'as before', { baseline }, 'yes nothing-left'],
  ['as-before', 'a mark left', { baseline, sightings: [sighting('zone-a', { marked: true })] }, 'no mark-left'],
  [
    'as-before',
    'a mark of the real switch that came between',
    { baseline, overtaken: true, sightings: [sighting('zone-a', { marked: true, weights: 0 })] },
    'yes nothing-left',
  ],
  ['as-before', 'other weights', { baseline, sightings: [sighting('zone-a', { weights: 49 })] }, 'no weights-differ'],
  ['as-before', 'other replicas', { baseline, sightings: [sighting('zone-a', { desired: 1 })] }, 'no replicas-changed'],
  ['as-before', 'unread', { baseline, sightings: [sighting('zone-a', { unread: true })] }, 'unknown center-unread'],
  ['data-kept', 'no ledger', {}, 'yes no-ledger'],
  ['data-kept', 'unread', { ledger: () => Promise.resolve({ state: 'unreachable', why: 'no answer', ...seen }) }, 'unknown ledger-unread'],
  [
    'data-kept',
    'all recorded, some twice',
    {
      probes: good,
      ledger: () => Promise.resolve({ state: 'present', value: new Map(good.map(({ id }, i) => [id, i === 0 ? 2 : 1])), ...seen }),
    },
    'yes data-held',
  ],
  [
    'data-kept',
    'one lost',
    { probes: good, ledger: () => Promise.resolve({ state: 'present', value: new Map(good.slice(1).map(({ id }) => [id, 1])), ...seen }) },
    'no data-lost final',
  ],
  [
    'data-kept',
    'a failed request need not be recorded',
    { probes: probes(NOW - 1_000, NOW, { failing: 1 }), ledger: () => Promise.resolve({ state: 'present', value: new Map(), ...seen }) },
    'yes data-held',
  ],
  ['drill-held', 'never measured', {}, 'unknown drill-unmeasured final'],
  ['clients-recovered', 'no probes', {}, 'unknown no-probe final'],
  [
    'clients-recovered',
    'recovered',
    { probes: probes(NOW - 5_000, NOW), times: { appliedAt: NOW - 4_000 }, mode: 'emergency' },
    'yes recovered',
  ],
  ['clients-recovered', 'still failing', { probes: bad, times: { appliedAt: NOW - 4_000 }, mode: 'emergency' }, 'no not-recovered'],
  [
    'clients-recovered',
    'survivors fail in a drill',
    { probes: bad, times: { faultAt: NOW - 5_000, appliedAt: NOW - 4_000 } },
    'no survivors-fail final',
  ],
  [
    'clients-recovered',
    'too little to tell',
    { probes: probes(NOW - 500, NOW, { rate: 10 }), times: { appliedAt: NOW - 500 }, mode: 'emergency' },
    'unknown recovery-unmeasured',
  ],
  [
    'clients-recovered',
    'every gateway is lost',
    { probes: bad, lost: ['zone-a', 'zone-b', 'zone-c'], times: { appliedAt: NOW - 4_000 }, mode: 'emergency' },
    'unknown no-gateway',
  ],
])('%s: %s', async (name, _, more, answer) => {
  expect(await ask(name, more)).toBe(answer)
})

const recovered = {
  recovered: true,
  start: 'fault',
  resolution: 50,
  target: 30_000,
  total: 4_000,
  prove: 500,
  withinTarget: true,
  through: ['zone-a'],
  failedBefore: 3,
  failedAfter: 0,
} as const

test.each<[string, Partial<Moment>, string]>([
  ['held', { recovery: recovered, probes: good, times: { appliedAt: NOW - 4_000 } }, 'yes drill-held'],
  ['too slow', { recovery: { ...recovered, total: 40_000, withinTarget: false }, probes: good }, 'no drill-too-slow final'],
  ['no recovery', { recovery: { ...recovered, recovered: false }, probes: good }, 'no drill-no-recovery final'],
  ['nothing failed, so nothing was proved', { recovery: { ...recovered, start: 'none' }, probes: good }, 'unknown drill-no-failure final'],
  ['errors afterwards', { recovery: recovered, probes: bad, times: { appliedAt: NOW - 4_000 } }, 'no drill-errors final'],
])('drill-held: %s', async (_, more, answer) => {
  expect(await ask('drill-held', more)).toBe(answer)
})
