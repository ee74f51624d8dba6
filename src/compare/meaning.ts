import { canonical } from '../domain/canonical.ts'
import { durationText, quantityText } from './quantity.ts'
import { traitOf, type SchemaNode } from './schema.ts'

const QUANTITY_PARENTS = new Set(['limits', 'requests', 'capacity', 'hard', 'min', 'max', 'defaultRequest'])
const QUANTITY_KEYS = new Set(['sizeLimit', 'divisor'])
const DURATION_KEY = /(?:timeout|interval|duration|period|ttl|backoff|delay|baseEjectionTime|request|backendRequest)$/i
const PORT_KEYS = new Set(['port', 'targetPort', 'containerPort', 'maxSurge', 'maxUnavailable', 'minAvailable'])

/** One text for values that mean the same at this place. `keys` are the keys above it, without the items of lists. */
export function meaningOf(value: unknown, schema: SchemaNode | undefined, keys: readonly string[]): string {
  const key = keys.at(-1) ?? ''
  if (isQuantity(schema, keys)) {
    const quantity = quantityText(value)
    if (quantity !== undefined) return `quantity ${quantity}`
  }
  if (isDuration(schema, key)) {
    const duration = durationText(value)
    if (duration !== undefined) return `duration ${duration}`
  }
  const either =
    traitOf(schema, 'x-kubernetes-int-or-string') === true || traitOf(schema, 'format') === 'int-or-string' || PORT_KEYS.has(key)
  if (either && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return canonical(Number(value))
  return canonical(value)
}

function isQuantity(schema: SchemaNode | undefined, keys: readonly string[]): boolean {
  const type = traitOf(schema, 'x-ref')
  if (traitOf(schema, 'x-quantity') === true || (typeof type === 'string' && type.endsWith('.Quantity'))) return true
  const parent = keys.at(-2) ?? ''
  if (QUANTITY_KEYS.has(keys.at(-1) ?? '')) return true
  return QUANTITY_PARENTS.has(parent) && (keys.includes('resources') || (keys.at(0) === 'spec' && keys.length === 3))
}

/** Gateway API writes durations as a pattern of h, m, s and ms; other kinds by the name of the field alone. */
function isDuration(schema: SchemaNode | undefined, key: string): boolean {
  if (traitOf(schema, 'format') === 'duration') return true
  const pattern = traitOf(schema, 'pattern')
  if (typeof pattern === 'string' && /\(h\|m\|s\|ms\)/.test(pattern)) return true
  return DURATION_KEY.test(key)
}
