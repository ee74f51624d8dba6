import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMetrics, type OpenMetrics } from '../../src/adapters/prometheus/metrics.ts'
import { systemClock } from '../../src/adapters/system-clock.ts'
import { metricsErrors } from '../../src/checks/metrics-errors.ts'
import { metricsFailovers } from '../../src/checks/metrics-failovers.ts'
import { metricsInstances } from '../../src/checks/metrics-instances.ts'
import { metricsP99 } from '../../src/checks/metrics-p99.ts'
import { metricsQps } from '../../src/checks/metrics-qps.ts'
import { metricsShare } from '../../src/checks/metrics-share.ts'
import type { Question } from '../../src/checks/question.ts'
import { readMetricsProfile } from '../../src/documents/metrics-profile.ts'
import { canonicalPromql, selectorsOf } from '../../src/documents/promql.ts'
import { shippedProfiles } from '../../src/documents/shipped-profiles.ts'
import type { MetricsSource } from '../../src/domain/estate.ts'
import { ageQuery, renderQuery, type FigureName } from '../../src/domain/metrics-profile.ts'
import type { Topology } from '../../src/domain/topology.ts'
import type { Conclusion } from '../../src/domain/verify.ts'
import { metricsFigures } from '../../src/facts/metrics-figures.ts'
import { queryValues } from '../../src/facts/read-figure.ts'
import type { World } from '../../src/ports/world.ts'
import { answeringServer, type Said } from '../adapters/prometheus/answering-server.ts'
import { brokenAnswers, type Broken } from '../adapters/prometheus/broken-answers.ts'
import { topology as document } from '../domain/world.ts'
import { ask, present, silent } from './ask.ts'

const read = readMetricsProfile(shippedProfiles.envoy, 'envoy')
if ('mistakes' in read) throw new Error('the shipped profile is broken')
const { profile } = read

/** Sound answers, all of them healthy. */
const host = (center: string) => `outbound|8080||ai-service-${center}.DEFAULT-GROUP.public.nacos`
const one = (value: string) => [{ metric: {}, value }]
const both = (value: string) => ['zone-a', 'zone-b'].map((center) => ({ metric: { cluster_name: host(center) }, value }))
const healthy: Readonly<Record<FigureName, readonly { metric: Record<string, string>; value: string }[]>> = {
  qps: one('120'),
  p99_ms: one('80'),
  error_ratio: one('0'),
  share_by_center: both('60'),
  cross_center_share: both('60'),
  healthy_instances: both('10'),
  failovers: one('0'),
}
const questions: Readonly<Partial<Record<FigureName, Question>>> = {
  qps: metricsQps,
  p99_ms: metricsP99,
  error_ratio: metricsErrors,
  share_by_center: metricsShare,
  healthy_instances: metricsInstances,
  failovers: metricsFailovers,
}

let breaking: { readonly figure: FigureName; readonly broken: Broken } | undefined
let server: Awaited<ReturnType<typeof answeringServer>>
let metrics: OpenMetrics
let topology: Topology

beforeAll(async () => {
  server = await answeringServer(({ query }): Said => answerTo(query.get('query') ?? ''))
  const source: MetricsSource = {
    profile: 'envoy',
    scrapeInterval: 15_000,
    window: 60_000,
    maxAge: 45_000,
    centers: { 'zone-a': { url: server.url, labels: {} } },
  }
  topology = { ...document, metrics: source }
  metrics = openMetrics(source, systemClock)
})
afterAll(async () => {
  await metrics.close()
  await server.close()
})

/** Each figure's own queries get what belongs to it; the one in question what is broken. Cross-center traffic asks as the share does, and is not asked here. */
function answerTo(asked: string): Said {
  const now = Date.now() / 1000
  for (const [figure, template] of Object.entries(profile.figures)) {
    const name = figure as FigureName
    const values = queryValues({ topology, center: topology.centers[0]! })
    const isAge = asked === renderQuery(ageQuery(template), values)
    if (!isAge && asked !== renderQuery(template.query, values)) continue
    const right = isAge
      ? [{ metric: {}, value: [now, String(now - 5)] as const }]
      : healthy[name].map(({ metric, value }) => ({ metric, value: [now, value] as const }))
    return breaking?.figure === name && (breaking.broken.when === 'age') === isAge
      ? breaking.broken.say(right)
      : { json: { status: 'success', data: { resultType: 'vector', result: right } } }
  }
  return { json: { status: 'error', errorType: 'bad_data', error: `unexpected ${asked}` } }
}

async function concluded(figure: FigureName, patience: number): Promise<readonly Conclusion[]> {
  const question = questions[figure]!
  const only = { ...profile, figures: { [figure]: profile.figures[figure]! } }
  const world = {
    clock: systemClock,
    metrics,
    metricsDocuments: { profile: only, selectorsOf, canonical: canonicalPromql },
  } as unknown as World
  const figures = await metricsFigures.read(
    { topology, center: topology.centers[0]!, world, keep: () => undefined },
    { at: systemClock.monotonic() + patience },
  )
  if (question.scope === 'center') return ask(question, { figures, routes: silent }, topology)
  const elsewhere = present([
    {
      figure: 'share_by_center',
      query: 'q',
      at: 0,
      took: 0,
      state: 'measured',
      value: 0,
      byCenter: { 'zone-a': 60, 'zone-b': 60 },
      age: 0,
    },
  ])
  if (question.scope !== 'fleet') throw new Error('neither of one center nor of all')
  const seen = { 'zone-a': figures, 'zone-b': elsewhere, 'zone-c': elsewhere }
  return question.evaluate({ figures: new Map(Object.entries(seen)), routes: new Map() }, { topology, now: 0 })
}

const figures = Object.keys(questions) as readonly FigureName[]

test('at least 40 shapes and 5 figures make 200 broken answers', () => {
  expect(new Set(brokenAnswers.map(({ is }) => is)).size).toBe(brokenAnswers.length)
  expect(brokenAnswers.length).toBeGreaterThanOrEqual(40)
  expect(figures.length).toBeGreaterThanOrEqual(5)
})

test.each(figures)('a sound %s is healthy', async (figure) => {
  breaking = undefined
  const all = await concluded(figure, 3_000)
  expect(all.length).toBeGreaterThan(0)
  expect(all.map(({ state }) => state)).toEqual(all.map(() => 'passed'))
})

test.each(figures.flatMap((figure) => brokenAnswers.map((broken) => ({ figure, is: broken.is, broken }))))(
  '$figure $is is never healthy',
  async ({ figure, broken }) => {
    breaking = { figure, broken }
    const all = await concluded(figure, /silent/.test(broken.is) ? 120 : 3_000)
    expect(all.length).toBeGreaterThan(0)
    expect(all.map(({ state }) => state)).toEqual(all.map(() => 'inconclusive'))
  },
)

test.each(figures.filter((figure) => profile.figures[figure]?.shape === 'one'))('several series of %s are not one', async (figure) => {
  const say: Broken['say'] = ([series]) => ({
    json: { status: 'success', data: { resultType: 'vector', result: [series, { ...series, metric: { pod: 'other' } }] } },
  })
  breaking = { figure, broken: { is: 'several', say } }
  expect((await concluded(figure, 3_000)).map(({ state, reason }) => [state, reason.split('.').at(-1)])).toEqual([
    ['inconclusive', 'several-series'],
  ])
})
