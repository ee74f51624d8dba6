/** One instance as its service registered it, in namespace `public` and group `DEFAULT_GROUP`. */
export interface Registration {
  readonly service: string
  readonly ip: string
  readonly port: number
  readonly weight: number
  readonly healthy: boolean
  readonly enabled: boolean
  readonly ephemeral: boolean
  readonly metadata: Readonly<Record<string, string>>
}

export const GROUP = 'DEFAULT_GROUP'
const CLUSTER = 'DEFAULT'

/** As every API of Nacos shows an instance. */
export function shown({ service, ...one }: Registration): unknown {
  const serviceName = `${GROUP}@@${service}`
  return {
    instanceId: `${one.ip}#${one.port}#${CLUSTER}#${serviceName}`,
    ...one,
    clusterName: CLUSTER,
    serviceName,
    ipDeleteTimeout: 30_000,
    instanceHeartBeatTimeOut: 15_000,
    instanceIdGenerator: 'simple',
    instanceHeartBeatInterval: 5_000,
  }
}

/**
 * What clients are given: nothing that is disabled; and where nothing is healthy, everything as healthy, so that callers have somebody to ask (`protected`).
 */
export function listed(all: readonly Registration[]): { readonly hosts: readonly Registration[]; readonly protected: boolean } {
  const enabled = all.filter((one) => one.enabled)
  const overrun = enabled.length > 0 && !enabled.some(({ healthy }) => healthy)
  return { hosts: overrun ? enabled.map((one) => ({ ...one, healthy: true })) : enabled, protected: overrun }
}
