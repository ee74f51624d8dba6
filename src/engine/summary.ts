import type { Observation } from '../domain/observation.ts'
import { probedShares } from '../domain/probed-rule.ts'
import type { CenterSummary, Seen, SituationInForce } from '../domain/record.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, Topology } from '../domain/topology.ts'

/** One sweep as people see it: a row a center. What was not read has a state and a reason, never a zero. */
export function summarize(
  topology: Topology,
  sightings: readonly Sighting[],
  inForce: SituationInForce,
  late: readonly CenterName[],
): readonly CenterSummary[] {
  const shares = expectedShares(topology, sightings)
  return topology.centers.map((center): CenterSummary => {
    const sighting = sightings.find((one) => one.center === center.name)
    if (sighting === undefined) throw new Error(`center ${center.name} was not looked at`)
    const { identity, routes, workloads, gateway, serving } = sighting
    const states = workloads.state === 'present' ? workloads.value : undefined
    const share = shares?.get(center.name)
    return {
      center: center.name,
      api: late.includes(center.name) ? { state: 'late' } : seenOf(routes),
      gateway: late.includes(center.name) ? { state: 'late' } : seenOf(gateway),
      identity:
        identity.state !== 'present'
          ? 'unknown'
          : center.cluster === undefined
            ? 'unpinned'
            : identity.value === center.cluster
              ? 'ok'
              : 'wrong',
      ...(states === undefined
        ? {}
        : {
            ready: {
              ready: states.reduce((sum, { ready }) => sum + ready, 0),
              wanted: states.reduce((sum, { desired }) => sum + desired, 0),
            },
          }),
      ...(routes.state === 'present' ? { routes: routes.value.length } : {}),
      entryShare: center.entryShare,
      ...(center.capacity === undefined ? {} : { capacity: center.capacity }),
      ...(share === undefined ? {} : { share }),
      serving: { verdict: serving.verdict, reason: serving.reason },
      role: center.role,
      deferred: inForce.behind.includes(center.name) || (inForce.out.length > 0 && inForce.unread.includes(center.name)),
    }
  })
}

/** Share of all traffic by center: over gateways, entry share × the weights of the rules that probes meet, services by demand. Undefined while a cluster that clients enter by is unread. */
function expectedShares(topology: Topology, sightings: readonly Sighting[]): ReadonlyMap<CenterName, number> | undefined {
  const total = topology.centers.reduce((sum, { entryShare }) => sum + entryShare, 0)
  const services = topology.services.filter(({ probe }) => probe !== undefined)
  const demand = services.reduce((sum, service) => sum + (service.demand ?? 1), 0)
  if (total === 0 || demand === 0) return undefined
  const shares = new Map<CenterName, number>(topology.centers.map(({ name }) => [name, 0]))
  for (const { name, entryShare } of topology.centers) {
    if (entryShare === 0) continue
    const routes = sightings.find(({ center }) => center === name)?.routes
    if (routes?.state !== 'present') return undefined
    for (const service of services) {
      if (service.probe === undefined) continue
      const split = probedShares(routes.value, service.name, service.probe)
      if (split === undefined) return undefined
      for (const [center, share] of Object.entries(split)) {
        shares.set(center, (shares.get(center) ?? 0) + (entryShare / total) * ((service.demand ?? 1) / demand) * share)
      }
    }
  }
  return shares
}

function seenOf(observation: Observation<unknown>): Seen {
  if (observation.state === 'present') return { state: 'ok', took: observation.took }
  return { state: observation.state, took: observation.took, ...('why' in observation ? { why: observation.why } : {}) }
}
