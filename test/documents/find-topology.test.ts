import { expect, test } from 'vitest'
import { findTopologyWords, topologyNotFound, topologyPlaces } from '../../src/documents/find-topology.ts'

test('looks upward from the working directory to the root', () => {
  expect(topologyPlaces('/srv/gateway/prod', undefined, undefined)).toEqual({
    paths: ['/srv/gateway/prod/tricenter.yaml', '/srv/gateway/tricenter.yaml', '/srv/tricenter.yaml', '/tricenter.yaml'],
  })
  expect(topologyPlaces('/', undefined, '')).toEqual({ paths: ['/tricenter.yaml'] })
})

test('takes the flag before the variable, and either as the only place', () => {
  expect(topologyPlaces('/srv', 'x/t.yaml', '/other.yaml')).toEqual({ said: 'flag', paths: ['/srv/x/t.yaml'] })
  expect(topologyPlaces('/srv', undefined, '../t.yaml')).toEqual({ said: 'variable', paths: ['/t.yaml'] })
})

test.each([
  [undefined, undefined, 'topology-not-found'],
  ['t.yaml', undefined, 'topology-not-there-flag'],
  [undefined, 't.yaml', 'topology-not-there-variable'],
] as const)('has words for a topology that is not there (%s, %s)', (flag, variable, reason) => {
  const found = topologyNotFound(topologyPlaces('/srv', flag, variable), '/srv')
  expect(found).toMatchObject({ kind: 'input', reason })
  expect(findTopologyWords[reason].en.split('\n')).toHaveLength(3)
})
