import type { Known } from './question.ts'
import type { GatewayDeployments } from '../facts/gateway-deployments.ts'
import { list, record } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'

/** A workload whose Pods practice asks about. */
export interface Templated {
  /** `namespace/name`. */
  readonly name: string
  readonly object: KubeObject
  readonly pod: Readonly<Record<string, unknown>>
  readonly labels: Readonly<Record<string, unknown>>
  readonly containers: readonly Readonly<Record<string, unknown>>[]
}

export function templatesOf(...objects: readonly (KubeObject | undefined)[]): readonly Templated[] {
  return objects.flatMap((object) => {
    if (object === undefined) return []
    const template = record(record(object['spec'])['template'])
    const pod = record(template['spec'])
    return [
      {
        name: `${object.metadata.namespace ?? ''}/${object.metadata.name}`,
        object,
        pod,
        labels: record(record(template['metadata'])['labels']),
        containers: list(pod['containers']).map(record),
      },
    ]
  })
}

/** Gateway and services: whatever a client's request goes through. */
export function requestPath(deployed: Known<GatewayDeployments>, services: Known<readonly KubeObject[]>): readonly Templated[] {
  return templatesOf(deployed.value.gateway, ...services.value)
}
