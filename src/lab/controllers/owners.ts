import type { KubeObject, OwnerReference } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import type { StoreEvent } from '../apiserver/store.ts'

/** Where an object lies. */
export interface Place {
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string
}

/** Who lives, and who depends on whom: kept from the store's events, so that nothing is searched for. */
export class Owners {
  readonly #objects: Objects
  readonly #places = new Map<string, Place>()
  readonly #dependents = new Map<string, Set<string>>()
  readonly stop: () => void

  constructor(objects: Objects) {
    this.#objects = objects
    this.stop = objects.store.listen('*', (event) => this.#note(event))
    for (const key of objects.resources.keys()) for (const object of objects.store.list(key)) this.#add(key, object)
  }

  lives(uid: string): boolean {
    return this.#places.has(uid)
  }

  place(uid: string): Place | undefined {
    return this.#places.get(uid)
  }

  get(place: Place): KubeObject | undefined {
    return this.#objects.store.get(place.resource, place.namespace === undefined ? place.name : `${place.namespace}/${place.name}`)
  }

  /** The objects that name this owner, of one kind or of all. */
  dependents(uid: string, resource?: string): KubeObject[] {
    const found: KubeObject[] = []
    for (const dependent of this.#dependents.get(uid) ?? []) {
      const place = this.#places.get(dependent)
      const object = place && (resource === undefined || place.resource === resource) ? this.get(place) : undefined
      if (object !== undefined) found.push(object)
    }
    return found
  }

  #note({ type, resource, object, previous }: StoreEvent): void {
    if (previous !== undefined)
      for (const { uid } of previous.metadata.ownerReferences ?? []) this.#dependents.get(uid)?.delete(object.metadata.uid)
    if (type === 'DELETED') {
      this.#places.delete(object.metadata.uid)
      if (this.#dependents.get(object.metadata.uid)?.size === 0) this.#dependents.delete(object.metadata.uid)
    } else this.#add(resource, object)
  }

  #add(resource: string, { metadata }: KubeObject): void {
    this.#places.set(metadata.uid, { resource, namespace: metadata.namespace, name: metadata.name })
    for (const { uid } of metadata.ownerReferences ?? [])
      this.#dependents.set(uid, (this.#dependents.get(uid) ?? new Set()).add(metadata.uid))
  }
}

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true)

export const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
})
