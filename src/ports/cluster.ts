import type { Deadline, PatchOperation, WriteResult } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { CenterName } from '../domain/topology.ts'

/** A kind of object as the API serves it. `namespaced` false: cluster-scoped. */
export interface Kind {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

/** A right as an access review asks for it. */
export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string
  /** Of this object only. */
  readonly name?: string
}

export interface ListOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

export interface WatchOptions extends ListOptions {
  /** The `version` of a list, or that of the last event seen: what happened after it is told. */
  readonly version: string
}

/** What one watch tells. `version`: from which another watch goes on after this event. */
export type WatchEvent =
  /** The server has begun to answer. The first event, unless it could not begin; a version that is too old may be told only after it. */
  | { readonly type: 'opened' }
  | { readonly type: 'added' | 'modified'; readonly object: KubeObject; readonly version: string }
  /** Gone, or no longer under the selector; the object as it was last. */
  | { readonly type: 'deleted'; readonly object: KubeObject; readonly version: string }
  /** Nothing happened up to here. */
  | { readonly type: 'bookmark'; readonly version: string }
  /** The last of a watch: the server no longer knows that version (410). The list has to be read anew. */
  | { readonly type: 'expired' }
  /** The last: the server ended it, the connection was cut, or nothing came for too long. What was told stands; another watch goes on from the last version. */
  | { readonly type: 'ended'; readonly why: string }
  /** The last: it could not begin, or the server said something that is none of these. `absent`: the kind is not served. */
  | { readonly type: 'gap'; readonly gap: Exclude<Observation<never>, { readonly state: 'present' }> }

/** Any Kubernetes object: only metadata is typed. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation?: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly managedFields?: readonly {
      readonly manager?: string
      readonly operation?: string
      readonly time?: string
      readonly fieldsV1?: unknown
      readonly subresource?: string
    }[]
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
  }
  readonly [key: string]: unknown
}

/** An object that is not there yet: without what only a server can give. */
export type Manifest = Pick<KubeObject, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [key: string]: unknown
}

export interface ApiText {
  readonly text: string
  readonly date?: number
}

/** A page of a list as it came, not parsed. Everything between `from` and `until` is its items, with commas between them. */
export interface ListPage {
  readonly bytes: Buffer
  readonly from: number
  readonly until: number
  readonly apiVersion: string
  /** The list's own resourceVersion, from which a watch goes on; empty: the server named none. */
  readonly version: string
  /** The list began anew: pages before this one count for nothing. */
  readonly anew: boolean
  /** To be called once nobody will look at the bytes again: another page may be received in their place. */
  readonly free?: () => void
}

/**
 * One center's API. Every call ends by its deadline and answers with a value; it never throws for what the network did.
 * A 404 on a named object is `absent`; on a list it means that the kind is not served, and is `absent` too.
 */
export interface Cluster {
  readonly center: CenterName
  get(kind: Kind, namespace: string | undefined, name: string, deadline: Deadline): Promise<Observation<KubeObject>>
  /** Whole or not at all: never part of a list. Paged by hand; a 410 in the middle starts over once, within the deadline. */
  list(kind: Kind, options: ListOptions, deadline: Deadline): Promise<Observation<readonly KubeObject[]>>
  /**
   * The same list page by page, as bytes. It is whole when the pages end without a gap; a gap is the last that comes. Whether items are objects, and of
   * that kind, is not looked at.
   */
  pages(kind: Kind, options: ListOptions, deadline: Deadline): AsyncIterable<Observation<ListPage>>
  /**
   * Follows one kind from a version on, on a connection of its own. Events come in the order in which things happened, each once; the last one says why there
   * are no more. It begins by the deadline or is a gap; after that it lasts until it ends, and one on which nothing comes for two bookmarks' time (150 s) has
   * ended. An aborted signal ends it at once, without another event. A slow reader slows the server's sending: no more than a few hundred events wait here.
   */
  watch(kind: Kind, options: WatchOptions, deadline: Deadline, signal: AbortSignal): AsyncIterable<WatchEvent>
  /** One JSON Patch (RFC 6902) with field manager `tricenter`. 429 and connection refused before a byte was sent are tried again within the deadline; nothing else is. */
  patch(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    operations: readonly PatchOperation[],
    deadline: Deadline,
    subresource?: string,
  ): Promise<WriteResult>
  /** One POST. An object of that name that is there already is a conflict, `test-failed`. */
  create(kind: Kind, object: Manifest, deadline: Deadline): Promise<WriteResult>
  /** One DELETE, on the condition that it is still the very object that was read. One that is gone already is a conflict, `test-failed`; another version, `version`. */
  remove(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    preconditions: { readonly uid: string; readonly resourceVersion: string },
    deadline: Deadline,
  ): Promise<WriteResult>
  /** One GET of any path of the API, e.g. `/version`: the body as text, and the server's own clock (its `Date`, ms since the epoch). 404 is `absent`. */
  read(path: string, deadline: Deadline): Promise<Observation<ApiText>>
  /** One GET of a Pod's own port, past every Service, through the API server's port-forward: the body of a 200, of any size up to 64 MiB. `absent`: no such Pod; `unknown`: the tunnel or the Pod did not do it. */
  fromPod(namespace: string, pod: string, port: number, path: string, deadline: Deadline): Promise<Observation<string>>
  /** SelfSubjectAccessReview. */
  allowed(right: Right, deadline: Deadline): Promise<Observation<boolean>>
  /** Ends connections; every call after it answers `unreachable`. */
  close(): Promise<void>
}
