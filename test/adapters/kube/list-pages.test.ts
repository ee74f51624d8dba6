import { expect, test } from 'vitest'
import { envelopeOf } from '../../../src/adapters/kube/list-envelope.ts'

const answer = (body: string, headers = {}) => ({ status: 200, headers, body: Buffer.from(body) })
const item = { metadata: { name: 'a"]', uid: 'u', resourceVersion: '1', annotations: { a: '],"kind":"ThingList","metadata":{}}' } } }
const items = JSON.stringify([item, item])
const meta = '"metadata":{"continue":"next","resourceVersion":"9"}'

test.each([
  ['custom kinds, with what is around them behind', `{"apiVersion":"x/v1","items":${items},"kind":"ThingList",${meta}}\n`],
  ['built-in kinds, with what is around them before', `{"kind":"ThingList","apiVersion":"x/v1",${meta},"items":${items}}\n`],
  [
    'an answer that is written wide',
    JSON.stringify({ apiVersion: 'x/v1', items: [item, item], kind: 'ThingList', metadata: { continue: 'next' } }, null, 2),
  ],
])('the items are found in the list of %s', (_, body) => {
  const found = envelopeOf(answer(body), 'Thing')
  if ('why' in found) throw new Error(found.why)
  expect(JSON.parse(`[${found.bytes.toString('utf8', found.from, found.until)}]`)).toMatchObject([item, item])
  expect(found).toMatchObject({ next: 'next', apiVersion: 'x/v1' })
})

test('an empty list has no items and no page after it', () => {
  const found = envelopeOf(answer('{"apiVersion":"x/v1","items":[],"kind":"ThingList","metadata":{"resourceVersion":"9"}}'), 'Thing')
  if ('why' in found) throw new Error(found.why)
  expect(found.until - found.from).toBe(0)
  expect(found.next).toBeUndefined()
})

test.each([
  ['the list of another kind', `{"apiVersion":"x/v1","items":[],"kind":"OtherList","metadata":{}}`, {}],
  ['HTML', '<html>[]</html>', {}],
  ['nothing', '', {}],
  ['an answer that is encoded', '{"items":[]}', { 'content-encoding': 'gzip' }],
  ['items that are objects of no name', '{"items":[ 7 ],"kind":"ThingList","metadata":{}, "x": [1]}', {}],
])('%s is no list', (_, body, headers) => {
  expect(envelopeOf(answer(body, headers), 'Thing')).toHaveProperty('why')
})

test('a list that is cut off anywhere is none', () => {
  const body = `{"apiVersion":"x/v1","items":${items},"kind":"ThingList",${meta}}`
  for (let end = 0; end < body.length; end++) expect(envelopeOf(answer(body.slice(0, end)), 'Thing'), String(end)).toHaveProperty('why')
})
