import { expect, test } from 'vitest'
import { paramValue } from '../../src/documents/param-values.ts'
import type { Param } from '../../src/domain/runbook.ts'

test.each<[Param['type'], unknown, unknown]>([
  ['centers', 'zone-a, zone-b', ['zone-a', 'zone-b']],
  ['centers', ['zone-a', 'zone-a'], ['zone-a']],
  ['shares', 'zone-a=70,zone-b=30', { 'zone-a': 70, 'zone-b': 30 }],
  ['shares', { 'zone-a': 1, 'zone-b': 0 }, { 'zone-a': 1, 'zone-b': 0 }],
  ['number', '1.5', 1.5],
  ['number', 0, 0],
  ['duration', '1m30s', 90_000],
  ['duration', 5_000, 5_000],
  ['boolean', 'false', false],
  ['boolean', true, true],
  ['string', 'text', 'text'],
])('reads a param of type %s from %j', (type, given, value) => {
  expect(paramValue({ type }, given)).toEqual({ value })
})

test.each<[Param['type'], unknown]>([
  ['centers', ''],
  ['centers', []],
  ['centers', ['']],
  ['shares', 'zone-a'],
  ['shares', 'zone-a=-1'],
  ['shares', 'zone-a=1,zone-a=2'],
  ['shares', { 'zone-a': 0 }],
  ['shares', { 'zone-a': 0.5 }],
  ['shares', []],
  ['shares', {}],
  ['number', ''],
  ['number', 'ten'],
  ['number', Infinity],
  ['duration', '5'],
  ['duration', 1.5],
  ['boolean', 'yes'],
  ['string', ''],
  ['string', null],
])('does not read a param of type %s from %j', (type, given) => {
  expect(paramValue({ type }, given)).toHaveProperty('wrong')
})

test('takes no centers for an optional param', () => {
  expect(paramValue({ type: 'centers', required: false }, [])).toEqual({ value: [] })
})
