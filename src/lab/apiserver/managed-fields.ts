import { isMap, same, type KubeObject, type ManagedField, type Tree } from './json.ts'

/** Who writes: the field manager, for which part of the object, when. */
export interface Writer {
  readonly manager: string
  readonly subresource?: string
  readonly time: string
}

/** Fields of metadata that nobody owns, as on the real server. */
const unowned = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
])

/** The lists of built-ins whose items are owned one by one; the others, and all lists of a custom resource without a list type, are owned whole. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  conditions: ['type'],
  ownerReferences: ['uid'],
}
const portKeys = (item: Tree) => (item['containerPort'] === undefined ? ['port', 'protocol'] : ['containerPort', 'protocol'])

/** A leaf that can be owned → its value. A path is the chain of fieldsV1 keys (`f:spec`, `k:{"name":"x"}`, `v:"a"`, `.`), joined by newlines. */
type Leaves = Map<string, unknown>

function collect(value: unknown, path: string, schema: Tree | undefined, name: string, leaves: Leaves): void {
  if (isMap(value) && Object.keys(value).length > 0 && schema?.['x-kubernetes-map-type'] !== 'atomic') {
    for (const [key, inner] of Object.entries(value)) {
      collect(
        inner,
        `${path}\nf:${key}`,
        schema?.['properties']?.[key] ?? (isMap(schema?.['additionalProperties']) ? schema['additionalProperties'] : schema && {}),
        key,
        leaves,
      )
    }
    return
  }
  if (Array.isArray(value)) {
    const granular = collectItems(value, path, schema, name, leaves)
    if (granular) return
  }
  leaves.set(path, value)
}

function collectItems(items: unknown[], path: string, schema: Tree | undefined, name: string, leaves: Leaves): boolean {
  if (name === 'finalizers' || schema?.['x-kubernetes-list-type'] === 'set') {
    for (const item of items) leaves.set(`${path}\nv:${JSON.stringify(item)}`, item)
    return true
  }
  for (const item of items) {
    const keys = schema ? schema['x-kubernetes-list-map-keys'] : name === 'ports' && isMap(item) ? portKeys(item) : listKeys[name]
    if (keys === undefined || !isMap(item)) return false
    const identity = `${path}\nk:${JSON.stringify(Object.fromEntries(keys.filter((key: string) => item[key] !== undefined).map((key: string) => [key, item[key]])))}`
    leaves.set(`${identity}\n.`, true)
    collect(item, identity, schema?.['items'], '', leaves)
  }
  return items.length > 0
}

function leavesOf(object: KubeObject | undefined, schema: Tree | undefined): Leaves {
  const leaves: Leaves = new Map()
  for (const [key, value] of Object.entries(object ?? {})) {
    if (key === 'apiVersion' || key === 'kind') continue
    if (key !== 'metadata') collect(value, `f:${key}`, schema && (schema['properties']?.[key] ?? {}), key, leaves)
    else
      for (const [field, inner] of Object.entries(value))
        if (!unowned.has(field)) collect(inner, `f:metadata\nf:${field}`, undefined, field, leaves)
  }
  return leaves
}

function pathsOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, inner]) =>
    Object.keys(inner).length === 0 ? [prefix + key] : pathsOf(inner, `${prefix}${key}\n`),
  )
}

function treeOf(paths: Iterable<string>): Tree {
  const root: Tree = {}
  for (const path of [...paths].sort()) {
    let node = root
    for (const key of path.split('\n')) node = node[key] ??= {}
  }
  return root
}

/**
 * The managers of an object after a plain write: whoever changes or adds a field owns it from now on, alone; fields that are gone belong to nobody.
 * A write that takes nothing over leaves the list, times included, as it was.
 */
export function trackManagers(old: KubeObject | undefined, next: KubeObject, schema: Tree | undefined, writer: Writer): ManagedField[] {
  const before = leavesOf(old, schema)
  const after = leavesOf(next, schema)
  const changed = new Set([...after].filter(([path, value]) => !before.has(path) || !same(before.get(path), value)).map(([path]) => path))
  const isOwn = (entry: ManagedField) =>
    entry.manager === writer.manager && entry.subresource === writer.subresource && entry.operation === 'Update'
  const entries: ManagedField[] = []
  for (const entry of old?.metadata.managedFields ?? []) {
    const paths = pathsOf(entry.fieldsV1)
    const kept = paths.filter((path) => after.has(path) && (isOwn(entry) || !changed.has(path)))
    if (isOwn(entry)) for (const path of changed) if (!paths.includes(path)) kept.push(path)
    const sameFields = kept.length === paths.length && kept.every((path, i) => path === paths[i])
    const touched = isOwn(entry) && (changed.size > 0 || !sameFields)
    if (kept.length > 0)
      entries.push(
        sameFields && !touched
          ? entry
          : { ...entry, ...(isOwn(entry) ? { time: writer.time, apiVersion: next.apiVersion } : {}), fieldsV1: treeOf(kept) },
      )
  }
  if (changed.size > 0 && !entries.some(isOwn)) {
    const { manager, subresource, time } = writer
    entries.push({
      manager,
      operation: 'Update',
      apiVersion: next.apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: treeOf(changed),
      ...(subresource === undefined ? {} : { subresource }),
    })
  }
  return entries
}
