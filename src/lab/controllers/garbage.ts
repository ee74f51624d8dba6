import type { KubeObject } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import type { Owners } from './owners.ts'
import { controllerManager, type Controller } from './worker.ts'

const options = { manager: controllerManager }

/** Deletes what no owner is left of, and sees to the finalizers of foreground and orphaning deletion. Keys are uids. */
export function garbageCollector(objects: Objects, owners: Owners): Controller {
  const targetOf = (uid: string) => {
    const place = owners.place(uid)
    return place && { target: objects.target(place.resource, place.namespace), name: place.name }
  }
  const change = ({ metadata: { uid } }: KubeObject, change: (current: KubeObject) => KubeObject) => {
    const found = targetOf(uid)
    if (found !== undefined) objects.update(found.target, found.name, options, change)
  }
  const remove = ({ metadata: { uid } }: KubeObject, propagation: string) => {
    const found = targetOf(uid)
    if (found !== undefined) objects.delete(found.target, found.name, { propagation })
  }
  const withoutFinalizer = (object: KubeObject, finalizer: string) =>
    change(object, (current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: (current.metadata.finalizers ?? []).filter((one) => one !== finalizer) },
    }))
  const withoutOwner = (object: KubeObject, uid: string) =>
    change(object, (current) => ({
      ...current,
      metadata: { ...current.metadata, ownerReferences: (current.metadata.ownerReferences ?? []).filter((one) => one.uid !== uid) },
    }))

  /** An object all of whose owners are gone goes too; one that has others loses the reference only. */
  const collect = (object: KubeObject) => {
    const references = object.metadata.ownerReferences ?? []
    const gone = references.filter(({ uid }) => !owners.lives(uid))
    if (gone.length === 0 || object.metadata.deletionTimestamp !== undefined) return
    if (gone.length === references.length) remove(object, 'Background')
    else for (const { uid } of gone) withoutOwner(object, uid)
  }

  const finish = (object: KubeObject) => {
    const { uid, finalizers = [], deletionTimestamp } = object.metadata
    if (deletionTimestamp === undefined) return
    const dependents = owners.dependents(uid)
    if (finalizers.includes('orphan')) {
      for (const dependent of dependents) withoutOwner(dependent, uid)
      withoutFinalizer(object, 'orphan')
    }
    if (!finalizers.includes('foregroundDeletion')) return
    for (const dependent of dependents) if (dependent.metadata.deletionTimestamp === undefined) remove(dependent, 'Foreground')
    const blocking = owners
      .dependents(uid)
      .some(({ metadata }) => metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true))
    if (!blocking) withoutFinalizer(object, 'foregroundDeletion')
  }

  return {
    keys: ({ type, object: { metadata } }) => {
      const owned = metadata.ownerReferences?.map(({ uid }) => uid) ?? []
      if (type === 'DELETED') return [metadata.uid, ...owned]
      return owned.length > 0 || metadata.deletionTimestamp !== undefined ? [metadata.uid] : []
    },
    reconcile: (uid) => {
      const place = owners.place(uid)
      const object = place && owners.get(place)
      if (object === undefined) for (const dependent of owners.dependents(uid)) collect(dependent)
      else {
        collect(object)
        finish(object)
      }
    },
  }
}

/** Empties a namespace that is being deleted, then lets it go. */
export function namespaceController(objects: Objects): Controller {
  const spaces = objects.target('namespaces.')
  return {
    keys: ({ type, resource, object: { metadata } }) => {
      if (resource === 'namespaces.') return metadata.deletionTimestamp === undefined ? [] : [metadata.name]
      return type === 'DELETED' && metadata.namespace !== undefined ? [metadata.namespace] : []
    },
    reconcile: (name) => {
      const space = objects.find(spaces, name)
      if (space?.metadata.deletionTimestamp === undefined) return
      let left = 0
      for (const [key, { namespaced }] of objects.resources) {
        if (!namespaced) continue
        const target = objects.target(key, name)
        for (const { metadata } of objects.list(target))
          if (!objects.delete(target, metadata.name, { propagation: 'Background' }).gone) left += 1
      }
      if (left === 0) objects.remove(spaces, name)
    },
  }
}
