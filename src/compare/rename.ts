import type { AnyObject, Compare, ComparedKind } from '../domain/compare.ts'
import type { CenterName } from '../domain/topology.ts'
import { record } from '../gateways/strange.ts'

/** The name that an object has in every center: a rename pattern where its name is that pattern filled in for this center, else its own. */
export function identityName(kind: ComparedKind, name: string, centers: readonly CenterName[], aliases: Compare['aliases']): string {
  return kind.rename.find((pattern) => centers.some((center) => filled(pattern, center, aliases) === name)) ?? name
}

/** Of objects that belong to no center: patterns that more than one of them has in a namespace, with their names. */
export function sharedNames(
  objects: readonly AnyObject[],
  kind: ComparedKind,
  centers: readonly CenterName[],
  aliases: Compare['aliases'],
): readonly (readonly [pattern: string, names: readonly string[]])[] {
  if (kind.rename.length === 0) return []
  const found = Map.groupBy(objects, ({ metadata }) => {
    const { name, namespace } = record(metadata)
    return `${kind.namespaced ? String(namespace ?? 'default') : ''}/${identityName(kind, String(name), centers, aliases)}`
  })
  return [...found].flatMap(([key, own]) =>
    own.length < 2 ? [] : [[key.slice(key.indexOf('/') + 1), own.map(({ metadata }) => String(record(metadata)['name']))] as const],
  )
}

/** Texts of one column that stand for a pattern: its object's own name, and every pattern filled in for its center. */
export function renamedTexts(
  kind: ComparedKind,
  own: string,
  identity: string,
  center: CenterName | undefined,
  aliases: Compare['aliases'],
): ReadonlyMap<string, string> {
  const patterns = center === undefined ? [] : kind.rename.map((pattern) => [filled(pattern, center, aliases), pattern] as const)
  return new Map([...patterns, ...(own === identity ? [] : [[own, identity] as const])])
}

/** The object with such texts, wherever one stands whole, as their patterns: `app: higress-zone-a` and `app: higress-shanghai` are then one. */
export function asIdentity(object: AnyObject, texts: ReadonlyMap<string, string>): AnyObject {
  return texts.size === 0 ? object : (replaced(object, texts) as AnyObject)
}

function filled(pattern: string, center: CenterName, aliases: Compare['aliases']): string {
  return pattern.replaceAll('{center}', aliases[center] ?? center)
}

function replaced(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return texts.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => replaced(item, texts))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, texts)]))
}
