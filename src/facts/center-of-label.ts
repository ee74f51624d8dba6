import type { MetricsProfile } from '../domain/metrics-profile.ts'
import type { BackendId, CenterName, Topology } from '../domain/topology.ts'

/** Which center a label's value means: as the profile says, a center's name or what probes call it, or the host of a backend (Envoy: `outbound|8080||<host>`). Undefined: none, or not exactly one. */
export function centerOfLabel(
  topology: Topology,
  { center: { values } }: Pick<MetricsProfile, 'center'>,
  value: string,
): CenterName | undefined {
  if (Object.hasOwn(values, value)) return values[value]
  if (topology.centers.some(({ name }) => name === value)) return value
  const called = new Set(topology.services.flatMap(({ probe }) => (probe?.values[value] === undefined ? [] : [probe.values[value]])))
  if (called.size === 1) return [...called][0]
  const host = value.split(/[|]/).at(-1) ?? ''
  const owners = new Set(
    topology.services.flatMap(({ backends }) =>
      Object.entries(backends).flatMap(([center, backend]) => (isHostOf(backend, host) ? [center] : [])),
    ),
  )
  return owners.size === 1 ? [...owners][0] : undefined
}

function isHostOf({ group, kind, name, namespace }: BackendId, host: string): boolean {
  if (group === '' && kind === 'Service')
    return (
      host === `${name}.${namespace ?? ''}.svc.cluster.local` ||
      (namespace === undefined && host.startsWith(`${name}.`) && host.endsWith('.svc.cluster.local'))
    )
  return host === name
}
