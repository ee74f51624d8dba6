import { verifyPlanOf } from '../domain/estate.ts'
import { situationInForce } from '../domain/situation.ts'
import { targetSplit } from '../domain/target-split.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Conclusion, Evidence } from '../domain/verify.ts'
import { metricsFigures } from '../facts/metrics-figures.ts'
import { routes } from '../facts/routes.ts'
import { figureEvidence, figureGapWords, figureIn, gapConclusion, percentText } from './figure-question.ts'
import { askFleet, failed, passed, unsure } from './question.ts'

/** §7.1: each home center outside 40–60 % is an alert. The whole is the sum over all gateways, and one that is not known leaves it unknown. */
export const metricsShare = askFleet({
  name: 'metrics-share',
  id: 'TC-404',
  group: 'thresholds',
  level: 'requests',
  applies: ({ metrics }) => metrics !== undefined,
  title: { en: 'share by center', zh: '各中心流量占比' },
  about: {
    en: 'The share of all requests that each center gets, summed over all gateways by Prometheus, within verify.thresholds.shareTolerance points of what the situation in force declares.',
    zh: 'Prometheus 统计的各中心在全部网关请求中的占比，与当前态势声明的占比之差不超过 verify.thresholds.shareTolerance 个百分点。',
  },
  needs: { figures: metricsFigures, routes },
  evaluate: ({ figures, routes: seenRoutes }, { topology }) => {
    const rates: Record<CenterName, number> = {}
    const gaps: Conclusion[] = []
    const evidence: Evidence[] = []
    for (const center of topology.centers) {
      const observed = figures.get(center.name)
      const figure = observed === undefined ? undefined : figureIn(observed, 'share_by_center')
      if (figure === undefined) continue
      if ('why' in figure) gaps.push({ ...unsure('unread', { why: figure.why }, []), center: center.name })
      else if (figure.state === 'gap') {
        const conclusion = gapConclusion(figure, center)
        if (conclusion.state !== 'skipped' || figure.gap === 'no-query') gaps.push({ ...conclusion, center: center.name })
      } else {
        for (const [to, rate] of Object.entries(figure.byCenter)) rates[to] = (rates[to] ?? 0) + rate
        const parts = Object.entries(figure.byCenter).map(([to, rate]) => `${to} ${Math.round(rate * 10) / 10}/s`)
        evidence.push(...figureEvidence(figure, parts.join(' ')))
      }
    }
    if (gaps.length > 0) return gaps
    if (evidence.length === 0) return []
    const total = Object.values(rates).reduce((a, b) => a + b, 0)
    if (total === 0) return [unsure('no-traffic', {}, evidence)]
    const sightings = [...seenRoutes].map(([center, one]) => ({ center, routes: one }))
    const target = targetSplit(topology, topology.policy.normal, situationInForce(topology, sightings).out)
    if (target === undefined) return [unsure('no-target', {}, evidence)]
    const all = Object.values(target).reduce((a, b) => a + b, 0)
    const { shareTolerance } = verifyPlanOf(topology).thresholds
    return topology.centers.map(({ name }): Conclusion => {
      const [share, wanted] = [(rates[name] ?? 0) / total, (target[name] ?? 0) / all]
      const good = Math.abs(share - wanted) * 100 <= shareTolerance
      const facts = { share: percentText(share), wanted: percentText(wanted), points: shareTolerance }
      return { ...(good ? passed : failed)(good ? 'as-declared' : 'off', facts, evidence), center: name }
    })
  },
  words: {
    ...figureGapWords,
    'as-declared': { en: '{share} of all requests, {wanted} declared', zh: '占全部请求的 {share}，声明为 {wanted}' },
    off: {
      en: '{share} of all requests, {wanted} ± {points} points declared',
      zh: '占全部请求的 {share}，声明为 {wanted} ± {points} 个百分点',
    },
    'no-target': {
      en: 'the situation in force leaves no center: there is no share to hold this against',
      zh: '当前态势没有可用中心，无占比可对照',
    },
  },
})
