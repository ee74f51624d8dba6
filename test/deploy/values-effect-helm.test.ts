import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { probeValues, type ValuesEffect } from '../../src/deploy/values-effect.ts'
import { CHART, chartDefaults, helmRender, helms, readValues, standIn } from './real-helm.ts'

const DOCUMENTED = '../shared/fixtures/examples'

async function probe(program: string, chart: string, file: string): Promise<Extract<ValuesEffect, { kind: 'examined' }>> {
  const found = await probeValues({
    given: readValues(file),
    defaults: chartDefaults(chart),
    render: helmRender(program, chart),
    namespace: 'higress-system',
  })
  if (found.kind !== 'examined') throw new Error(found.message)
  expect(found.complete).toBe(true)
  return found
}
const keysWith = ({ keys }: Extract<ValuesEffect, { kind: 'examined' }>, effect: string) =>
  keys.filter((one) => one.effect === effect).map(({ key }) => key)

test.skipIf(helms.length === 0)('real Helm is there: else nothing here is run', () => {
  expect(helms.map(({ major }) => Number(major)).every((major) => major >= 3)).toBe(true)
})

describe.each(helms)('with Helm $major', ({ program }) => {
  test('finds the keys that the chart does not read, and those that were meant', async () => {
    const found = await probe(program, CHART, join(CHART, 'values/zone-a.yaml'))
    expect(keysWith(found, 'has-effect')).toEqual(['global.enableGatewayAPI'])
    expect(Object.fromEntries(found.keys.map(({ key, nearest }) => [key, nearest]))).toMatchObject({
      'gateway.replicaCount': 'core.gateway.replicas',
      'gateway.ingressClass': 'global.ingressClass',
      'gateway.autoscaling.maxReplicas': 'core.gateway.autoscaling.maxReplicas',
      'logging.level': 'global.logging.level',
      'pilot.replicaCount': undefined,
      'nacos.replicaCount': undefined,
    })
    expect(found.renders).toBeLessThan(80)
  })

  test('finds nothing dead in the same wishes under the right keys, but what waits for a switch', async () => {
    const found = await probe(program, CHART, join(CHART, 'values/zone-a.right.yaml'))
    expect(keysWith(found, 'not-read')).toEqual([])
    expect(keysWith(found, 'equal-to-default')).toEqual(['global.logging.level'])
    expect(found.keys.flatMap(({ key, conditions = [] }) => conditions.map((one) => `${key} with ${one.key}=${one.value}`))).toEqual([
      'core.gateway.replicas with core.gateway.autoscaling.enabled=false',
      'core.gateway.metrics.interval with core.gateway.metrics.enabled=true',
    ])
  })
})

describe.skipIf(!existsSync(DOCUMENTED)).each(helms)('the documented values, with Helm $major', ({ program }) => {
  test('are dead but for one key', async () => {
    const found = await probe(program, standIn(), join(DOCUMENTED, 'values-zone-a.seed.yaml'))
    expect(keysWith(found, 'has-effect')).toEqual(['global.enableGatewayAPI'])
    expect(keysWith(found, 'not-read')).toHaveLength(found.keys.length - 1)
    const nearest = Object.fromEntries(found.keys.map((one) => [one.key, one.nearest]))
    expect(nearest).toMatchObject({
      'gateway.replicaCount': 'higress-core.gateway.replicas',
      'gateway.ingressClass': 'global.ingressClass',
      'gateway.resources.requests.cpu': 'higress-core.gateway.resources.requests.cpu',
      'console.replicaCount': 'higress-console.replicaCount',
    })
    expect(Object.entries(nearest).filter(([key, near]) => key.startsWith('nacos.') && near !== undefined)).toEqual([])
  })

  test('most of the corrected ones have an effect', async () => {
    const found = await probe(program, standIn(), join(DOCUMENTED, 'values-zone-a.corrected.yaml'))
    expect(keysWith(found, 'has-effect').length).toBeGreaterThan(found.keys.length / 2)
    expect(keysWith(found, 'not-read')).not.toContain('higress-core.gateway.replicas')
  })
})
