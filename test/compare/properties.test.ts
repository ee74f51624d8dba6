import jsonpatch from 'fast-json-patch'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withDefaults } from '../../src/compare/defaults.ts'
import { withoutNoise } from '../../src/compare/noise.ts'
import { schemaNode } from '../../src/compare/schema.ts'
import { judge, type Voice } from '../../src/compare/verdict.ts'
import type { AnyObject, Gap } from '../../src/domain/compare.ts'
import { compared, documentOf, kindOf, object } from './world.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd')
const ref = fc.record(
  { name, port: fc.constantFrom(80, 81), weight: fc.option(fc.nat(5), { nil: undefined }) },
  { requiredKeys: ['name', 'port'] },
)
const refs = fc.uniqueArray(ref, { maxLength: 4, selector: (one) => `${one.name}:${one.port}` })
const rule = fc.record({ path: fc.constantFrom('/', '/a', '/b', '/c'), refs })
const routes = fc.uniqueArray(rule, { maxLength: 4, selector: (one) => one.path }).map((rules): AnyObject =>
  object('HTTPRoute', {
    spec: { rules: rules.map(({ path, refs }) => ({ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: refs })) },
  }),
)
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const anything = fc
  .dictionary(fc.constantFrom('spec', 'data', 'x-1', 'status'), json)
  .map((content): AnyObject => object('Widget', content))

const two = (kind: string, a: AnyObject, b: AnyObject) =>
  documentOf(compared({ kind: kindOf(kind), columns: { 'zone-a': [a], 'zone-b': [b] } }))

test.each([
  ['routes', 'HTTPRoute', routes],
  ['whatever stands in an object', 'Widget', anything],
] as const)('nothing differs from itself: %s', (_, kind, objects) => {
  fc.assert(
    fc.property(objects, (one) => {
      expect(two(kind, one, structuredClone(one)).objects).toEqual([])
      // The long way says the same as the letter: a mark keeps the short way from being taken.
      expect(two(kind, one, object(kind, structuredClone(one), { labels: {} })).objects).toEqual([])
    }),
  )
})

test.each([
  ['routes', 'HTTPRoute', routes],
  ['whatever stands in an object', 'Widget', anything],
] as const)('a differs from b as b from a: %s', (_, kind, objects) => {
  fc.assert(
    fc.property(objects, objects, (a, b) => {
      const seen = (one: AnyObject, other: AnyObject) =>
        two(kind, one, other)
          .objects.flatMap(({ leaves }) => leaves.map(({ identity, kind: sort, verdict }) => `${identity} ${sort} ${verdict}`))
          .toSorted()
      expect(seen(a, b)).toEqual(seen(b, a))
    }),
  )
})

test('the order of backends, and of keys, changes nothing', () => {
  fc.assert(
    fc.property(routes, fc.infiniteStream(fc.nat(100)), (one, chance) => {
      const { spec } = one as { spec: { rules: { matches: unknown; backendRefs: unknown[] }[] } }
      const shuffled = {
        ...one,
        spec: {
          rules: spec.rules.map(({ matches, backendRefs }) => ({
            backendRefs: backendRefs
              .map((ref) => [chance.next().value, ref] as const)
              .toSorted(([a], [b]) => a - b)
              .map(([, ref]) => ref),
            matches,
          })),
        },
      }
      expect(two('HTTPRoute', one, shuffled).objects).toEqual([])
    }),
  )
})

test('a weight that is multiplied everywhere is equal, and said to be written otherwise', () => {
  fc.assert(
    fc.property(routes, fc.integer({ min: 2, max: 9 }), (one, factor) => {
      const more = structuredClone(one) as { spec: { rules: { backendRefs: { weight?: number }[] }[] } }
      for (const { backendRefs } of more.spec.rules) for (const ref of backendRefs) ref.weight = (ref.weight ?? 1) * factor
      const document = two('HTTPRoute', one, more)
      expect(document.totals.equal).toBe(1)
      for (const { leaves } of document.objects) for (const leaf of leaves) expect([leaf.sameEffect, leaf.verdict]).toEqual([true, 'equal'])
    }),
  )
})

test('a weight that is raised among others is drift in that one rule', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 })
  const of = (all: readonly number[]): AnyObject =>
    object('HTTPRoute', { spec: { rules: [{ backendRefs: all.map((weight, i) => ({ name: `b${i}`, port: 80, weight })) }] } })
  fc.assert(
    fc.property(weights, ([first = 1, ...rest]) => {
      const { totals, objects } = two('HTTPRoute', of([first, ...rest]), of([first + 1, ...rest]))
      expect(totals.drift).toBe(1)
      expect(objects[0]?.leaves.map(({ path }) => path)).toEqual(['spec.rules[/].backendRefs[b0:80].weight'])
    }),
  )
})

const schema = schemaNode({
  properties: {
    spec: {
      default: {},
      properties: {
        a: { default: 1 },
        b: { properties: { c: { default: [] }, d: { default: { e: 1 }, properties: { f: { default: 2 } } } } },
      },
    },
    data: { items: { properties: { x: { default: true } } } },
  },
})

test('defaults are filled in once, and never over what is there', () => {
  fc.assert(
    fc.property(anything, (one) => {
      const filled = withDefaults(one, schema)
      expect(withDefaults(filled, schema)).toEqual(filled)
      expect(jsonpatch.compare(withoutNulls(one) as object, filled as object).every(({ op }) => op === 'add')).toBe(true)
    }),
  )
})

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const schemaKeys = new Set(['a', 'b', 'c', 'd', 'f', 'x', 'spec'])
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null && schemaKeys.has(key) ? [] : [[key, withoutNulls(inner)]])),
  )
}

test('a patch and its inverse bring back the object, and nothing differs then', () => {
  fc.assert(
    fc.property(anything, anything, (a, b) => {
      const [from, to] = [withoutNoise(a), withoutNoise(b)]
      const there = jsonpatch.applyPatch(structuredClone(from), jsonpatch.compare(from, to)).newDocument
      const back = jsonpatch.applyPatch(structuredClone(there), jsonpatch.compare(there, from)).newDocument
      expect(two('Widget', a, there).objects).toEqual(two('Widget', a, b).objects)
      expect(two('Widget', a, back).objects).toEqual([])
    }),
  )
})

test('what could not be read never counts as equal', () => {
  const gaps = fc.constantFrom<Gap[]>('kind-missing', 'forbidden', 'unreachable', 'unknown')
  fc.assert(
    fc.property(anything, gaps, gaps, (one, b, c) => {
      const columns = { 'zone-a': [one], 'zone-b': { state: b as 'unknown' }, 'zone-c': { state: c as 'unknown' } }
      const document = documentOf(compared({ kind: kindOf('Widget'), columns }))
      expect(document.totals.equal + document.totals.intended).toBe(0)
      expect(document.objects[0]?.presence).toEqual({ 'zone-a': 'present', 'zone-b': b, 'zone-c': c })
    }),
  )
})

test('a blind voice makes no verdict equal or intended', () => {
  const voice = fc.record({
    name: fc.constantFrom('zone-a', 'zone-b', 'zone-c', 'desired'),
    source: fc.constantFrom<Voice['source'][]>('live', 'saved', 'desired'),
    role: fc.constantFrom<Voice['role'][]>('active', 'standby', undefined),
    meaning: fc.constantFrom('x', 'y', undefined),
    blind: fc.boolean(),
    excused: fc.boolean(),
    wrong: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(voice, { minLength: 1, maxLength: 4, selector: ({ name }) => name }), (voices) => {
      const { verdict } = judge(voices, 'spec.x')
      if (voices.some(({ blind, wrong }) => blind && !wrong)) expect(['equal', 'intended']).not.toContain(verdict)
      if (voices.some(({ wrong }) => wrong)) expect(['drift', 'odd-one-out']).toContain(verdict)
    }),
  )
})
