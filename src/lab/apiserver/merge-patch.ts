import { isMap, same, type Tree } from './json.ts'

/** RFC 7386: maps are merged, null removes a key, everything else replaces. Returns a new document and leaves its arguments alone. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const merged: Tree = isMap(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = applyMergePatch(merged[key], value)
  }
  return merged
}

/** By which key the items of a built-in's list are one and the same item; lists not named here are replaced whole. */
const mergeKeys: Readonly<Record<string, (path: readonly string[]) => string>> = {
  containers: () => 'name',
  initContainers: () => 'name',
  ephemeralContainers: () => 'name',
  volumes: () => 'name',
  env: () => 'name',
  imagePullSecrets: () => 'name',
  secrets: () => 'name',
  volumeMounts: () => 'mountPath',
  volumeDevices: () => 'devicePath',
  hostAliases: () => 'ip',
  topologySpreadConstraints: () => 'topologyKey',
  conditions: () => 'type',
  addresses: () => 'type',
  ownerReferences: () => 'uid',
  taints: () => 'key',
  ports: (path) => (path.includes('containers') || path.includes('initContainers') ? 'containerPort' : 'port'),
}
const primitiveSets = new Set(['finalizers'])

/**
 * Strategic merge patch for built-ins, with its directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`).
 * New items of a merged list come before the items that only the server has, as on the real server.
 */
export function applyStrategicMergePatch(document: unknown, patch: Tree, path: readonly string[] = []): Tree {
  if (patch['$patch'] === 'delete') return {}
  const { $patch, $retainKeys, ...wanted } = patch
  if ($patch === 'replace') return wanted
  const merged: Tree = isMap(document) ? { ...document } : {}
  if (Array.isArray($retainKeys)) for (const key of Object.keys(merged)) if (!$retainKeys.includes(key)) delete merged[key]
  for (const [key, value] of Object.entries(wanted)) {
    const [directive, list = ''] = key.split('/')
    if (directive === '$deleteFromPrimitiveList') merged[list] = (merged[list] ?? []).filter((item: unknown) => !value.includes(item))
    else if (directive === '$setElementOrder') {
      if (!(list in wanted) && Array.isArray(merged[list])) merged[list] = mergeLists(merged[list], [], list, path, value)
    } else if (value === null) delete merged[key]
    else if (Array.isArray(value)) merged[key] = mergeLists(merged[key] ?? [], value, key, path, wanted[`$setElementOrder/${key}`])
    else if (isMap(value)) merged[key] = applyStrategicMergePatch(merged[key], value, [...path, key])
    else merged[key] = value
  }
  return merged
}

function mergeLists(
  live: unknown[],
  patch: unknown[],
  name: string,
  path: readonly string[],
  order: readonly unknown[] | undefined,
): unknown[] {
  const mergeKey = mergeKeys[name]?.(path)
  if (mergeKey === undefined && !primitiveSets.has(name)) return patch.length === 0 && order !== undefined ? live : patch
  if (patch.some((item) => isMap(item) && item['$patch'] === 'replace'))
    return patch.filter((item) => !isMap(item) || item['$patch'] === undefined)
  const identity = (item: unknown): unknown => (mergeKey !== undefined && isMap(item) ? item[mergeKey] : item)
  const find = (items: readonly unknown[], id: unknown) => items.findIndex((item) => same(identity(item), id))
  const result = [...live]
  for (const item of patch) {
    const position = find(result, identity(item))
    if (isMap(item) && item['$patch'] === 'delete') {
      if (position >= 0) result.splice(position, 1)
    } else if (position < 0) result.push(isMap(item) ? applyStrategicMergePatch({}, item, [...path, name]) : item)
    else if (isMap(item)) result[position] = applyStrategicMergePatch(result[position], item, [...path, name])
  }
  const ranked = (order ?? patch).map(identity)
  const rank = (item: unknown) => ranked.findIndex((id) => same(id, identity(item)))
  const named = result.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b))
  const others = result.filter((item) => rank(item) < 0)
  const ordered: unknown[] = []
  while (named.length > 0 && others.length > 0) {
    const before = find(live, identity(others[0])) < find(live, identity(named[0]))
    ordered.push(before ? others.shift() : named.shift())
  }
  return [...ordered, ...named, ...others]
}
