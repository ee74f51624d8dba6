import { ApiError } from '../apiserver/api-error.ts'
import type { Objects } from '../apiserver/objects.ts'
import type { StoreEvent } from '../apiserver/store.ts'

/** The field manager of all controllers, as on a real cluster. */
export const controllerManager = 'kube-controller-manager'

/** What a controller is: which keys an event concerns, and how one key is brought to what is wanted. Reconciling again must change nothing. */
export interface Controller {
  readonly keys: (event: StoreEvent) => readonly string[]
  readonly reconcile: (key: string) => void
}

/**
 * Runs a controller on the events of a store; each key once per turn of the event loop, however many events named it.
 * What the API refuses (a namespace that is being deleted, an object that is gone) is left: the event that changes it comes as well.
 */
export function startController({ store }: Objects, { keys, reconcile }: Controller): () => void {
  const queue = new Set<string>()
  let turn: NodeJS.Immediate | undefined
  const work = () => {
    turn = undefined
    const batch = [...queue]
    queue.clear()
    for (const key of batch) {
      try {
        reconcile(key)
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause
      }
    }
  }
  const unlisten = store.listen('*', (event) => {
    for (const key of keys(event)) queue.add(key)
    if (queue.size > 0) turn ??= setImmediate(work)
  })
  return () => {
    unlisten()
    clearImmediate(turn)
  }
}

/** `namespace/name` of an event's object, or of nothing when it is of another kind. */
export const keysOf =
  (resource: string) =>
  ({ resource: kind, object }: StoreEvent): readonly string[] =>
    kind === resource ? [keyOfObject(object.metadata)] : []

export const keyOfObject = ({ namespace = '', name }: { namespace?: string; name: string }): string => `${namespace}/${name}`

export function splitKey(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}
