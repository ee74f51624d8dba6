import { installationOf } from '../domain/estate.ts'
import type { Observation } from '../domain/observation.ts'
import { list, record, text } from '../gateways/strange.ts'
import type { Kind, KubeObject } from '../ports/cluster.ts'
import type { ShownCertificate } from '../ports/network.ts'
import { readThrough, type Fact } from './fact.ts'
import { gatewayObjects } from './gateway-objects.ts'

const secrets: Kind = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true }

/** One certificate that a listener names. The Secret's key is never kept: only what its certificates say. */
export interface ListenerCertificate {
  readonly listener: string
  /** Absent: the listener takes any host. */
  readonly hostname?: string
  /** `namespace/name`. */
  readonly secret: string
  /** The server's own certificate first. Absent: there is no such Secret. Unknown: it holds no certificate that can be read. */
  readonly chain: Observation<readonly ShownCertificate[]>
}

/** The certificates of every TLS listener, out of the Secrets that they name. */
export const listenerCertificates: Fact<readonly ListenerCertificate[]> = {
  name: 'listener-certificates',
  rights: [...gatewayObjects.rights, { verb: 'get', group: '', resource: 'secrets' }],
  rightsFor: (topology) => [
    ...(gatewayObjects.rightsFor?.(topology) ?? []),
    { verb: 'get', group: '', resource: 'secrets', namespace: installationOf(topology).namespace },
  ],
  read: async (input, deadline) => {
    const { center, world } = input
    const { clock, network } = world
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined || network === undefined) return { state: 'unknown', why: 'no cluster', at: clock.now(), took: 0 }
    const objects = await readThrough(gatewayObjects, input, deadline)
    if (objects.state !== 'present') return objects
    const named = objects.value.gateways.flatMap(namedSecrets)
    const value = await Promise.all(
      named.map(async ({ namespace, name, ...listener }): Promise<ListenerCertificate> => {
        const seen = await cluster.get(secrets, namespace, name, deadline)
        return { ...listener, secret: `${namespace}/${name}`, chain: chainOf(seen, (pem) => network.certificatesIn(pem)) }
      }),
    )
    return { ...objects, value }
  },
}

function namedSecrets(gateway: KubeObject) {
  return list(record(gateway['spec'])['listeners'])
    .map(record)
    .flatMap((listener) => {
      const hostname = text(listener['hostname'])
      return list(record(listener['tls'])['certificateRefs'])
        .map(record)
        .map((ref) => ({
          listener: text(listener['name']) ?? '',
          ...(hostname === undefined ? {} : { hostname }),
          namespace: text(ref['namespace']) ?? gateway.metadata.namespace ?? '',
          name: text(ref['name']) ?? '',
        }))
    })
}

function chainOf(
  seen: Observation<KubeObject>,
  certificatesIn: (pem: string) => readonly ShownCertificate[] | undefined,
): Observation<readonly ShownCertificate[]> {
  if (seen.state !== 'present') return seen
  const encoded = text(record(seen.value['data'])['tls.crt'])
  const chain = encoded === undefined ? undefined : certificatesIn(atob(encoded))
  return chain === undefined
    ? { state: 'unknown', why: 'its tls.crt holds no certificate that can be read', at: seen.at, took: seen.took }
    : { ...seen, value: chain }
}
