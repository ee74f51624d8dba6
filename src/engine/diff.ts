import type { ColumnGap, ColumnObjects, KindInput } from '../compare/compare.ts'
import { MOST_COLUMNS, sieve } from '../compare/sift.ts'
import { schemaOfKind, type SchemaNode } from '../compare/schema.ts'
import type { AnyObject, Column, ComparedKind, ObjectIdentity } from '../domain/compare.ts'
import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import { situationInForce } from '../domain/situation.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { gatewayKinds } from '../gateways/index.ts'
import { json, list, record, text } from '../gateways/strange.ts'
import type { Cluster, KubeObject, ListOptions } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'

/** Schemas by the path under which a server offers them, where that names their hash. Absent: every run reads them anew. */
export interface SchemaStore {
  get(key: string): Promise<string | undefined>
  set(key: string, text: string): Promise<void>
}

export interface ReadRequest {
  readonly topology: Topology
  readonly centers: readonly CenterName[]
  readonly kinds: readonly ComparedKind[]
  readonly store?: SchemaStore
  /**
   * Kinds of which only objects are wanted that differ, or that `wanted` names; the others are counted. Absent: every object is wanted. A kind of which some
   * center cannot be read is wanted whole.
   */
  readonly sift?: { readonly of: (kind: ComparedKind) => boolean; readonly wanted: (identity: ObjectIdentity) => boolean }
  /** Told when a center has answered for a kind. */
  readonly tell?: (progress: ReadProgress) => void
}
export interface ReadProgress {
  readonly center: CenterName
  readonly kind: string
  readonly state: ColumnObjects['state']
  readonly objects: number
  /** Lists read and to be read, of all centers. */
  readonly done: number
  readonly all: number
}

/** The managed routes, as the topology bounds them, and then what `compare` names; a kind named there too is compared as it says. */
export function comparedKinds(topology: Topology): readonly ComparedKind[] {
  const { namespaces, selector } = topology.routes
  const declared = topology.compare?.kinds ?? []
  const routes = gatewayKinds
    .filter(({ kind }) => !declared.some((one) => one.kind === kind.kind && one.group === kind.group))
    .map(({ kind }): ComparedKind => ({
      ...kind,
      ...(namespaces === undefined ? {} : { namespaces }),
      ...(selector === undefined ? {} : { selector }),
      rename: [],
      ignore: [],
      check: { by: 'content' },
    }))
  return [...routes, ...declared]
}

/** Every kind of every center, all centers at once; each list has its deadline, and what one center does costs the others nothing. */
export async function readCenters(world: World, request: ReadRequest): Promise<readonly KindInput[]> {
  const { topology, centers, kinds, tell } = request
  const clusters = centers.flatMap((center) => {
    const cluster = world.clusters.get(center)
    return cluster === undefined ? [] : [cluster]
  })
  const served = await servedVersions(world, topology, clusters, kinds)
  const schemas = schemaReader(world, topology, request.store)
  let done = 0
  const told = (center: CenterName, kind: ComparedKind, state: ColumnObjects['state'], objects: number): void => {
    done++
    tell?.({ center, kind: kind.kind, state, objects, done, all: clusters.length * served.length })
  }
  return await Promise.all(
    served.map(async (kind): Promise<KindInput> => {
      const few = request.sift?.of(kind) === true && clusters.length <= MOST_COLUMNS
      const sifted = few ? await siftKind(world, topology, clusters, kind, request.sift?.wanted) : undefined
      const columns = await Promise.all(
        clusters.map(async (cluster, i): Promise<readonly [CenterName, ColumnObjects]> => {
          const seen = sifted?.columns[i] ?? (await readKind(world, topology, cluster, kind))
          // A schema is for objects that differ.
          const needed = seen.state === 'present' && seen.objects.length > 0
          const found = needed ? { ...seen, ...(await schemas(cluster, kind)) } : seen
          told(cluster.center, kind, found.state, (sifted?.equal ?? 0) + (found.state === 'present' ? found.objects.length : 0))
          return [cluster.center, found]
        }),
      )
      return { kind, columns: new Map(columns), ...(sifted === undefined ? {} : { equal: sifted.equal }) }
    }),
  )
}

/** Objects that differ, by center, and how many do not. A column that is not there has to be read whole, for its lists are unusual. */
async function siftKind(
  world: World,
  topology: Topology,
  clusters: readonly Cluster[],
  kind: ComparedKind,
  wanted: (identity: ObjectIdentity) => boolean = () => false,
): Promise<{ readonly columns: readonly (ColumnObjects | undefined)[]; readonly equal: number }> {
  const deadline = deadlineOf(world, topology)
  const sifting = sieve({ columns: clusters.length, kind, wanted })
  let whole = true
  const read = async (cluster: Cluster, column: number): Promise<ColumnObjects | undefined> => {
    for (const options of listsOf(kind)) {
      for await (const page of cluster.pages(kind, options, deadline)) {
        if (page.state !== 'present') {
          whole &&= sifting.lose()
          return gapOf(page)
        }
        whole &&= !page.value.anew && sifting.add(column, page.value)
        if (!whole) return undefined
      }
    }
    return undefined
  }
  const gaps = await Promise.all(clusters.map(read))
  const sifted = whole ? sifting.end() : undefined
  return {
    columns: gaps.map((gap, i) => {
      const objects = sifted?.columns[i]
      return gap ?? (objects === undefined ? undefined : { state: 'present', objects })
    }),
    equal: sifted?.equal ?? 0,
  }
}

/** The situation that the marks of the live routes tell: a center that is out is not needed. */
export function outByMarks(topology: Topology, kinds: readonly KindInput[]): readonly CenterName[] {
  const seen = topology.centers.map(({ name: center }) => {
    const routes = gatewayKinds.flatMap((gateway) => {
      const column = kinds.find(({ kind }) => kind.kind === gateway.kind.kind && kind.group === gateway.kind.group)?.columns.get(center)
      return column?.state === 'present' ? column.objects.map((object) => gateway.toRoute(object as KubeObject, center, topology)) : []
    })
    return { center, routes: { state: 'present', value: routes, at: 0, took: 0 } as const }
  })
  return situationInForce(topology, seen).out
}

/** Columns of centers, live. */
export function liveColumns(topology: Topology, centers: readonly CenterName[], at: number): readonly Column[] {
  return topology.centers
    .filter(({ name }) => centers.includes(name))
    .map(({ name, role }) => ({ name, source: 'live', center: name, role, at }))
}

/** The objects of one kind in one center: whole or not at all. A namespace that one may not see makes the kind forbidden there. */
async function readKind(world: World, topology: Topology, cluster: Cluster, kind: ComparedKind): Promise<ColumnObjects> {
  const deadline = deadlineOf(world, topology)
  const lists = await Promise.all(listsOf(kind).map(async (options) => await cluster.list(kind, options, deadline)))
  const gap = lists.find(({ state }) => state !== 'present')
  if (gap !== undefined) return gapOf(gap)
  return { state: 'present', objects: lists.flatMap((seen): readonly AnyObject[] => (seen.state === 'present' ? seen.value : [])) }
}

/** One list a namespace. */
export function listsOf({ namespaced, namespaces, selector }: ComparedKind): readonly ListOptions[] {
  return (namespaced ? (namespaces ?? [undefined]) : [undefined]).map((namespace) => ({
    ...(namespace === undefined ? {} : { namespace }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  }))
}

export function gapOf(seen: Observation<unknown>): ColumnGap {
  if (seen.state === 'absent') return { state: 'kind-missing' }
  return seen.state === 'present' ? { state: 'unknown' } : { state: seen.state, why: seen.why }
}

export const deadlineOf = (world: World, topology: Topology): Deadline => ({ at: world.clock.monotonic() + topology.policy.deadlines.read })

/**
 * The same version of a group everywhere, else two views of equal objects would differ: the declared one where every center serves it, else the first that all
 * serve. A center that does not answer, or does not know the group, has no say.
 */
export async function servedVersions(
  world: World,
  topology: Topology,
  clusters: readonly Cluster[],
  kinds: readonly ComparedKind[],
): Promise<readonly ComparedKind[]> {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '')
  const known = new Map(
    await Promise.all(
      groups.map(async (group) => {
        const answers = await Promise.all(
          clusters.map(async (cluster) => await cluster.read(`/apis/${group}`, deadlineOf(world, topology))),
        )
        const versions = answers
          .flatMap((seen) => (seen.state === 'present' ? [versionsIn(seen.value.text)] : []))
          .filter(({ length }) => length > 0)
        return [group, versions] as const
      }),
    ),
  )
  return kinds.map((kind) => {
    const [first, ...rest] = known.get(kind.group) ?? []
    if (first === undefined) return kind
    const common = first.filter((version) => rest.every((versions) => versions.includes(version)))
    return common.includes(kind.version) || common[0] === undefined ? kind : { ...kind, version: common[0] }
  })
}

function versionsIn(body: string): readonly string[] {
  return list(record(json(body))['versions']).flatMap((one) => text(record(one)['version']) ?? [])
}

/** Schemas by OpenAPI v3, with read rights alone. A server that offers none leaves its objects as they are. Equal texts are parsed once. */
export function schemaReader(world: World, topology: Topology, store: SchemaStore | undefined) {
  const indexes = new Map<CenterName, Promise<Readonly<Record<string, unknown>>>>()
  const texts = new Map<string, Promise<string | undefined>>()
  const documents = new Map<string, unknown>()
  const index = async (cluster: Cluster): Promise<Readonly<Record<string, unknown>>> => {
    const seen = await cluster.read('/openapi/v3', deadlineOf(world, topology))
    return seen.state === 'present' ? record(record(json(seen.value.text))['paths']) : {}
  }
  const read = async (cluster: Cluster, path: string, hashed: boolean): Promise<string | undefined> => {
    const kept = hashed ? await store?.get(path) : undefined
    if (kept !== undefined) return kept
    const seen = await cluster.read(path, deadlineOf(world, topology))
    if (seen.state !== 'present') return undefined
    if (hashed) await store?.set(path, seen.value.text)
    return seen.value.text
  }
  return async (cluster: Cluster, kind: ComparedKind): Promise<{ readonly schema?: SchemaNode }> => {
    const known = indexes.get(cluster.center) ?? index(cluster)
    indexes.set(cluster.center, known)
    const at = kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`
    const path = text(record((await known)[at])['serverRelativeURL'])
    let body: string | undefined
    if (path?.startsWith('/openapi/v3/') === true) {
      const hashed = path.includes('?hash=')
      const key = hashed ? path : `${cluster.center} ${path}`
      const reading = texts.get(key) ?? read(cluster, path, hashed)
      texts.set(key, reading)
      body = await reading
    }
    if (body !== undefined && !documents.has(body)) documents.set(body, json(body))
    const schema = schemaOfKind(body === undefined ? {} : documents.get(body), kind)
    return schema === undefined ? {} : { schema }
  }
}
