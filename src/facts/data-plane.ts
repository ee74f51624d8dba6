import { installationOf } from '../domain/estate.ts'
import type { DataPlane, ProgrammedCluster, ProgrammedRule } from '../domain/data-plane.ts'
import type { Observation } from '../domain/observation.ts'
import { isReadyPod } from '../gateways/pod-ready.ts'
import { list, record, text, whole } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { firstGap, readThrough, type Fact } from './fact.ts'
import { gatewayDeployments } from './gateway-deployments.ts'
import { gatewayPods } from './gateway-pods.ts'

/** WebSockets ask for `get`, servers since 1.35 for `create` as well. */
const FORWARD = ['create', 'get'].map((verb) => ({ verb, group: '', resource: 'pods', subresource: 'portforward' }))
/** Of the whole dump the routes alone. A mask could not make it smaller: it does not reach into lists. */
const ROUTES = '/config_dump?resource=dynamic_route_configs'
const CLUSTERS = '/clusters?format=json'

/** What the data plane of one ready gateway Pod has been told, by Envoy's admin port through a port-forward. Absent: no gateway Pod is ready. */
export const dataPlane: Fact<DataPlane> = {
  name: 'data-plane',
  rights: [...gatewayPods.rights, ...gatewayDeployments.rights, ...FORWARD],
  rightsFor: (topology) => [
    ...(gatewayPods.rightsFor?.(topology) ?? []),
    ...(gatewayDeployments.rightsFor?.(topology) ?? []),
    ...FORWARD.map((right) => ({ ...right, namespace: installationOf(topology).namespace })),
  ],
  forwards: true,
  read: async (input, deadline): Promise<Observation<DataPlane>> => {
    const { topology, center, world } = input
    const { clock } = world
    const began = clock.monotonic()
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: clock.now(), took: 0 }
    const [pods, deployments] = await Promise.all([
      readThrough(gatewayPods, input, deadline),
      readThrough(gatewayDeployments, input, deadline),
    ])
    if (pods.state !== 'present') return pods
    if (deployments.state !== 'present') return deployments
    const { namespace, adminPort } = installationOf(topology)
    const pod = pods.value
      .filter((one) => isReadyPod(one) && isOf(deployments.value.gateway, one))
      .map(({ metadata }) => metadata.name)
      .toSorted()[0]
    if (pod === undefined) return { state: 'absent', at: clock.now(), took: clock.monotonic() - began }
    const seen = await Promise.all([ROUTES, CLUSTERS].map((path) => cluster.fromPod(namespace, pod, adminPort, path, deadline)))
    const gap = firstGap(seen)
    if (gap !== undefined) return gap
    const [routes, clusters] = seen.map((one) => (one.state === 'present' ? parsed(one.value) : undefined))
    const now = { at: clock.now(), took: clock.monotonic() - began }
    // An admin port that says something else, or nothing, is none.
    if (!Array.isArray(routes?.['configs']))
      return { state: 'unknown', why: `port ${adminPort} of ${pod} answers no routes of Envoy`, ...now }
    if (!Array.isArray(clusters?.['cluster_statuses']))
      return { state: 'unknown', why: `port ${adminPort} of ${pod} answers no clusters of Envoy`, ...now }
    return {
      state: 'present',
      value: { pod, routes: routesOf(routes['configs']), clusters: clustersOf(clusters['cluster_statuses']) },
      ...now,
    }
  },
}

/** Every label that the Deployment selects by; a Deployment that is not there has no Pods. */
function isOf(deployment: KubeObject | undefined, { metadata: { labels = {} } }: KubeObject): boolean {
  const wanted = Object.entries(record(record(record(deployment?.['spec'])['selector'])['matchLabels']))
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return record(JSON.parse(body))
  } catch {
    return undefined
  }
}

function routesOf(configs: readonly unknown[]): DataPlane['routes'] {
  const found = new Map<string, ProgrammedRule[]>()
  const hosts = configs.flatMap((config) => list(record(record(config)['route_config'])['virtual_hosts']))
  for (const entry of hosts.flatMap((host) => list(record(host)['routes'])).map(record)) {
    const name = text(entry['name'])
    if (name === undefined) continue
    found.set(name, [...(found.get(name) ?? []), { path: pathOf(record(entry['match'])), targets: targetsOf(record(entry['route'])) }])
  }
  return found
}

function pathOf(match: Readonly<Record<string, unknown>>): string | undefined {
  return text(match['path']) ?? text(match['path_separated_prefix']) ?? text(match['prefix']) ?? text(record(match['safe_regex'])['regex'])
}

function targetsOf(route: Readonly<Record<string, unknown>>): ProgrammedRule['targets'] {
  const one = text(route['cluster'])
  if (one !== undefined) return [{ cluster: one, weight: 1 }]
  // An absent weight is 0: Envoy leaves out what is the default.
  return list(record(route['weighted_clusters'])['clusters'])
    .map(record)
    .map(({ name, weight }) => ({ cluster: text(name) ?? '', weight: whole(weight) ?? 0 }))
    .filter(({ weight }) => weight > 0)
}

function clustersOf(statuses: readonly unknown[]): readonly ProgrammedCluster[] {
  return statuses.map(record).map((status) => {
    const hosts = list(status['host_statuses']).map((host) => record(record(host)['health_status']))
    return { name: text(status['name']) ?? '', endpoints: hosts.length, healthy: hosts.filter(isHealthy).length }
  })
}

/** What discovery says, and no check of Envoy's own against it. */
function isHealthy(health: Readonly<Record<string, unknown>>): boolean {
  const discovered = text(health['eds_health_status']) ?? 'UNKNOWN'
  const against = ['failed_active_health_check', 'failed_outlier_check', 'failed_active_degraded_check', 'pending_dynamic_removal']
  return (discovered === 'HEALTHY' || discovered === 'UNKNOWN') && against.every((one) => health[one] !== true)
}
