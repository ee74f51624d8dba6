import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeClient } from './kube-client.ts'
import { type KubeObject, objectKey } from './kube-object.ts'

/** A live copy of one kind in one cluster. While the API server is lost it stays what it was. */
export interface Informer<T> {
  readonly objects: ReadonlyMap<string, T>
  /** Ends when the first list has been read. */
  readonly synced: Promise<void>
  stop(): Promise<void>
}

const RETRY = 100 // ms between attempts to list again

/** Lists and watches `path`, for ever; `changed` is told of each object that came, changed or went. */
export function inform<T extends KubeObject<unknown, unknown>>(
  client: KubeClient,
  path: string,
  changed: (object: T, how: 'set' | 'gone') => void,
): Informer<T> {
  const objects = new Map<string, T>()
  const abort = new AbortController()
  const synced = Promise.withResolvers<void>()

  const set = (object: T): void => {
    const key = objectKey(object)
    if (objects.get(key)?.metadata.resourceVersion === object.metadata.resourceVersion) return
    objects.set(key, object)
    changed(object, 'set')
  }
  const gone = (object: T): void => {
    if (objects.delete(objectKey(object))) changed(object, 'gone')
  }

  const list = async (): Promise<string> => {
    const { status, body } = await client.send('GET', path)
    if (status !== 200) throw new Error(`list of ${path}: HTTP ${status}`)
    const { items, metadata } = body as { items: T[]; metadata: { resourceVersion: string } }
    const present = new Set(items.map(objectKey))
    for (const old of objects.values()) if (!present.has(objectKey(old))) gone(old)
    for (const item of items) set(item)
    return metadata.resourceVersion
  }

  const follow = async (): Promise<void> => {
    let version: string | undefined
    while (!abort.signal.aborted) {
      try {
        version ??= await list()
        synced.resolve()
        for await (const { type, object } of client.watch(path, version, abort.signal)) {
          if (type === 'ERROR') throw new Error('the watch expired')
          if (type === 'DELETED') gone(object as T)
          else if (type !== 'BOOKMARK') set(object as T)
          version = object.metadata.resourceVersion ?? version
        }
      } catch {
        version = undefined // whatever it was: read the whole list again
        if (!abort.signal.aborted) await sleep(RETRY, undefined, { signal: abort.signal }).catch(() => undefined)
      }
    }
  }
  const following = follow()

  return {
    objects,
    synced: synced.promise,
    async stop() {
      abort.abort()
      await Promise.race([following, sleep(RETRY)])
    },
  }
}
