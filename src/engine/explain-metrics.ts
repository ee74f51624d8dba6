import { metricsCrossCenter } from '../checks/metrics-cross-center.ts'
import { metricsErrors } from '../checks/metrics-errors.ts'
import { metricsFailovers } from '../checks/metrics-failovers.ts'
import { metricsInstances } from '../checks/metrics-instances.ts'
import { metricsP99 } from '../checks/metrics-p99.ts'
import { metricsQps } from '../checks/metrics-qps.ts'
import { metricsShare } from '../checks/metrics-share.ts'
import type { Question } from '../checks/question.ts'
import type { FigureName } from '../domain/metrics-profile.ts'
import { fault } from '../domain/fault.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Conclusion } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import type { Figure } from '../facts/judge-figure.ts'
import { metricsFigures } from '../facts/metrics-figures.ts'
import { routes } from '../facts/routes.ts'
import type { World } from '../ports/world.ts'
import { factReader } from './fact-reader.ts'

/** One query to one center's Prometheus: what was asked, what it said, how old that is, and what follows. */
export interface ExplainedFigure {
  readonly figure: Figure
  /** What `verify` concludes from it; several only where a figure is about several centers. */
  readonly conclusions: readonly Conclusion[]
}

export interface ExplainedCenter {
  readonly center: CenterName
  readonly url?: string
  /** Why nothing was asked. */
  readonly why?: string
  readonly figures: readonly ExplainedFigure[]
}

const QUESTIONS: Readonly<Record<FigureName, Question>> = {
  qps: metricsQps,
  p99_ms: metricsP99,
  error_ratio: metricsErrors,
  share_by_center: metricsShare,
  cross_center_share: metricsCrossCenter,
  healthy_instances: metricsInstances,
  failovers: metricsFailovers,
}

/** Asks every figure of every center once, and says with each answer what the checks of `verify` make of it. A fault where the topology declares no metrics. */
export async function explainMetrics(world: World, topology: Topology): Promise<readonly ExplainedCenter[]> {
  if (topology.metrics === undefined) throw fault('input', 'no-metrics', {})
  const reader = factReader({ world, topology, probe: false })
  const seen = await Promise.all(
    topology.centers.map(async (center) => ({
      center,
      figures: await reader.read(center.name, metricsFigures),
      routes: await reader.read(center.name, routes),
    })),
  )
  const now = world.clock.now()
  const fleet = {
    figures: new Map(seen.map((one) => [one.center.name, one.figures])),
    routes: new Map(seen.map((one) => [one.center.name, one.routes])),
  }
  const shares = metricsShare.scope === 'fleet' ? metricsShare.evaluate(fleet, { topology, now }) : []
  return seen.map(({ center, figures, routes: seenRoutes }): ExplainedCenter => {
    const url = topology.metrics?.centers[center.name]?.url
    const about = { center: center.name, ...(url === undefined ? {} : { url }) }
    if (figures.state !== 'present') return { ...about, why: 'why' in figures ? figures.why : figures.state, figures: [] }
    const explained = figures.value.map((figure): ExplainedFigure => {
      const question = QUESTIONS[figure.figure]
      const conclusions =
        question.scope === 'fleet'
          ? shares.filter((one) => one.center === undefined || one.center === center.name)
          : question.evaluate({ figures, routes: seenRoutes } as never, { topology, center, now })
      return { figure, conclusions }
    })
    return { ...about, figures: explained }
  })
}

export const explainMetricsWords = {
  'only-metrics': {
    en: 'Could not explain {name}: only metrics are explained.\nNext: tricenter verify metrics --explain',
    zh: '无法解释 {name}：仅支持解释 metrics。\n下一步：tricenter verify metrics --explain',
  },
  'no-metrics': {
    en: 'Could not explain metrics: the topology declares none.\nThe section metrics says which Prometheus knows each center.\nNext: add it, see docs/topology.md',
    zh: '无法解释指标：拓扑未声明指标。\nmetrics 一节说明各中心由哪个 Prometheus 统计。\n下一步：添加该节，参见 docs/topology.md',
  },
} satisfies Words
