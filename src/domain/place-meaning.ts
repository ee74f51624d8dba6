import { canonical } from './canonical.ts'
import { durationText, quantityText } from './quantity.ts'

const QUANTITY_PARENTS = new Set(['limits', 'requests', 'capacity', 'hard', 'min', 'max', 'defaultRequest'])
const QUANTITY_KEYS = new Set(['sizeLimit', 'divisor'])
const DURATION_KEY = /(?:timeout|interval|duration|period|ttl|backoff|delay|baseEjectionTime|request|backendRequest)$/i
const PORT_KEYS = new Set(['port', 'targetPort', 'containerPort', 'maxSurge', 'maxUnavailable', 'minAvailable'])
/** Maps of texts: whoever reads one reads its letters. */
const TEXTS = new Set(['labels', 'annotations', 'matchLabels', 'nodeSelector'])

/** What a schema says of a place; absent: only the names of fields tell. */
interface Traits {
  readonly quantity?: boolean
  readonly duration?: boolean
  readonly intOrString?: boolean
}

/**
 * One text for values that mean the same at a place: quantities, durations, numbers that may be written as texts. `keys` are the keys above the value, outermost
 * first, without the items of lists. Texts of a ConfigMap, of labels and of annotations mean their letters.
 */
export function placeMeaning(value: unknown, keys: readonly string[], traits: Traits = {}): string {
  if (typeof value !== 'string' && typeof value !== 'number') return canonical(value)
  if (isText(keys)) return canonical(value)
  const key = keys.at(-1) ?? ''
  if (traits.quantity === true || isQuantityPlace(keys)) {
    const quantity = quantityText(value)
    if (quantity !== undefined) return `quantity ${quantity}`
  }
  // Gateway API writes durations as a pattern of h, m, s and ms; other kinds by the name of the field alone.
  if (traits.duration === true || DURATION_KEY.test(key)) {
    const duration = durationText(value)
    if (duration !== undefined) return `duration ${duration}`
  }
  const either = traits.intOrString === true || PORT_KEYS.has(key)
  if (either && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return canonical(Number(value))
  return canonical(value)
}

/** Is the value one entry of a map whose values are free texts? There an empty text is something else than none, too. */
export function isText(keys: readonly string[]): boolean {
  return (keys.length === 2 && (keys[0] === 'data' || keys[0] === 'binaryData')) || TEXTS.has(keys.at(-2) ?? '')
}

function isQuantityPlace(keys: readonly string[]): boolean {
  if (QUANTITY_KEYS.has(keys.at(-1) ?? '')) return true
  return QUANTITY_PARENTS.has(keys.at(-2) ?? '') && (keys.includes('resources') || (keys.at(0) === 'spec' && keys.length === 3))
}
