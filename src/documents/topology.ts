import type { BackendId, CenterName, Probe, Service, Topology, Workload } from '../domain/topology.ts'
import { filledIn } from './backends.ts'
import { toCompare } from './compare-schema.ts'
import { sortedMistakes } from './mistake.ts'
import type { Mistake } from './mistake.ts'
import { readShape } from './read-shape.ts'
import { toDeploy } from './topology-deploy.ts'
import { toEstate } from './topology-estate.ts'
import { checkTopology } from './topology-checks.ts'
import { topologySchema } from './topology-schema.ts'
import type { ServiceYaml, TopologyYaml } from './topology-schema.ts'
import { otherKind, readYaml } from './yaml.ts'

/** Reads `tricenter.yaml`: the whole of it, or every mistake in it. `file` is what the mistakes call it. Bytes must be UTF-8. */
export function readTopology(
  text: string | Uint8Array,
  file: string,
): { readonly topology: Topology } | { readonly mistakes: readonly Mistake[] } {
  const { document, mistakes: unreadable } = readYaml(text, file)
  if (document === undefined) return { mistakes: unreadable }
  const other = otherKind(document, 'Topology')
  if (other) return { mistakes: [other] }
  const { mistakes, value, seen } = readShape(topologySchema, document)
  const found = [...unreadable, ...mistakes]
  if (isMap(seen)) checkTopology(seen, (path, message, at) => found.push(document.mistake(path, message, at)))
  return value === undefined || found.length > 0 ? { mistakes: sortedMistakes(found) } : { topology: toTopology(value) }
}

const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

function toTopology(yaml: TopologyYaml): Topology {
  const { name, regions, centers, services, routes, policy, deploy } = yaml
  const names = Object.keys(centers)
  const topology = {
    name,
    regions,
    centers: Object.entries(centers).map(([center, rest]) => ({ name: center, ...rest })),
    services: Object.entries(services).map(([service, yaml]) => toService(service, yaml, names)),
    routes,
    policy,
    ...toEstate(yaml),
    ...(yaml.compare === undefined ? {} : { compare: toCompare(yaml.compare) }),
  }
  return deploy === undefined ? topology : { ...topology, deploy: toDeploy(deploy, topology) }
}

function toService(name: string, yaml: ServiceYaml, centers: readonly CenterName[]): Service {
  const { aliases, minReady, demand, probe } = yaml
  return {
    name,
    backends: backendsOf(yaml, centers),
    workloads: Object.fromEntries(centers.map((center) => [center, workloadsOf(yaml, center)])),
    minReady,
    ...(demand === undefined ? {} : { demand }),
    ...(probe === undefined
      ? {}
      : { probe: { ...probe, center: sourceOf(probe.center), values: valuesOf(probe.values, aliases, centers) } }),
  }
}

function backendsOf(
  { aliases, backends: { pattern, each = {} } }: ServiceYaml,
  centers: readonly CenterName[],
): Readonly<Record<CenterName, BackendId>> {
  if (pattern === undefined) return Object.fromEntries(centers.flatMap((center) => (each[center] ? [[center, each[center]]] : [])))
  return Object.fromEntries(
    centers.map((center) => [
      center,
      {
        ...pattern,
        name: filledIn(pattern.name, center, aliases),
        ...(pattern.namespace === undefined ? {} : { namespace: filledIn(pattern.namespace, center, aliases) }),
      },
    ]),
  )
}

function workloadsOf({ aliases, workloads }: ServiceYaml, center: CenterName): readonly Workload[] {
  if (workloads?.pattern === undefined) return workloads?.each?.[center] ?? []
  const { kind, namespace, name } = workloads.pattern
  return [{ kind, namespace: filledIn(namespace, center, aliases), name: filledIn(name, center, aliases) }]
}

/** Answers name a center by its name or its alias, unless the topology says otherwise. */
function valuesOf(given: Probe['values'], aliases: Readonly<Record<CenterName, string>>, centers: readonly CenterName[]): Probe['values'] {
  const usual = centers.flatMap((center): [string, string][] => [
    [aliases[center] ?? center, center],
    [center, center],
  ])
  return { ...Object.fromEntries(usual), ...given }
}

function sourceOf({ header, json }: { readonly header?: string; readonly json?: string }): Probe['center'] {
  return header === undefined ? { json: json! } : { header }
}
