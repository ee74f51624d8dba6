import type { RegistryInstance } from '../../ports/registry.ts'

/** What callers are given. `flag` absent: this API does not say whether the list is protected. */
export interface InstanceList {
  readonly instances: readonly RegistryInstance[]
  readonly flag?: boolean
  /** Clusters (in the sense of Nacos) that hold them. */
  readonly clusters: readonly string[]
}

/** A `ServiceInfo`, as the first two generations answer; undefined: it is none, or one of another service. */
export function decodeInfo(value: unknown, service: string): InstanceList | undefined {
  if (!isEntry(value)) return undefined
  const { name, hosts, reachProtectionThreshold: flag } = value
  if (typeof name === 'string' && name.split('@@').at(-1) !== service) return undefined
  if (flag !== undefined && typeof flag !== 'boolean') return undefined
  const list = decodeHosts(hosts)
  return list === undefined ? undefined : { ...list, ...(flag === undefined ? {} : { flag }) }
}

/** A list of instances; undefined: one of them, or the whole, is something else. */
export function decodeHosts(value: unknown): InstanceList | undefined {
  if (!Array.isArray(value)) return undefined
  const instances = value.map(decodeInstance)
  if (!instances.every((one) => one !== undefined)) return undefined
  const clusters = value.map((one: { clusterName?: unknown }) => one.clusterName).filter((one) => typeof one === 'string')
  return { instances, clusters: [...new Set(clusters)] }
}

/** One page of the first generation's catalog. */
export function decodePage(value: unknown): { readonly instances: readonly RegistryInstance[]; readonly count: number } | undefined {
  if (!isEntry(value)) return undefined
  const { list, count } = value
  const decoded = decodeHosts(list)
  return decoded === undefined || !Number.isInteger(count) ? undefined : { instances: decoded.instances, count: Number(count) }
}

/** `data` of the envelope of later generations; a code that is not 0 stands for itself. */
export function decodeResult(value: unknown): { readonly data: unknown } | { readonly code: number } | undefined {
  if (!isEntry(value) || typeof value['code'] !== 'number') return undefined
  return value['code'] === 0 ? { data: value['data'] } : { code: value['code'] }
}

function decodeInstance(value: unknown): RegistryInstance | undefined {
  if (!isEntry(value)) return undefined
  const { ip, port, healthy, enabled, weight, ephemeral, metadata } = value
  if (typeof ip !== 'string' || ip === '' || typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535)
    return undefined
  if (typeof healthy !== 'boolean' || typeof enabled !== 'boolean' || typeof ephemeral !== 'boolean') return undefined
  if (typeof weight !== 'number' || !(weight >= 0)) return undefined
  const said = metadata ?? {}
  if (!isEntry(said) || !Object.values(said).every((one) => typeof one === 'string')) return undefined
  return { ip, port, healthy, enabled, weight, ephemeral, metadata: said as Readonly<Record<string, string>> }
}

export function isEntry(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
