import type { AnyObject, FieldManager } from '../domain/compare.ts'
import { list, record, text } from '../gateways/strange.ts'

/** Who owns the field at an RFC 6901 pointer, by managedFields: the latest writer of the deepest part of it that anybody owns. Status writers are nobody. */
export function managerOf(object: AnyObject, pointer: string): FieldManager | undefined {
  let best: { readonly depth: number; readonly at: number; readonly manager: FieldManager } | undefined
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  for (const one of list(record(object['metadata'])['managedFields']).map(record)) {
    const manager = text(one['manager'])
    if (manager === undefined || text(one['subresource']) === 'status') continue
    const depth = ownedDepth(record(one['fieldsV1']), object, parts)
    const at = Date.parse(text(one['time']) ?? '')
    const time = Number.isNaN(at) ? 0 : at
    if (depth === 0 || (best !== undefined && (best.depth > depth || (best.depth === depth && best.at >= time)))) continue
    const operation = text(one['operation'])
    best = { depth, at: time, manager: { manager, ...(operation === undefined ? {} : { operation }), ...(time === 0 ? {} : { at: time }) } }
  }
  return best?.manager
}

/** How deep the set of fields follows the path; 0: not owned. An empty set owns all that is below it. */
function ownedDepth(fields: AnyObject, object: unknown, parts: readonly string[]): number {
  let set: AnyObject = fields
  let value: unknown = object
  for (const [depth, part] of parts.entries()) {
    if (depth > 0 && Object.keys(set).every((key) => key === '.')) return depth
    const inner: unknown = Array.isArray(value) ? value[Number(part)] : record(value)[part]
    const next = Array.isArray(value) ? itemSet(set, inner) : set[`f:${part}`]
    if (next === undefined) return 0
    set = record(next)
    value = inner
  }
  return parts.length
}

function itemSet(set: AnyObject, item: unknown): unknown {
  for (const [key, inner] of Object.entries(set)) {
    if (key === `v:${JSON.stringify(item)}`) return inner
    if (!key.startsWith('k:')) continue
    try {
      const wanted = record(JSON.parse(key.slice(2)) as unknown)
      if (Object.entries(wanted).every(([name, value]) => record(item)[name] === value)) return inner
    } catch {
      continue
    }
  }
  return undefined
}
