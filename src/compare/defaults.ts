import type { Computed } from './builtin-defaults.ts'
import { defaultOf, itemsOf, propertiesOf, propertyOf, traitOf, type SchemaNode } from './schema.ts'

/**
 * The value with the defaults of a cluster's schema filled in, as its API server would: missing and null fields of maps that are there. What is there stays.
 * Applied to both sides, so that what a server filled in and what nobody wrote are one. Twice is as once.
 */
export function withDefaults(value: unknown, schema: SchemaNode | undefined, depth = 0): unknown {
  if (schema === undefined || depth > 64) return value
  if (Array.isArray(value)) {
    const items = itemsOf(schema)
    return items === undefined ? value : value.map((item) => withDefaults(item, items, depth + 1))
  }
  if (typeof value !== 'object' || value === null) return value
  const filled: Record<string, unknown> = { ...value }
  for (const key of propertiesOf(schema)) {
    if (filled[key] !== undefined && filled[key] !== null) continue
    const fallback = defaultOf(propertyOf(schema, key))
    if (fallback !== undefined) filled[key] = fallback
  }
  for (const [key, from] of Object.entries((traitOf(schema, 'x-default-from') ?? {}) as Record<string, string>))
    filled[key] ??= filled[from]
  const compute = traitOf(schema, 'x-defaults') as Computed | undefined
  for (const [key, one] of Object.entries(compute?.(filled) ?? {})) filled[key] ??= one
  for (const [key, inner] of Object.entries(filled)) {
    if (inner === undefined) delete filled[key]
    else filled[key] = withDefaults(inner, propertyOf(schema, key), depth + 1)
  }
  return filled
}
