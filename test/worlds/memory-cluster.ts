import { applyJsonPatch } from '../../src/lab/apiserver/json-patch.ts'
import { same, type Tree } from '../../src/lab/apiserver/json.ts'
import { labelMatcher } from '../../src/lab/apiserver/selectors.ts'
import type { Deadline, PatchOperation, WriteResult } from '../../src/domain/change.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { ApiText, Cluster, Kind, KubeObject, ListOptions, Right } from '../../src/ports/cluster.ts'
import { memoryWatches } from './memory-watches.ts'

/** An object as a test writes it down: the cluster adds uid, resourceVersion and generation. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [key: string]: unknown
}

/** What is wrong with the API. refused: at once · blackholed: until the deadline · slow: after `ms` · forbidden: 403 · status: such an answer, which is none. */
export type MemoryFault =
  | { readonly kind: 'refused' | 'blackholed' | 'forbidden' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number }

/** lost-before: not applied, and nobody is told · lost-after: applied, and nobody is told. */
export type LostWrite = 'lost-before' | 'lost-after'

export interface Write {
  readonly center: string
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
  readonly operations: readonly PatchOperation[]
  /** Absent: a patch. */
  readonly verb?: 'create' | 'remove'
}

/** One center's API in memory. What the tool may do is the port; all else is what others do, or what befalls it. */
export interface MemoryCluster extends Cluster {
  fault: MemoryFault | null
  /** The next writes, in turn. */
  readonly lose: LostWrite[]
  /** Called before a write is looked at, and after it was applied but before it is answered. One that never resolves is a crash of the caller. */
  onWrite: ((phase: 'before' | 'after', write: Write) => void | Promise<void>) | undefined
  /** Patches that were applied. */
  readonly writes: readonly Write[]
  /** Reads that were answered or not: `get <kind>/<name>`, `list <kind>`. */
  readonly reads: readonly string[]
  /** Rights that an access review denies. */
  readonly denied: Right[]
  /** Kinds that this API does not serve: their lists are absent. */
  readonly unserved: Set<string>
  /** What a GET of a path answers, e.g. of `/version`; of a Pod's port that of `<pod>:<port><path>`. */
  readonly texts: Map<string, ApiText>
  /** Creates an object or replaces it, as another actor would. */
  put(manifest: Manifest): KubeObject
  /** Changes an object, as another actor would. */
  edit(kind: string, namespace: string | undefined, name: string, change: (draft: Tree) => void): KubeObject
  /** Deletes an object, as another actor would. */
  drop(kind: string, namespace: string | undefined, name: string): void
  /** The object now, whatever is wrong with the API. */
  peek(kind: string, namespace: string | undefined, name: string): KubeObject | undefined
  all(kind: string): readonly KubeObject[]
  /** Forgets what happened until now: a watch from an older version is told that it expired. */
  compact(): void
  /** Ends every watch, as a server does that restarts. */
  endWatches(): void
  /** A bookmark for every watch. */
  bookmark(): void
  /** How many watches are open. */
  readonly watches: number
}

export interface MemoryClusterOptions {
  readonly center: string
  readonly clock: Clock
  /** Deployments and StatefulSets are as ready as wanted after so many ms; `Infinity`: never by themselves. */
  readonly readyAfter?: number
}

export function memoryCluster({ center, clock, readyAfter = 0 }: MemoryClusterOptions): MemoryCluster {
  const objects = new Map<string, KubeObject>()
  const writes: Write[] = []
  const reads: string[] = []
  let version = 0
  let born = 0
  let closed = false
  let wrong: MemoryFault | null = null
  const watches = memoryWatches(clock, () => cluster.fault)

  const keyOf = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace ?? ''}/${name}`

  function store(draft: Tree, previous: KubeObject | undefined): KubeObject {
    const { metadata } = draft as { metadata: Tree }
    metadata['uid'] ??= previous?.metadata.uid ?? `uid-${center}-${++born}`
    metadata['generation'] =
      (previous?.metadata.generation ?? 0) + (previous !== undefined && same(previous['spec'], draft['spec']) ? 0 : 1)
    metadata['resourceVersion'] = previous?.metadata.resourceVersion
    if (previous !== undefined && same(previous, draft)) return previous
    metadata['resourceVersion'] = String(++version)
    const object = frozen(draft) as KubeObject
    objects.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), object)
    watches.tell({ version, object, previous })
    if (isWorkload(object) && object.metadata.generation !== (object['status'] as Tree | undefined)?.['observedGeneration'])
      void roll(object)
    return object
  }

  function discard(object: KubeObject): void {
    objects.delete(keyOf(object.kind, object.metadata.namespace, object.metadata.name))
    watches.tell({ version: ++version, object: undefined, previous: object })
  }

  async function roll({ kind, metadata: { namespace, name, generation } }: KubeObject): Promise<void> {
    if (readyAfter === Number.POSITIVE_INFINITY) return
    if (readyAfter > 0) await clock.sleep(readyAfter)
    const now = objects.get(keyOf(kind, namespace, name))
    if (now === undefined || now.metadata.generation !== generation) return
    const draft = structuredClone(now) as Tree
    const replicas = (draft['spec'] as Tree | undefined)?.['replicas'] ?? 1
    draft['status'] = { ...draft['status'], observedGeneration: generation, replicas, readyReplicas: replicas }
    store(draft, now)
  }

  /** What keeps a call from the objects, once it has taken as long as that takes. */
  async function trouble(deadline: Deadline): Promise<Exclude<Observation<never>, { state: 'present' | 'absent' }> | undefined> {
    const began = clock.monotonic()
    const { fault } = cluster
    const late = deadline.at <= began || fault?.kind === 'blackholed' || (fault?.kind === 'slow' && began + fault.ms >= deadline.at)
    if (!closed && late) await clock.sleep(deadline.at - began)
    else if (!closed && fault?.kind === 'slow') await clock.sleep(fault.ms)
    else await Promise.resolve()
    const end = { at: clock.now(), took: clock.monotonic() - began }
    if (closed) return { state: 'unreachable', why: 'the connection was closed', ...end }
    if (late) return { state: 'unreachable', why: 'no answer', ...end }
    if (fault?.kind === 'refused') return { state: 'unreachable', why: 'refused', ...end }
    if (fault?.kind === 'forbidden') return { state: 'forbidden', why: 'not allowed', ...end }
    if (fault?.kind === 'status') return { state: 'unknown', why: `server answered ${fault.status}`, ...end }
    return undefined
  }

  async function seen<T>(deadline: Deadline, look: () => T | undefined): Promise<Observation<T>> {
    const began = clock.monotonic()
    const wrong = await trouble(deadline)
    if (wrong !== undefined) return wrong
    const value = look()
    const end = { at: clock.now(), took: clock.monotonic() - began }
    return value === undefined ? { state: 'absent', ...end } : { state: 'present', value, ...end }
  }

  function apply(write: Write): WriteResult {
    const previous = objects.get(keyOf(write.kind, write.namespace, write.name))
    if (previous === undefined) return { kind: 'rejected', status: 404, message: `${write.kind} "${write.name}" not found` }
    try {
      const draft = applyJsonPatch(structuredClone(previous), structuredClone(write.operations))
      if (draft['metadata']?.resourceVersion !== previous.metadata.resourceVersion) return { kind: 'conflict', reason: 'version' }
      const invalid = invalidity(draft)
      if (invalid !== undefined) return { kind: 'rejected', status: 422, message: `${write.kind} "${write.name}" is invalid: ${invalid}` }
      const object = store(draft, previous)
      writes.push(write)
      return { kind: 'applied', object }
    } catch {
      return { kind: 'conflict', reason: 'test-failed' }
    }
  }

  /** What is wrong with the API, the crash of a caller and a lost answer, around any write. */
  async function written(write: Write, deadline: Deadline, carryOut: () => WriteResult): Promise<WriteResult> {
    await cluster.onWrite?.('before', write)
    const { fault } = cluster
    if (fault?.kind === 'refused') await clock.sleep(deadline.at - clock.monotonic())
    const wrong = await trouble(deadline)
    if (wrong?.state === 'forbidden') return { kind: 'rejected', status: 403, message: wrong.why }
    if (wrong !== undefined) return { kind: 'unknown', reason: 'no-answer' }
    const lost = cluster.lose.shift()
    if (lost === 'lost-before') return { kind: 'unknown', reason: 'no-answer' }
    const result = carryOut()
    await cluster.onWrite?.('after', write)
    return lost === 'lost-after' && result.kind === 'applied' ? { kind: 'unknown', reason: 'cut' } : result
  }

  const cluster: MemoryCluster = {
    center,
    get fault() {
      return wrong
    },
    set fault(now) {
      wrong = now
      // What is refused was cut; what is silent stays open, and says nothing any more.
      if (now?.kind === 'refused') watches.end()
    },
    lose: [],
    onWrite: undefined,
    writes,
    reads,
    denied: [],
    unserved: new Set(),
    texts: new Map(),
    get(kind, namespace, name, deadline) {
      reads.push(`get ${kind.kind}/${name}`)
      return seen(deadline, () => objects.get(keyOf(kind.kind, kind.namespaced ? namespace : undefined, name)))
    },
    list(kind, { namespace, labelSelector }: ListOptions, deadline) {
      reads.push(`list ${kind.kind}`)
      const matches = labelMatcher(labelSelector) ?? (() => true)
      const wanted = (object: KubeObject): boolean =>
        (namespace === undefined || object.metadata.namespace === namespace) && matches(object as never)
      return seen(deadline, () => (cluster.unserved.has(kind.kind) ? undefined : cluster.all(kind.kind).filter(wanted)))
    },
    async *pages(kind, options, deadline) {
      const before = String(version)
      const list = await cluster.list(kind, options, deadline)
      if (list.state !== 'present') return yield list
      const { value, ...when } = list
      const half = Math.ceil(value.length / 2)
      for (const items of half === 0 ? [[]] : [value.slice(0, half), value.slice(half)]) {
        const bytes = Buffer.from(items.map((item) => JSON.stringify(item)).join())
        const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
        yield { ...when, value: { bytes, from: 0, until: bytes.length, apiVersion, version: before, anew: false } }
      }
    },
    async *watch(kind, { version: from, ...options }, deadline, signal) {
      if (signal.aborted) return
      const gap = await trouble(deadline)
      const served = !cluster.unserved.has(kind.kind)
      if (gap !== undefined || !served) yield { type: 'gap', gap: gap ?? { state: 'absent', at: clock.now(), took: 0 } }
      else yield* watches.open(kind, options, Number(from), signal)
    },
    async patch(kind: Kind, namespace, name, operations, deadline, subresource) {
      if (subresource !== undefined) return { kind: 'rejected', status: 404, message: `no subresource ${subresource} in memory` }
      const write = { center, kind: kind.kind, namespace: kind.namespaced ? namespace : undefined, name, operations }
      return await written(write, deadline, () => apply(write))
    },
    async create(kind, object, deadline) {
      const { name, namespace } = object.metadata
      const write = {
        center,
        kind: kind.kind,
        namespace: kind.namespaced ? namespace : undefined,
        name,
        operations: [],
        verb: 'create' as const,
      }
      return await written(write, deadline, () => {
        if (cluster.unserved.has(kind.kind)) return { kind: 'rejected', status: 404, message: 'not found' }
        if (objects.has(keyOf(kind.kind, write.namespace, name))) return { kind: 'conflict', reason: 'test-failed' }
        writes.push(write)
        return { kind: 'applied', object: store(structuredClone(object), undefined) }
      })
    },
    async remove(kind, namespace, name, preconditions, deadline) {
      const write = {
        center,
        kind: kind.kind,
        namespace: kind.namespaced ? namespace : undefined,
        name,
        operations: [],
        verb: 'remove' as const,
      }
      return await written(write, deadline, () => {
        const object = objects.get(keyOf(kind.kind, write.namespace, name))
        if (object === undefined) return { kind: 'conflict', reason: 'test-failed' }
        const { uid, resourceVersion } = object.metadata
        if (uid !== preconditions.uid || resourceVersion !== preconditions.resourceVersion) return { kind: 'conflict', reason: 'version' }
        discard(object)
        writes.push(write)
        return { kind: 'applied', object }
      })
    },
    read: (path, deadline) => {
      reads.push(`read ${path}`)
      return seen(deadline, () => cluster.texts.get(path))
    },
    fromPod: (namespace, pod, port, path, deadline) => {
      reads.push(`forward ${namespace}/${pod}:${port} ${path}`)
      return seen(deadline, () => cluster.texts.get(`${pod}:${port}${path}`)?.text)
    },
    allowed: (right, deadline) =>
      seen(
        deadline,
        () => !cluster.denied.some((one) => one.verb === right.verb && one.group === right.group && one.resource === right.resource),
      ),
    close() {
      closed = true
      watches.shut()
      return Promise.resolve()
    },
    put(manifest) {
      const draft = structuredClone(manifest) as Tree
      const previous = objects.get(keyOf(manifest.kind, manifest.metadata.namespace, manifest.metadata.name))
      return store(draft, manifest.metadata.uid === undefined || manifest.metadata.uid === previous?.metadata.uid ? previous : undefined)
    },
    edit(kind, namespace, name, change) {
      const previous = objects.get(keyOf(kind, namespace, name))
      if (previous === undefined) throw new Error(`${kind} ${namespace}/${name} is not there to be edited`)
      const draft = structuredClone(previous) as Tree
      change(draft)
      return store(draft, previous)
    },
    drop(kind, namespace, name) {
      const object = objects.get(keyOf(kind, namespace, name))
      if (object !== undefined) discard(object)
    },
    peek: (kind, namespace, name) => objects.get(keyOf(kind, namespace, name)),
    all: (kind) => [...objects.values()].filter((object) => object.kind === kind),
    compact: () => watches.forget(version),
    endWatches: () => watches.end(),
    bookmark: () => watches.bookmark(version),
    get watches() {
      return watches.count()
    },
  }
  return cluster
}

function isWorkload({ kind }: KubeObject): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet'
}

/** The limits of an HTTPRoute that a planner could run into. */
function invalidity(draft: Tree): string | undefined {
  if (draft['kind'] !== 'HTTPRoute') return undefined
  for (const [i, rule] of ((draft['spec']?.rules ?? []) as Tree[]).entries()) {
    const refs = (rule['backendRefs'] ?? []) as Tree[]
    if (refs.length > 16) return `spec.rules[${i}].backendRefs: Too many: ${refs.length}: must have at most 16 items`
    for (const [j, { weight = 1 }] of refs.entries()) {
      if (!Number.isInteger(weight) || weight < 0 || weight > 1_000_000)
        return `spec.rules[${i}].backendRefs[${j}].weight: Invalid value: ${String(weight)}`
    }
  }
  return undefined
}

/** Objects that were handed out must not be changed behind the cluster's back. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}
