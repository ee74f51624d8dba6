import { placeMeaning } from '../domain/place-meaning.ts'
import { traitOf, type SchemaNode } from './schema.ts'

/** One text for values that mean the same at this place, by what its schema says and by what its fields are called. `keys` are the keys above it, without the items of lists. */
export function meaningOf(value: unknown, schema: SchemaNode | undefined, keys: readonly string[]): string {
  return placeMeaning(value, keys, {
    quantity: isQuantity(schema),
    duration: isDuration(schema),
    intOrString: traitOf(schema, 'x-kubernetes-int-or-string') === true || traitOf(schema, 'format') === 'int-or-string',
  })
}

function isQuantity(schema: SchemaNode | undefined): boolean {
  const type = traitOf(schema, 'x-ref')
  return traitOf(schema, 'x-quantity') === true || (typeof type === 'string' && type.endsWith('.Quantity'))
}

function isDuration(schema: SchemaNode | undefined): boolean {
  if (traitOf(schema, 'format') === 'duration') return true
  const pattern = traitOf(schema, 'pattern')
  return typeof pattern === 'string' && /\(h\|m\|s\|ms\)/.test(pattern)
}
