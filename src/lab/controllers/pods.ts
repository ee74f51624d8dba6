import type { KubeObject, Tree } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import { controllerOf, ownedBy, type Owners } from './owners.ts'
import { controllerManager, keyOfObject } from './worker.ts'
import type { StoreEvent } from '../apiserver/store.ts'

export const isActive = ({ metadata, status }: KubeObject): boolean =>
  metadata.deletionTimestamp === undefined && !['Failed', 'Succeeded'].includes(status?.phase)

export const isReady = ({ status }: KubeObject): boolean =>
  (status?.conditions ?? []).some((one: Tree) => one['type'] === 'Ready' && one['status'] === 'True')

/** The Pods of a workload, those that are being deleted left out. */
export const activePods = (owners: Owners, { metadata: { uid } }: KubeObject): KubeObject[] =>
  owners.dependents(uid, 'pods.').filter(isActive)

/** Creates a Pod of a workload's template; a `name` of its own or one made up from the workload's. */
export function createPod(objects: Objects, owner: KubeObject, name: string | undefined, labels: Record<string, string> = {}): void {
  const { metadata = {}, spec } = owner['spec'].template
  const { namespace } = owner.metadata
  const named = name === undefined ? { generateName: `${owner.metadata.name}-` } : { name }
  const body = {
    metadata: { ...named, labels: { ...metadata.labels, ...labels }, annotations: metadata.annotations, ownerReferences: [ownedBy(owner)] },
    spec: structuredClone(spec),
  }
  objects.create(objects.target('pods.', namespace), body, { manager: controllerManager })
}

export function deletePod(objects: Objects, { metadata: { namespace, name } }: KubeObject): void {
  objects.delete(objects.target('pods.', namespace), name)
}

/** Writes a workload's status, in which a count of zero is left out as the real types leave it out. */
export function writeStatus(objects: Objects, resource: string, { metadata: { namespace, name } }: KubeObject, status: Tree): void {
  const shown = Object.fromEntries(
    Object.entries(status).filter(([key, value]) => value !== undefined && (value !== 0 || key === 'replicas')),
  )
  objects.update(objects.target(resource, namespace), name, { manager: controllerManager, subresource: 'status' }, (current) => ({
    ...current,
    status: shown,
  }))
}

/** The workload of kind `kind` that a Pod's event concerns. */
export function ownerKeys({ resource, object }: StoreEvent, owned: string, kind: string): readonly string[] {
  const owner = resource === owned ? controllerOf(object) : undefined
  return owner?.kind === kind ? [keyOfObject({ namespace: object.metadata.namespace ?? '', name: owner.name })] : []
}

/** A short name for a template that depends on what it says, not on the order or the empty fields in which it says so. */
export function templateHash(template: Tree): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(JSON.stringify(canonical(template)))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  return Array.from(String(hash), (digit) => letters[Number(digit) * 2 + 1]).join('')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, canonical(inner)] as const)
  const said = entries.filter(
    ([, inner]) => inner !== null && inner !== '' && !(typeof inner === 'object' && Object.keys(inner).length === 0),
  )
  return Object.fromEntries(said.sort(([a], [b]) => (a < b ? -1 : 1)))
}
