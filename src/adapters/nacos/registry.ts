import type { Deadline } from '../../domain/change.ts'
import type { RegistrySource } from '../../domain/estate.ts'
import type { Observation } from '../../domain/observation.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Registry, RegistryInstance, RegistryService } from '../../ports/registry.ts'
import { type InstanceList, decodeHosts, decodeInfo, decodePage, decodeResult } from './decode.ts'
import type { Gap, Reply } from './reply.ts'
import { type NacosSession, openSession } from './session.ts'

type Api = RegistryService['api']
type Read<T> = T | Exclude<Reply, { readonly json: unknown }>

const LISTS: Readonly<Record<Api, string>> = {
  v1: '/nacos/v1/ns/instance/list',
  v2: '/nacos/v2/ns/instance/list',
  v3: '/nacos/v3/client/ns/instance/list',
}
const CATALOG = '/nacos/v1/ns/catalog/instances'
const ADMIN = '/nacos/v3/admin/ns/instance/list'
/** Newest first; what has answered once is asked first from then on. */
const ORDER: Readonly<Record<RegistrySource['api'], readonly Api[]>> = { v1: ['v1'], v3: ['v3'], auto: ['v3', 'v1', 'v2'] }
const PAGE = 500
const PAGES = 40

export interface NacosOptions {
  readonly source: RegistrySource
  readonly clock: Clock
  /** Where the variables that hold user names and passwords are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Nacos 1, 2 and 3 as the registry of each center. The list is what gateways are given; the catalog, where it may be read, says how its instances really are.
 * Everything that is not a whole, well-formed answer is a gap: never healthy, never empty.
 */
export function nacosRegistry({ source, clock, env }: NacosOptions): Registry & { close(): Promise<void> } {
  const sessions = new Map(
    Object.entries(source.centers).map(([center, endpoint]) => [center, openSession({ clock, endpoint, api: source.api, env })]),
  )
  const served = new Map<string, Api>()

  return {
    async instances(center, service, deadline): Promise<Observation<RegistryService>> {
      const began = clock.monotonic()
      const times = (): { readonly at: number; readonly took: number } => ({ at: clock.now(), took: clock.monotonic() - began })
      const session = sessions.get(center)
      if (session === undefined) return { state: 'unknown', why: `no registry is declared for ${center}`, ...times() }
      const names = { serviceName: service, groupName: source.group, namespaceId: source.namespace }
      const known = served.get(center)
      const order = known === undefined ? ORDER[source.api] : [known, ...ORDER[source.api].filter((api) => api !== known)]
      let status = 404
      for (const api of order) {
        const list = await listOf(session, api, names, deadline)
        if ('instances' in list) {
          served.set(center, api)
          const truth = await truthOf(session, api, names, list.clusters, deadline)
          const value = combined(api, list, truth)
          return value === undefined ? { state: 'absent', ...times() } : { state: 'present', value, ...times() }
        }
        if (list.state === 'missing') return { state: 'absent', ...times() }
        if (list.state !== 'not-served') return { ...list, ...times() }
        status = list.status
      }
      return { state: 'unknown', why: `no naming API is served there (HTTP ${status})`, ...times() }
    },
    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()))
    },
  }
}

type Names = Readonly<Record<'serviceName' | 'groupName' | 'namespaceId', string>>
const malformed: Gap = { state: 'unknown', why: 'the answer is not shaped like a list of instances' }

async function listOf(session: NacosSession, api: Api, names: Names, deadline: Deadline): Promise<Read<InstanceList>> {
  const reply = await session.get(LISTS[api], names, deadline)
  if (!('json' in reply)) return reply
  if (api === 'v1') return decodeInfo(reply.json, names.serviceName) ?? malformed
  const data = dataOf(reply.json)
  if ('state' in data) return data
  return (api === 'v2' ? decodeInfo(data.data, names.serviceName) : decodeHosts(data.data)) ?? malformed
}

/** What the registry itself knows of the instances; a gap where it may not be asked, or its answer is none. */
async function truthOf(
  session: NacosSession,
  api: Api,
  names: Names,
  clusters: readonly string[],
  deadline: Deadline,
): Promise<Read<{ readonly instances: readonly RegistryInstance[] }>> {
  if (api === 'v3') {
    const reply = await session.get(ADMIN, names, deadline)
    if (!('json' in reply)) return reply
    const data = dataOf(reply.json)
    return 'state' in data ? data : (decodeHosts(data.data) ?? malformed)
  }
  const all: RegistryInstance[] = []
  const { namespaceId, groupName, serviceName } = names
  for (const clusterName of clusters.length === 0 ? ['DEFAULT'] : clusters) {
    const found = await pagesOf(session, { namespaceId, groupName, serviceName: `${groupName}@@${serviceName}`, clusterName }, deadline)
    if ('state' in found) return found
    all.push(...found.instances)
  }
  return { instances: all }
}

async function pagesOf(
  session: NacosSession,
  query: Readonly<Record<string, string>>,
  deadline: Deadline,
): Promise<Read<{ readonly instances: readonly RegistryInstance[] }>> {
  const instances: RegistryInstance[] = []
  for (let pageNo = 1; pageNo <= PAGES; pageNo++) {
    const reply = await session.get(CATALOG, { ...query, pageNo: String(pageNo), pageSize: String(PAGE) }, deadline)
    if (!('json' in reply)) return reply
    const page = decodePage(reply.json)
    if (page === undefined) return malformed
    instances.push(...page.instances)
    if (instances.length === page.count) return { instances }
    if (page.instances.length === 0 || instances.length > page.count)
      return { state: 'unknown', why: 'the catalog changed while it was read' }
  }
  return { state: 'unknown', why: `the catalog has more than ${PAGES} pages` }
}

function dataOf(json: unknown): { readonly data: unknown } | Gap {
  const result = decodeResult(json)
  if (result === undefined) return malformed
  return 'data' in result ? result : { state: 'unknown', why: `registry answered code ${result.code}` }
}

/** Undefined: there is no such service. A list without anybody is no proof of that; the catalog's word is. */
function combined(
  api: Api,
  { instances, flag }: InstanceList,
  truth: Read<{ readonly instances: readonly RegistryInstance[] }>,
): RegistryService | undefined {
  if ('instances' in truth) {
    const enabled = truth.instances.filter((one) => one.enabled)
    const overrun = instances.length > 0 && instances.every(({ healthy }) => healthy) && !enabled.some(({ healthy }) => healthy)
    return { api, instances: truth.instances, catalogued: true, protected: flag === true || overrun }
  }
  if (truth.state === 'missing' && instances.length === 0) return undefined
  return { api, instances, protected: flag === true, ...(flag === undefined ? { unflagged: true as const } : {}) }
}
