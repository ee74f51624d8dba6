/** The document's three centers (§1.2, §2.4). */
export interface LabCenter {
  readonly name: string
  readonly region: string
  readonly role: 'active' | 'standby'
  /** What the center is called in the names of objects. */
  readonly alias: string
  readonly app: string
  readonly replicas: number
  /** Requests per second at full replicas: declared, the lab does not enforce it. */
  readonly capacity: number
  /** Per cent of the clients. */
  readonly entryShare: number
  /** What its services say of themselves in the registry (§2.3). */
  readonly datacenter: 'primary' | 'standby' | 'remote'
  /** Its Pods have addresses in this /16. */
  readonly network: string
  /** Replicas of gateway, controller and Nacos (§4.3 to §4.5). */
  readonly gateways: number
  readonly controllers: number
  readonly registries: number
}

export const CENTERS: readonly LabCenter[] = [
  {
    name: 'zone-a',
    region: 'beijing',
    role: 'active',
    alias: 'zone-a',
    app: 'ai-service-zone-a',
    replicas: 10,
    capacity: 1200,
    entryShare: 50,
    datacenter: 'primary',
    network: '10.11',
    gateways: 3,
    controllers: 2,
    registries: 3,
  },
  {
    name: 'zone-b',
    region: 'beijing',
    role: 'active',
    alias: 'zone-b',
    app: 'ai-service-zone-b',
    replicas: 10,
    capacity: 1200,
    entryShare: 50,
    datacenter: 'standby',
    network: '10.12',
    gateways: 3,
    controllers: 2,
    registries: 3,
  },
  {
    name: 'zone-c',
    region: 'shanghai',
    role: 'standby',
    alias: 'shanghai',
    app: 'ai-service-shanghai',
    replicas: 2,
    capacity: 200,
    entryShare: 0,
    datacenter: 'remote',
    network: '10.21',
    gateways: 2,
    controllers: 1,
    registries: 3,
  },
]

/** Requests per second that the lab's topology declares as demand: with the margin of 1.2 it fits into the remote center, so that the loss of a region can be rehearsed. */
export const DEMAND = 120

export const CONTEXT_PREFIX = 'tricenter-lab-'
