import { expect, test } from 'vitest'
import { schemaNode } from '../../src/compare/schema.ts'
import { wantedObject } from '../../src/compare/wanted.ts'
import type { AnyObject } from '../../src/domain/compare.ts'
import { compared, kindOf, object } from './world.ts'

const text = { type: 'string' }
const schema = schemaNode({
  type: 'object',
  properties: { spec: { type: 'object', properties: { known: text, map: { type: 'object', properties: { known: text } } } } },
})

/** What zone-b is to be by zone-a. */
function wanted(source: AnyObject, live: AnyObject): AnyObject | undefined {
  const kind = kindOf('Thing')
  const [diff] = compared({ kind, schema, columns: { 'zone-a': [source], 'zone-b': [live] } }).objects
  if (diff === undefined) throw new Error('they are the same')
  return wantedObject({
    diff,
    kind,
    source: { name: 'zone-a', center: 'zone-a', object: source },
    target: { center: 'zone-b', live },
    schema,
    intents: [],
    aliases: {},
  })
}

const thing = (spec: object, metadata: object = {}): AnyObject => object('Thing', { spec }, metadata)

test('what the schema of the target would drop is not asked of it, nor an empty rest of it', () => {
  const source = thing({ known: 'new', other: { deep: { a: 1 } }, map: { known: 'x', other: true } })
  expect(wanted(source, thing({ known: 'old' }))?.['spec']).toEqual({ known: 'new', map: { known: 'x' } })
  expect(wanted(thing({ known: 'same', other: { a: 1 } }), thing({ known: 'same' }))?.['spec']).toEqual({ known: 'same' })
})

test('notes of tools stay what they are in the target, and are never the source’s', () => {
  const note = (value: string): object => ({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': value, team: value } })
  expect(wanted(thing({ known: 'a' }, note('of a')), thing({ known: 'b' }, note('of b')))?.['metadata']).toMatchObject({
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'of b', team: 'of a' },
  })
  expect(wanted(thing({ known: 'a' }, note('of a')), thing({ known: 'b' }))?.['metadata']).toMatchObject({ annotations: { team: 'of a' } })
})
