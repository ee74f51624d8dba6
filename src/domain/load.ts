import { valueOf } from './observation.ts'
import type { CenterLoad } from './record.ts'
import type { Sighting } from './sighting.ts'
import { centerOf, type CenterName, type Milliseconds, type ServiceName, type Topology } from './topology.ts'

/** One service's part of one rule: shares (0–1) by center before and after the plan. */
export interface RuleShares {
  readonly cluster: CenterName
  readonly service: ServiceName
  readonly before: Readonly<Record<CenterName, number>>
  readonly after: Readonly<Record<CenterName, number>>
}

/** Requests per second that entered by one gateway, as its Prometheus counted them at one moment (wall clock, ms), and when the newest sample behind it was taken. */
export interface LoadSample {
  readonly center: CenterName
  readonly moment: number
  readonly sampledAt: number
  readonly qps: number
}

/** Requests per second by all gateways together. */
export interface MeasuredLoad {
  readonly total: number
  readonly age: Milliseconds
  /** A gateway that clients enter by was not measured: the total is the least that it can be. */
  readonly partial: boolean
}

/** The most that was measured at any moment, now or before the fault: in an outage the load falls, and that must not flatter. Undefined: nothing was measured. */
export function mostMeasured(topology: Topology, samples: readonly LoadSample[], now: number): MeasuredLoad | undefined {
  const entries = topology.centers.filter(({ entryShare }) => entryShare > 0).map(({ name }) => name)
  const totals = [...Map.groupBy(samples, ({ moment }) => moment).values()].map((one) => ({
    total: one.reduce((sum, { qps }) => sum + qps, 0),
    age: Math.max(0, now - Math.min(...one.map(({ sampledAt }) => sampledAt))),
    partial: !entries.every((name) => one.some(({ center }) => center === name)),
  }))
  return totals.toSorted((a, b) => b.total - a.total)[0]
}

/**
 * Requests per second that each center may have to carry while the plan is being written: over all gateways, entry share × weight × demand.
 * Between clusters there is no transaction, so each cluster counts with the worse of old and new. Which rule a request meets is not known, so the worst one counts;
 * a cluster that was not read counts as its worst sister, because its clients come in elsewhere once their entry moves.
 * What was measured beyond all declared demand may be any service's, and goes by the service of which the center has the largest share; measured less never counts.
 */
export function loadsOf(topology: Topology, rules: readonly RuleShares[], measured?: MeasuredLoad): readonly CenterLoad[] {
  const entries = entryShares(topology)
  const beyond = Math.max(0, (measured?.total ?? 0) - topology.services.reduce((sum, { demand }) => sum + (demand ?? 0), 0))
  const source =
    measured !== undefined && beyond > 0 ? ({ source: 'measured', age: measured.age } as const) : ({ source: 'declared' } as const)
  return topology.centers.map(({ name }) => {
    const shares = topology.services.map((service) => {
      const mine = rules.filter((one) => one.service === service.name)
      const through = (gateway: CenterName) => {
        const own = mine.filter(({ cluster }) => cluster === gateway)
        return Math.max(0, ...(own.length > 0 ? own : mine).map(({ before, after }) => Math.max(before[name] ?? 0, after[name] ?? 0)))
      }
      const share = topology.centers.reduce((sum, center) => sum + (entries.get(center.name) ?? 0) * through(center.name), 0)
      return { share, demand: service.demand ?? 0 }
    })
    const load =
      shares.reduce((all, { share, demand }) => all + share * demand, 0) + beyond * Math.max(0, ...shares.map(({ share }) => share))
    const { capacity } = centerOf(topology, name)
    return { center: name, load: Math.round(load * 10) / 10, ...(capacity === undefined ? {} : { capacity }), ...source }
  })
}

/** What a center can carry now: its declared capacity × ready / wanted replicas. `undefined`: not declared. Replicas that could not be read count as declared: serving is another guard's question. */
export function capacityNow(topology: Topology, center: CenterName, sighting: Sighting | undefined): number | undefined {
  const { capacity } = centerOf(topology, center)
  const states = valueOf(sighting?.workloads)
  if (capacity === undefined || states === undefined || states.length === 0) return capacity
  const ready = states.reduce((sum, state) => sum + Math.min(state.ready, state.desired), 0)
  const desired = states.reduce((sum, state) => sum + state.desired, 0)
  return desired === 0 ? 0 : (capacity * ready) / desired
}

/** Entry by center, 0–1; equal parts where the topology declares none. */
function entryShares(topology: Topology): ReadonlyMap<CenterName, number> {
  const sum = topology.centers.reduce((all, { entryShare }) => all + entryShare, 0)
  return new Map(topology.centers.map(({ name, entryShare }) => [name, sum === 0 ? 1 / topology.centers.length : entryShare / sum]))
}
