import { expect, test } from 'vitest'
import { lineReader, type LineEvent } from '../../../src/adapters/kube/event-lines.ts'
import { configMaps } from './one-context.ts'

function read(...pieces: readonly (string | Buffer)[]): readonly LineEvent[] {
  const events: LineEvent[] = []
  const take = lineReader(configMaps, (event) => events.push(event))
  for (const piece of pieces) take(Buffer.from(piece))
  return events
}
const added = JSON.stringify({
  type: 'ADDED',
  object: { kind: 'ConfigMap', metadata: { name: '名', uid: 'u', resourceVersion: '7' } },
})

test('an event is given when its line is whole, wherever its bytes were cut', () => {
  const bytes = Buffer.from(`${added}\n${added}\n`)
  for (let at = 1; at < bytes.length; at++)
    expect(read(bytes.subarray(0, at), bytes.subarray(at)).map(({ type }) => type)).toEqual(['added', 'added'])
  expect(read(added)).toEqual([])
  expect(read(`${added}\n`)).toMatchObject([{ type: 'added', version: '7', object: { metadata: { name: '名' } } }])
})

test.each([
  ['no JSON', 'half an obj', 'an event is not JSON'],
  [
    'another kind',
    '{"type":"ADDED","object":{"kind":"Secret","metadata":{"name":"a","uid":"u","resourceVersion":"1"}}}',
    'an event is not one of kind ConfigMap',
  ],
  ['an unknown type', '{"type":"MOVED","object":{}}', 'an event is of no known type'],
  ['an error', '{"type":"ERROR","object":{"code":500,"message":"etcd is away"}}', 'etcd is away'],
])('%s is never passed over', (_, line, why) => {
  expect(read(`${line}\n`)).toEqual([{ type: 'bad', why }])
})

test('a 410 has expired', () => {
  expect(read('{"type":"ERROR","object":{"kind":"Status","code":410}}\n')).toEqual([{ type: 'expired' }])
})

test('a line without an end is not kept for ever', () => {
  expect(read(...Array.from({ length: 9 }, () => Buffer.alloc(2 ** 20, 0x20))).at(-1)).toMatchObject({ type: 'bad' })
})
