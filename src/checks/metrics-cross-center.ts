import { verifyPlanOf } from '../domain/estate.ts'
import { situationInForce } from '../domain/situation.ts'
import { targetSplit } from '../domain/target-split.ts'
import type { Center, CenterName, Topology } from '../domain/topology.ts'
import { metricsFigures } from '../facts/metrics-figures.ts'
import { routes } from '../facts/routes.ts'
import { figureEvidence, figureGapWords, figureIn, gapConclusion, percentText } from './figure-question.ts'
import { askCenter, failed, passed, skipped, unsure } from './question.ts'

/** §7.1: more than 10 % of traffic across centers is an alert. What the situation in force sends to another region on purpose is allowed for. */
export const metricsCrossCenter = askCenter({
  name: 'metrics-cross-center',
  id: 'TC-405',
  group: 'thresholds',
  level: 'requests',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'traffic to other regions', zh: '跨地域流量占比' },
  about: {
    en: 'The share of requests that the gateway sends to centers of other regions, by Prometheus: at most verify.thresholds.crossCenter more than the situation in force sends there on purpose.',
    zh: 'Prometheus 统计的网关发往其他地域中心的请求占比：不超过当前态势有意发送的占比加 verify.thresholds.crossCenter。',
  },
  needs: {},
  maybe: { figures: metricsFigures, routes },
  evaluate: ({ figures, routes: seen }, { topology, center }) => {
    const figure = figureIn(figures, 'cross_center_share')
    if (figure === undefined) return []
    if ('why' in figure) return [unsure('unread', { why: figure.why }, [])]
    if (figure.state === 'gap') return [gapConclusion(figure, center)]
    const rated = Object.keys(figure.byCenter).length > 0
    const share = rated ? remoteShare(topology, center, figure.byCenter) : figure.value
    if (share === undefined)
      return [
        center.entryShare === 0
          ? skipped('no-clients', {}, figureEvidence(figure, 0))
          : unsure('no-traffic', {}, figureEvidence(figure, 0)),
      ]
    const { out } = situationInForce(topology, [{ center: center.name, routes: seen }])
    const meant = remoteShare(topology, center, targetSplit(topology, topology.policy.normal, out) ?? {}) ?? 0
    const limit = Math.min(1, meant + verifyPlanOf(topology).thresholds.crossCenter)
    const facts = { share: percentText(share), limit: percentText(limit) }
    const bad = share > limit
    return [(bad ? failed : passed)(bad ? 'too-much' : 'within', facts, figureEvidence(figure, facts.share, facts.limit))]
  },
  words: {
    ...figureGapWords,
    within: { en: '{share} of requests go to other regions, limit {limit}', zh: '{share} 的请求发往其他地域，限值 {limit}' },
    'too-much': { en: '{share} of requests go to other regions, more than {limit}', zh: '{share} 的请求发往其他地域，超过 {limit}' },
  },
})

function remoteShare(topology: Topology, { region }: Center, amounts: Readonly<Record<CenterName, number>>): number | undefined {
  const total = Object.values(amounts).reduce((a, b) => a + b, 0)
  const remote = topology.centers.reduce((sum, one) => (one.region === region ? sum : sum + (amounts[one.name] ?? 0)), 0)
  return total === 0 ? undefined : remote / total
}
