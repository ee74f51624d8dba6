import type { KubeObject } from './json.ts'

export interface StoreEvent {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: string
  readonly object: KubeObject
  readonly previous?: KubeObject
}

type Listener = (event: StoreEvent) => void

interface Table {
  readonly objects: Map<string, KubeObject>
  /** The keys in order, as a list answers; made when asked for after a key came or went. */
  sorted: readonly string[] | undefined
}

/**
 * The objects of one cluster under one rising sequence of versions, with as much of its history as watches may ask for.
 * Stored objects are never changed in place, so that readers need no copies.
 */
export class Store {
  version = 1
  /** A watch from before this version is too old. */
  oldest = 1
  readonly #tables = new Map<string, Table>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #kept: number
  #history: StoreEvent[] = []

  constructor(kept = 2000) {
    this.#kept = kept
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#tables.get(resource)?.objects.get(key)
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    const table = this.#tables.get(resource)
    if (table === undefined) return []
    const { objects } = table
    table.sorted ??= [...objects.keys()].sort()
    const keys = namespace === undefined ? table.sorted : table.sorted.filter((key) => key.startsWith(`${namespace}/`))
    return keys.map((key) => objects.get(key)!)
  }

  /** Stores `object` under the next version and tells who listens. */
  put(resource: string, key: string, object: KubeObject): KubeObject {
    const table = this.#table(resource)
    const previous = table.objects.get(key)
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.version) } }
    table.objects.set(key, stored)
    if (previous === undefined) table.sorted = undefined
    this.#tell({
      version: this.version,
      resource,
      object: stored,
      ...(previous === undefined ? { type: 'ADDED' } : { type: 'MODIFIED', previous }),
    })
    return stored
  }

  remove(resource: string, key: string): KubeObject | undefined {
    const table = this.#table(resource)
    const previous = table.objects.get(key)
    if (previous === undefined) return undefined
    table.objects.delete(key)
    table.sorted = undefined
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(++this.version) } }
    this.#tell({ version: this.version, type: 'DELETED', resource, object, previous })
    return object
  }

  /** Events after `version`, oldest first; undefined when part of them is forgotten. */
  since(version: number, resource: string): readonly StoreEvent[] | undefined {
    if (version < this.oldest) return undefined
    return this.#history.filter((event) => event.version > version && event.resource === resource)
  }

  /** Forgets all history, as etcd does every five minutes: older watches and continue tokens are expired from now on. */
  forget(): void {
    this.#history = []
    this.oldest = this.version
  }

  /** Calls `listener` for each event of a kind (or of all kinds, with `*`) until the returned function is called. */
  listen(resource: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set()
    this.#listeners.set(resource, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  #tell(event: StoreEvent): void {
    this.#history.push(event)
    if (this.#history.length > 2 * this.#kept) {
      this.#history = this.#history.slice(-this.#kept)
      this.oldest = this.#history[0]!.version - 1
    }
    for (const listener of this.#listeners.get(event.resource) ?? []) listener(event)
    for (const listener of this.#listeners.get('*') ?? []) listener(event)
  }

  #table(resource: string): Table {
    let table = this.#tables.get(resource)
    if (table === undefined) this.#tables.set(resource, (table = { objects: new Map(), sorted: undefined }))
    return table
  }
}

const texts = new WeakMap<object, string>()
const itemTexts = new WeakMap<object, string>()

/** The JSON of a stored object, made once: lists and watches of many clients share it. */
export function textOf(object: KubeObject): string {
  let text = texts.get(object)
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)))
  return text
}

/** The JSON of a built-in as an item of a list, where the real server leaves out its `kind` and `apiVersion`. */
export function itemTextOf(object: KubeObject): string {
  let text = itemTexts.get(object)
  if (text === undefined) itemTexts.set(object, (text = JSON.stringify({ ...object, kind: undefined, apiVersion: undefined })))
  return text
}
