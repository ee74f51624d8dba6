import { randomUUID } from 'node:crypto'
import * as error from './api-error.ts'
import { admit, checkMetadata, type Rules, type WriteOptions } from './admission.ts'
import { builtins, groupVersion, keyOf, resourceOf, schemaOf, type Resource, type Target } from './resource.ts'
import { compact, isMap, same, timestamp, type KubeObject, type Tree } from './json.ts'
import { trackManagers } from './managed-fields.ts'
import { Store } from './store.ts'

export interface DeleteOptions {
  readonly dryRun?: boolean
  readonly propagation?: string | undefined
  readonly gracePeriodSeconds?: number | undefined
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
}

const objectKey = (namespace: string | undefined, name: string) => (namespace === undefined ? name : `${namespace}/${name}`)

/** The objects of one cluster with the rules by which they change. Everything here is synchronous: one call is one transaction. */
export class Objects {
  readonly store = new Store()
  readonly resources = new Map<string, Resource>(builtins.map((resource) => [keyOf(resource), resource]))
  readonly now: () => number
  readonly #rules: ReadonlyMap<string, Rules>

  /** `rules`: what schemas cannot say of custom resources, by `<plural>.<group>`. */
  constructor(now: () => number, rules: ReadonlyMap<string, Rules> = new Map()) {
    this.now = now
    this.#rules = rules
  }

  /** A kind by its name among the served ones; for callers that know that it is there. */
  target(key: string, namespace?: string): Target {
    const resource = this.resources.get(key)
    if (resource === undefined) throw error.unknownPath()
    return { resource, version: resource.versions[0]!.name, namespace }
  }

  find({ resource, namespace }: Target, name: string): KubeObject | undefined {
    return this.store.get(keyOf(resource), objectKey(namespace, name))
  }

  get(target: Target, name: string): KubeObject {
    const object = this.find(target, name)
    if (object === undefined) throw error.notFound(target.resource, name)
    return inVersion(object, target)
  }

  list({ resource, namespace }: Target): readonly KubeObject[] {
    return this.store.list(keyOf(resource), namespace)
  }

  create(target: Target, body: Tree, options: WriteOptions): KubeObject {
    const { resource, namespace } = target
    const object = this.#checked(target, body)
    const given: Tree = object.metadata
    if (!given['name'] && given['generateName']) given['name'] = given['generateName'] + randomSuffix()
    const { name } = object.metadata
    if (given['resourceVersion'])
      throw new error.ApiError(500, 'InternalError', 'resourceVersion should not be set on objects to be created')
    this.#namespaceOpen(target)
    if (this.find(target, name) !== undefined) throw error.alreadyExists(resource, name)
    const { labels, annotations, finalizers, ownerReferences, generateName } = given
    const own: Tree = {
      name,
      generateName,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timestamp(this.now()),
      labels,
      annotations,
      finalizers,
      ownerReferences,
    }
    object.metadata = compact({ ...own, generation: resource.generation ? 1 : undefined }) as Tree as KubeObject['metadata']
    if (resource.status) delete object['status']
    admit(target, object, undefined, options, this.#rules.get(keyOf(resource)))
    this.#allocate(object)
    object.metadata.managedFields = trackManagers(undefined, object, schemaOf(target), this.#writer(options))
    if (options.dryRun) return object
    const stored = this.store.put(keyOf(resource), objectKey(namespace, name), object)
    if (resource.plural === 'customresourcedefinitions') this.#serve(stored)
    return this.get(target, name)
  }

  /** Replaces an object by what `change` makes of a copy of its newest state. A change that changes nothing is no write. */
  update(target: Target, name: string, options: WriteOptions, change: (current: KubeObject) => Tree): KubeObject {
    const { resource, namespace } = target
    const old = this.get(target, name)
    const next = this.#checked(target, change(structuredClone(old)))
    const given = next.metadata
    if (given.name !== name) throw error.badRequest(`the name of the object (${given.name}) does not match the name on the URL (${name})`)
    if (given.uid && given.uid !== old.metadata.uid)
      throw error.conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${old.metadata.uid}`,
      )
    if (!given.resourceVersion && resource.custom)
      throw error.invalid(resource, name, [error.invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')])
    if (given.resourceVersion && given.resourceVersion !== old.metadata.resourceVersion) throw error.conflict(resource, name)
    const reset = given.managedFields?.length === 1 && isMap(given.managedFields[0]) && Object.keys(given.managedFields[0]).length === 0
    const object = merged(resource, old, next, options.subresource)
    admit(target, object, old, options, this.#rules.get(keyOf(resource)))
    if (resource.generation && !same(wanted(resource, object), wanted(resource, old)))
      object.metadata.generation = (old.metadata.generation ?? 0) + 1
    const base = reset ? { ...old, metadata: { ...old.metadata, managedFields: [] } } : old
    object.metadata.managedFields = trackManagers(base, object, schemaOf(target), this.#writer(options))
    if (same(object, old)) return old
    if (options.dryRun) return object
    if (
      object.metadata.deletionTimestamp !== undefined &&
      !object.metadata.finalizers?.length &&
      resource.plural !== 'namespaces' &&
      !isGraceful(object)
    )
      return inVersion(
        { ...object, metadata: { ...object.metadata, resourceVersion: this.#remove(target, name).metadata.resourceVersion } },
        target,
      )
    const stored = this.store.put(keyOf(resource), objectKey(namespace, name), object)
    if (resource.plural === 'customresourcedefinitions') this.#serve(stored)
    return inVersion(stored, target)
  }

  /** Deletes, or marks for deletion what finalizers, a grace period or a namespace's content still hold. `gone` says which. */
  delete(target: Target, name: string, options: DeleteOptions = {}): { object: KubeObject; gone: boolean } {
    const { resource, namespace } = target
    const old = this.get(target, name)
    const { metadata } = old
    if (
      (options.uid ?? metadata.uid) !== metadata.uid ||
      (options.resourceVersion ?? metadata.resourceVersion) !== metadata.resourceVersion
    )
      throw error.conflict(resource, name, 'Precondition failed: the object is not the one that was to be deleted')
    const finalizers = withPropagation(metadata.finalizers ?? [], options.propagation)
    const grace =
      resource.plural === 'pods' && old['spec'].nodeName !== undefined
        ? (options.gracePeriodSeconds ?? old['spec'].terminationGracePeriodSeconds ?? 30)
        : 0
    const held = finalizers.length > 0 || grace > 0 || resource.plural === 'namespaces'
    if (options.dryRun) return { object: old, gone: !held }
    if (!held) return { object: inVersion(this.#remove(target, name), target), gone: true }
    const marked: KubeObject = structuredClone(old)
    const already = metadata.deletionTimestamp !== undefined
    if (!already) {
      Object.assign(marked.metadata, { deletionTimestamp: timestamp(this.now() + grace * 1000), deletionGracePeriodSeconds: grace })
      if (metadata.generation !== undefined) marked.metadata.generation = metadata.generation + 1
    } else if (grace < (metadata['deletionGracePeriodSeconds'] ?? 0)) marked.metadata['deletionGracePeriodSeconds'] = grace
    if (finalizers.length > 0) marked.metadata.finalizers = finalizers
    if (resource.plural === 'namespaces') marked['status'] = { ...marked['status'], phase: 'Terminating' }
    return {
      object: same(marked, old) ? old : inVersion(this.store.put(keyOf(resource), objectKey(namespace, name), marked), target),
      gone: false,
    }
  }

  /** Takes an object away whatever holds it: for the controllers that have seen to its finalizers. */
  remove(target: Target, name: string): void {
    if (this.find(target, name) !== undefined) this.#remove(target, name)
  }

  #remove(target: Target, name: string): KubeObject {
    const { resource, namespace } = target
    const gone = this.store.remove(keyOf(resource), objectKey(namespace, name))!
    if (resource.plural === 'customresourcedefinitions') this.#unserve(gone)
    return gone
  }

  #checked({ resource, version, namespace }: Target, body: Tree): KubeObject {
    const gv = groupVersion(resource.group, version)
    const { apiVersion = gv, kind = resource.kind, metadata = {} } = body
    if (apiVersion !== gv || kind !== resource.kind)
      throw error.badRequest(
        `the API version and kind in the data (${apiVersion}, ${kind}) do not match the expected ones (${gv}, ${resource.kind})`,
      )
    checkMetadata(metadata)
    if (metadata.namespace && metadata.namespace !== namespace)
      throw error.badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
    return { ...body, apiVersion, kind, metadata: compact({ ...metadata, namespace }) }
  }

  #namespaceOpen({ resource, namespace }: Target): void {
    if (namespace === undefined) return
    const spaces = this.target('namespaces.')
    const { metadata } = this.get(spaces, namespace)
    if (metadata.deletionTimestamp !== undefined)
      throw new error.ApiError(
        403,
        'Forbidden',
        `${error.qualified(resource)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      )
  }

  #writer({ manager, subresource }: WriteOptions) {
    return { manager, time: timestamp(this.now()), ...(subresource === undefined ? {} : { subresource }) }
  }

  #nextAddress = 10
  #nextPort = 30_000
  #allocate({ kind, spec }: KubeObject): void {
    if (kind !== 'Service' || spec.type === 'ExternalName') return
    spec.clusterIP ||= `10.96.${this.#nextAddress >> 8}.${this.#nextAddress++ & 255}`
    spec.clusterIPs ??= [spec.clusterIP]
    if (spec.type !== 'ClusterIP') for (const port of spec.ports) port.nodePort ??= this.#nextPort++
  }

  #serve(definition: KubeObject): void {
    const resource = resourceOf(definition)
    this.resources.set(keyOf(resource), resource)
    if (definition['status']?.acceptedNames !== undefined) return
    const at = timestamp(this.now())
    const condition = (type: string, reason: string, message: string) => ({ type, status: 'True', lastTransitionTime: at, reason, message })
    const stored = definition['spec'].versions.find((version: Tree) => version['storage'])?.name
    const status = {
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: definition['spec'].names,
      storedVersions: [stored],
    }
    this.store.put('customresourcedefinitions.apiextensions.k8s.io', definition.metadata.name, { ...definition, status })
  }

  #unserve(definition: KubeObject): void {
    const resource = resourceOf(definition)
    this.resources.delete(keyOf(resource))
    for (const { metadata } of this.store.list(keyOf(resource)))
      this.store.remove(keyOf(resource), objectKey(metadata.namespace, metadata.name))
  }
}

/** The object as a version of its kind shows it: the conversion of a CRD without a webhook changes the name of the version only. */
export function inVersion(object: KubeObject, { resource, version }: Target): KubeObject {
  const apiVersion = groupVersion(resource.group, version)
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}

const isGraceful = (object: KubeObject) => object.kind === 'Pod' && (object.metadata['deletionGracePeriodSeconds'] ?? 0) > 0

const randomSuffix = () => Array.from({ length: 5 }, () => 'bcdfghjklmnpqrstvwxz2456789'[Math.floor(Math.random() * 27)]).join('')

function withPropagation(finalizers: string[], propagation: string | undefined): string[] {
  const others = finalizers.filter((one) => one !== 'foregroundDeletion' && one !== 'orphan')
  if (propagation === 'Foreground') return [...others, 'foregroundDeletion']
  if (propagation === 'Orphan') return [...others, 'orphan']
  return propagation === 'Background' ? others : finalizers
}

/** What a write through the main resource or through `/status` may change: never the server's own metadata, and never the other half. */
function merged(resource: Resource, old: KubeObject, next: KubeObject, subresource: 'status' | 'scale' | undefined): KubeObject {
  const { status: oldStatus, ...oldRest } = old
  const { status: newStatus, ...newRest } = next
  if (subresource === 'status') return compact({ ...oldRest, status: newStatus, metadata: { ...old.metadata } })
  const { labels, annotations, finalizers, ownerReferences } = next.metadata
  const metadata = compact({ ...old.metadata, labels, annotations, finalizers, ownerReferences })
  return compact({ ...newRest, status: resource.status ? oldStatus : newStatus, metadata }) as KubeObject
}

/** The part of an object that says what is wanted, whose changes `generation` counts. */
function wanted(resource: Resource, { metadata: _, apiVersion: __, status, ...rest }: KubeObject): Tree {
  return resource.status ? rest : compact({ ...rest, status })
}
