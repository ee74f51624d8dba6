import { expect, test } from 'vitest'
import { headersLand } from '../../src/checks/headers-land.ts'
import { ask, said } from './ask.ts'

const route = { service: 'ai-service', header: 'X-Client-Region', value: 'beijing', centers: ['zone-a', 'zone-b'] }
const landing = (...centers: readonly (string | null | 'error')[]) => [
  {
    route,
    results: centers.map((center, i) => ({
      gateway: 'zone-a',
      service: 'ai-service',
      id: `${i}`,
      startedAt: 0,
      took: 1,
      ok: center !== 'error',
      ...(center === null || center === 'error' ? {} : { center }),
    })),
  },
]

test.each([
  { landed: landing('zone-a', 'zone-b'), says: ['passed lands'] },
  { landed: landing('zone-a', 'zone-c'), says: ['failed elsewhere'] },
  { landed: landing('zone-a', 'error'), says: ['failed errors'] },
  { landed: landing('zone-a', null), says: ['inconclusive unnamed'] },
  { landed: landing('zone-a', 'zone-a'), says: ['inconclusive some-silent'] },
  { landed: landing(), says: ['inconclusive no-probe'] },
  { landed: [], says: [] },
])('requests with a header: $says', ({ landed, says }) => {
  expect(said(ask(headersLand, { headerLandings: landed }))).toEqual(says)
})
