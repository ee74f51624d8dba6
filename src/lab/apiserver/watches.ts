import { ApiError, badRequest, expired } from './api-error.ts'
import { groupVersion, keyOf, type Target } from './resource.ts'
import type { KubeObject } from './json.ts'
import { matcherOf } from './lists.ts'
import type { Matcher } from './selectors.ts'
import type { Store, StoreEvent } from './store.ts'

/** Where a watch writes its lines; `end` closes the answer. */
export interface Sink {
  write(line: string | Uint8Array): void
  end(): void
}

/** How an object is written into an event: whole, or as a row of a table. */
export type Render = (object: KubeObject, first: boolean) => string

/** The watches of one cluster. A timer runs only while somebody who asked for bookmarks is watching. */
export class Watches {
  readonly #store: Store
  readonly #bookmarkEvery: number
  readonly #bookmarkers = new Set<() => void>()
  readonly #open = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined

  /** `bookmarkEvery`: ms between bookmarks; the real server sends one about every minute. */
  constructor(store: Store, bookmarkEvery = 60_000) {
    this.#store = store
    this.#bookmarkEvery = bookmarkEvery
  }

  get count(): number {
    return this.#open.size
  }

  /** Starts a watch and returns what ends it. A version too old is told as an ERROR event, as the real server's watch cache does. */
  start(target: Target, query: URLSearchParams, render: Render, sink: Sink): () => void {
    const { resource, version, namespace } = target
    const inNamespace: Matcher = namespace === undefined ? () => true : (object) => object.metadata.namespace === namespace
    const selected = matcherOf(resource, query)
    const matches: Matcher = (object) => inNamespace(object) && (selected === undefined || selected(object))
    let first = true
    const send = (type: string, object: KubeObject) => {
      sink.write(`{"type":"${type}","object":${render(object, first)}}\n`)
      first = false
    }
    const forward = (event: StoreEvent) => {
      const type = seenType(event, matches)
      if (type !== undefined) send(type, type === 'DELETED' && event.type !== 'DELETED' ? departed(event) : event.object)
    }
    const bookmark = (annotations?: Record<string, string>) => {
      const metadata = { resourceVersion: String(this.#store.version), creationTimestamp: null, ...(annotations && { annotations }) }
      sink.write(
        `${JSON.stringify({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: groupVersion(resource.group, version), metadata } })}\n`,
      )
    }

    const initial = query.get('sendInitialEvents')
    if (initial !== null && query.get('resourceVersionMatch') !== 'NotOlderThan')
      throw new ApiError(
        422,
        'Invalid',
        'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      )
    const from = Number(query.get('resourceVersion') || 0)
    if (Number.isNaN(from)) throw badRequest(`Invalid value for resourceVersion: ${query.get('resourceVersion')}`)
    const withState = initial === null ? from === 0 : initial === 'true'
    const missed = withState ? [] : this.#store.since(from === 0 ? this.#store.version : from, keyOf(resource))
    if (missed === undefined) {
      sink.write(
        `${JSON.stringify({ type: 'ERROR', object: expired(`too old resource version: ${from} (${this.#store.oldest})`).status() })}\n`,
      )
      sink.end()
      return () => undefined
    }
    if (withState) for (const object of this.#store.list(keyOf(resource))) if (matches(object)) send('ADDED', object)
    const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
    if (initial === 'true' && wantsBookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' })
    for (const event of missed) forward(event)

    const unlisten = this.#store.listen(keyOf(resource), forward)
    const onBookmark = () => bookmark()
    if (wantsBookmarks) this.#bookmarkers.add(onBookmark)
    this.#tick()
    const seconds = Number(query.get('timeoutSeconds') ?? 0)
    const timer = seconds > 0 ? setTimeout(() => close(), seconds * 1000).unref() : undefined
    const stop = () => {
      clearTimeout(timer)
      unlisten()
      this.#bookmarkers.delete(onBookmark)
      this.#open.delete(close)
      this.#tick()
    }
    const close = () => {
      stop()
      sink.end()
    }
    this.#open.add(close)
    return stop
  }

  /** Ends every watch, as a restart of the server would. */
  closeAll(): void {
    for (const close of Array.from(this.#open)) close() // each takes itself off
  }

  #tick(): void {
    if (this.#bookmarkers.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    } else this.#timer ??= setInterval(() => this.#bookmarkers.forEach((send) => send()), this.#bookmarkEvery).unref()
  }
}

/** An event as one watch sees it: an object that comes under its selector is ADDED, one that leaves it is DELETED. */
function seenType({ type, object, previous }: StoreEvent, matches: Matcher): StoreEvent['type'] | undefined {
  const before = previous !== undefined && matches(previous)
  if (type === 'DELETED') return before ? 'DELETED' : undefined
  if (matches(object)) return before ? 'MODIFIED' : 'ADDED'
  return before ? 'DELETED' : undefined
}

/** What left a selector is shown as it last matched, at the version at which it left. */
const departed = ({ previous, version }: StoreEvent): KubeObject => ({
  ...previous!,
  metadata: { ...previous!.metadata, resourceVersion: String(version) },
})
