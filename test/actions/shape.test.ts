import { expect, test } from 'vitest'
import * as z from '../../src/actions/shape.ts'

const whole = z.object({
  centers: z.array(z.string(), 1),
  kind: z.enum(['scale', 'lost']).default('scale'),
  shares: z.record(z.count()).default({}),
  again: z.boolean().default(false),
})

test('fills in defaults and drops unknown keys', () => {
  expect(whole.parse({ centers: ['zone-a'], more: 1 })).toEqual({ centers: ['zone-a'], kind: 'scale', shares: {}, again: false })
})

test.each<[object, string]>([
  [{}, 'centers is not a list'],
  [{ centers: [] }, 'centers is not a list of at least 1'],
  [{ centers: [1] }, 'centers[0] is not a text'],
  [{ centers: ['a'], kind: 'fire' }, 'kind is not one of scale, lost'],
  [{ centers: ['a'], shares: { a: -1 } }, 'shares.a is not a whole number from 0'],
  [{ centers: ['a'], again: 'yes' }, 'again is not true or false'],
])('says where %o is another shape', (input, words) => {
  expect(() => whole.parse(input)).toThrow(words)
  expect(whole.accepts(input)).toBe(false)
})

test('is a JSON Schema, for the documentation', () => {
  expect(whole.json).toMatchObject({
    type: 'object',
    required: ['centers'],
    properties: { kind: { enum: ['scale', 'lost'], default: 'scale' }, centers: { type: 'array', minItems: 1 } },
  })
})
