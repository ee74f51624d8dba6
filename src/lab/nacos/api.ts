import { GROUP, type Registration, listed, shown } from './registration.ts'

/** An answer of the HTTP API; `body` is sent as JSON unless it is a text. */
export interface NacosAnswer {
  readonly status: number
  readonly body: unknown
}

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  /** Everything that is registered here, copies from other centers included. */
  readonly all: readonly Registration[]
  /** Names of services that are known, those without an instance included. */
  readonly services: readonly string[]
  readonly catalog: boolean
}

const ok = (body: unknown): NacosAnswer => ({ status: 200, body })
const result = (data: unknown): NacosAnswer => ok({ code: 0, message: 'success', data })
/** What the server says where nothing is served at a path. */
export const notServed = (path: string): NacosAnswer => failed(404, 'Not Found', 'No message available', path)
export const forbidden = (path: string, message: string): NacosAnswer =>
  path.startsWith('/nacos/v3/')
    ? { status: 403, body: { code: 10_001, message: 'access denied', data: message } }
    : failed(403, 'Forbidden', message, path)

export function failed(status: number, error: string, message: string, path: string): NacosAnswer {
  return { status, body: { timestamp: new Date().toISOString(), status, error, message, path } }
}

/** Reads of the naming API, as Nacos 2.x and 3.x answer them. */
export function answerNaming(asked: Asked): NacosAnswer {
  const { path, query } = asked
  switch (path) {
    case '/nacos/v1/ns/instance/list':
      return ok(serviceInfo(asked))
    case '/nacos/v2/ns/instance/list':
      return result(serviceInfo(asked))
    case '/nacos/v3/client/ns/instance/list':
      return result(hostsOf(asked).map(shown))
    case '/nacos/v1/ns/service/list': {
      const names = named(query) === undefined ? [] : asked.services.toSorted()
      return ok({ count: names.length, doms: page(names, query) })
    }
    case '/nacos/v1/ns/catalog/instances': {
      if (!asked.catalog) return forbidden(path, 'authorization failed!')
      const found = instancesOf(asked)
      if (!isKnown(asked)) return { status: 500, body: `caused: service ${GROUP}@@${serviceOf(query)} is not found!;` }
      return ok({ list: page(found, query).map(shown), count: found.length })
    }
    case '/nacos/v3/admin/ns/instance/list': {
      if (!asked.catalog) return forbidden(path, 'authorization failed!')
      const found = instancesOf(asked)
      if (!isKnown(asked))
        return { status: 400, body: { code: 21_008, message: 'service not exist', data: `service ${serviceOf(query)} not found` } }
      return result(found.map(shown))
    }
    default:
      return notServed(path)
  }
}

function serviceInfo(asked: Asked): unknown {
  const seen = listed(instancesOf(asked))
  return {
    name: `${GROUP}@@${serviceOf(asked.query)}`,
    groupName: GROUP,
    clusters: asked.query.get('clusters') ?? '',
    cacheMillis: 10_000,
    hosts: hostsOf(asked).map(shown),
    lastRefTime: Date.now(),
    checksum: '',
    allIPs: false,
    reachProtectionThreshold: seen.protected,
    valid: true,
  }
}

function hostsOf(asked: Asked): readonly Registration[] {
  const { hosts } = listed(instancesOf(asked))
  return asked.query.get('healthyOnly') === 'true' ? hosts.filter(({ healthy }) => healthy) : hosts
}

function instancesOf({ query, all }: Asked): readonly Registration[] {
  return named(query) === undefined ? [] : all.filter(({ service }) => service === serviceOf(query))
}

/** Undefined: another namespace or group than the one in which everything here is registered. */
function named(query: URLSearchParams): true | undefined {
  const namespace = query.get('namespaceId') ?? ''
  const [prefix] = (query.get('serviceName') ?? '').split('@@')
  const group = (query.get('serviceName') ?? '').includes('@@') ? prefix : (query.get('groupName') ?? GROUP)
  return (namespace === '' || namespace === 'public') && (group === GROUP || group === '') ? true : undefined
}

const isKnown = ({ query, services }: Asked): boolean => named(query) === true && services.includes(serviceOf(query))
const serviceOf = (query: URLSearchParams): string => (query.get('serviceName') ?? '').split('@@').at(-1) ?? ''

function page<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Number(query.get('pageSize') ?? 100)
  const start = (Number(query.get('pageNo') ?? 1) - 1) * size
  return all.slice(start, start + size)
}
