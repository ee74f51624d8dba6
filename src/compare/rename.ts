import type { AnyObject, Compare, ComparedKind } from '../domain/compare.ts'
import type { CenterName } from '../domain/topology.ts'

/** The name that an object has in every center: a rename pattern where its name is that pattern filled in for this center, else its own. */
export function identityName(kind: ComparedKind, name: string, centers: readonly CenterName[], aliases: Compare['aliases']): string {
  return kind.rename.find((pattern) => centers.some((center) => pattern.replaceAll('{center}', aliases[center] ?? center) === name)) ?? name
}

/** The object as if it had that name everywhere: its own name, wherever it stands as a whole text, becomes the pattern. */
export function asIdentity(object: AnyObject, own: string, identity: string): AnyObject {
  return own === identity ? object : (replaced(object, own, identity) as AnyObject)
}

function replaced(value: unknown, own: string, identity: string): unknown {
  if (value === own) return identity
  if (Array.isArray(value)) return value.map((item) => replaced(item, own, identity))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, own, identity)]))
}
