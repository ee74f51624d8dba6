import { installationOf } from '../domain/estate.ts'
import { record, text } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { firstGap, type Fact } from './fact.ts'
import { workloadKinds } from './workloads.ts'

export interface GatewayDeployments {
  /** Undefined: there is none of the declared name. */
  readonly gateway: KubeObject | undefined
  readonly controller: KubeObject | undefined
  /** Tag of the gateway's image, e.g. `2.1.9`; undefined: it has none, or a digest only. */
  readonly version: string | undefined
}

/** Data plane and control plane of the gateway as they are deployed. */
export const gatewayDeployments: Fact<GatewayDeployments> = {
  name: 'gateway-deployments',
  rights: [{ verb: 'get', group: 'apps', resource: 'deployments' }],
  rightsFor: (topology) => {
    const { namespace, deployment, controller } = installationOf(topology)
    return [deployment, controller].map((name) => ({ verb: 'get', group: 'apps', resource: 'deployments', namespace, name }))
  },
  read: async ({ topology, center, world }, deadline) => {
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: world.clock.now(), took: 0 }
    const { namespace, deployment, controller } = installationOf(topology)
    const seen = await Promise.all([deployment, controller].map((name) => cluster.get(workloadKinds.Deployment, namespace, name, deadline)))
    const gap = firstGap(seen.filter(({ state }) => state !== 'absent'))
    if (gap !== undefined) return gap
    const [first, second] = seen.map((one) => (one.state === 'present' ? one.value : undefined))
    return {
      state: 'present',
      value: { gateway: first, controller: second, version: first === undefined ? undefined : versionOf(first) },
      at: world.clock.now(),
      took: Math.max(0, ...seen.map(({ took }) => took)),
    }
  },
}

function versionOf(deployment: KubeObject): string | undefined {
  const pod = record(record(record(deployment['spec'])['template'])['spec'])
  const containers = Array.isArray(pod['containers']) ? (pod['containers'] as readonly unknown[]).map(record) : []
  const image = text((containers.find(({ name }) => name === deployment.metadata.name) ?? containers[0])?.['image'])
  return image === undefined ? undefined : /:(?<tag>[^:/@]+)(?:@.*)?$/.exec(image)?.groups?.['tag']
}
