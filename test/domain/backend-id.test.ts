import { expect, test } from 'vitest'
import { backendKey, memberOf } from '../../src/domain/backend-id.ts'
import { backend, topology } from './world.ts'

test.each([
  { ref: { name: 'web', port: 80 }, key: '/Service/shop/web:80' },
  { ref: { name: 'web', namespace: 'other' }, key: '/Service/other/web' },
  { ref: backend('zone-c'), key: 'networking.higress.io/Service/shop/ai-service-shanghai.DEFAULT-GROUP.public.nacos:8080' },
])('names $ref as $key', ({ ref, key }) => {
  expect(backendKey(ref, 'shop')).toBe(key)
})

test('finds the service and center of a backend, and of none that merely looks like one', () => {
  const { kind: _kind, ...kindless } = backend('zone-b', 'chat')
  expect(memberOf(topology, kindless, 'any')).toEqual({ service: 'chat', center: 'zone-b' })
  expect(memberOf(topology, { ...backend('zone-b'), port: 8081 }, 'any')).toBeUndefined()
  expect(memberOf(topology, { ...backend('zone-b'), group: '' }, 'any')).toBeUndefined()
})

test('takes a backend that is declared without a port for any port', () => {
  const { port: _port, ...portless } = backend('zone-a')
  const [service] = topology.services
  if (service === undefined) throw new Error('no service')
  const open = { ...topology, services: [{ ...service, backends: { 'zone-a': portless } }] }
  expect(memberOf(open, { ...portless, port: 9 }, 'any')?.center).toBe('zone-a')
})
