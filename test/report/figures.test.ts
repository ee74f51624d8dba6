import { expect, test } from 'vitest'
import { percent } from '../../src/domain/percent.ts'
import { clockTime, count, elapsed, latency, listed, seconds } from '../../src/report/figures.ts'
import { createPhrasebook, spoken } from '../../src/report/phrasebook.ts'

test.each([
  [50, '0.05 s'],
  [200, '0.2 s'],
  [9400, '9.4 s'],
  [30_000, '30 s'],
  [119_000, '119 s'],
  [120_000, '2 min'],
  [125_400, '2 min 5 s'],
])('says %i ms as %s', (ms, text) => {
  expect(seconds(ms)).toBe(text)
})

test('says durations in Chinese units', () => {
  expect(seconds(9400, 'zh')).toBe('9.4 秒')
  expect(seconds(125_000, 'zh')).toBe('2 分 5 秒')
})

test('says how long an answer took', () => {
  expect([0.2, 12.4, 999.6, 3000].map((ms) => latency(ms))).toEqual(['1 ms', '12 ms', '1.0 s', '3 s'])
})

test('says points of time with one decimal, before the beginning too', () => {
  expect([28_000, -5600].map((ms) => elapsed(ms))).toEqual(['28.0 s', '-5.6 s'])
})

test('never rounds a ratio up to all or down to nothing', () => {
  expect([0, 0.000_01, 0.499, 0.999_99, 1].map((ratio) => percent(ratio))).toEqual(['0.0%', '0.1%', '49.9%', '99.9%', '100.0%'])
  expect(percent(0, 2, ' ')).toBe('0.00 %')
})

test('groups digits by three', () => {
  expect([0, 999, 1204, 1_234_567].map(count)).toEqual(['0', '999', '1 204', '1 234 567'])
})

test('lists names as a sentence does', () => {
  expect(listed(['a', 'b', 'c'], 'en')).toBe('a, b and c')
  expect(listed(['a', 'b'], 'zh')).toBe('a、b')
  expect(listed([], 'en')).toBe('')
})

test('shows the time of day, and what is no time as it is', () => {
  expect(clockTime('2026-11-20T03:15:09.123Z')).toBe('03:15:09')
  expect(clockTime('whenever')).toBe('whenever')
})

test('a phrasebook fills words, and shows a reason without words with its facts', () => {
  const book = createPhrasebook([{ low: { en: '{center} is low', zh: '{center} 偏低' } }])
  expect(book.lookup('low', { center: 'zone-a' }, 'zh')).toBe('zone-a 偏低')
  expect(book.lookup('strange', { load: 823, centers: ['a', 'b'] }, 'en')).toBe('strange (load=823, centers=a,b)')
  expect(book.has('strange')).toBe(false)
})

test('our own words follow the number in English', () => {
  const words = { en: '{rules} rules in {clusters} clusters', zh: '{clusters} 个集群 {rules} 条规则' }
  expect(spoken(words, { rules: 1, clusters: 1 }, 'en')).toBe('1 rule in 1 cluster')
  expect(spoken(words, { rules: 11, clusters: 2.1 }, 'en')).toBe('11 rules in 2.1 clusters')
  expect(spoken(words, { rules: 1, clusters: 1 }, 'zh')).toBe('1 个集群 1 条规则')
})
