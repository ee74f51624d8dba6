import { expect, test } from 'vitest'
import type { ReplicasIntent } from '../../src/domain/intent.ts'
import type { WorkloadState } from '../../src/domain/sighting.ts'
import { decodeFaultMark, encodeFaultMark } from '../../src/domain/mark-codec.ts'
import { locateReplicas, prepareReplicas } from '../../src/effects/scale.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { applyPatch } from '../domain/world.ts'

const workload = { kind: 'Deployment', namespace: 'ai-system', name: 'ai-service-zone-a' } as const
const intent: ReplicasIntent = { kind: 'replicas', center: 'zone-a', workload, replicas: 0, mark: { run: 'r', replicas: 10, until: 99 } }

function deployment(annotations?: Record<string, string>, replicas = 10): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: workload.name,
      namespace: workload.namespace,
      uid: 'w',
      resourceVersion: '1',
      ...(annotations ? { annotations } : {}),
    },
    spec: { replicas, paused: false },
  }
}

function stateOf(object: KubeObject): WorkloadState {
  const rawFault = object.metadata.annotations?.['tricenter.io/fault']
  const fault = decodeFaultMark(rawFault, 'w')
  return {
    service: 'ai-service',
    workload,
    uid: 'w',
    resourceVersion: '1',
    desired: (object['spec'] as { replicas: number }).replicas,
    ready: 10,
    hasAnnotations: object.metadata.annotations !== undefined,
    owners: [],
    ...(rawFault === undefined ? {} : { rawFault }),
    ...(fault === undefined ? {} : { fault }),
  }
}

test.each([
  ['no annotations', undefined],
  ['annotations of others', { team: 'ai' }],
])('takes replicas away and marks them in one patch, and back, with %s', (_, annotations) => {
  const before = deployment(annotations)
  const change = prepareReplicas(intent, stateOf(before), 'c')
  expect(locateReplicas(change, before)).toBe('before')
  const after = applyPatch(before, change.patch)
  expect(locateReplicas(change, after)).toBe('after')
  expect(stateOf(after)).toMatchObject({ desired: 0, fault: { run: 'r', uid: 'w', replicas: 10, until: 99 } })

  const back = prepareReplicas(change.inverse as ReplicasIntent, stateOf(after), 'd')
  const restored = applyPatch(after, back.patch)
  expect(locateReplicas(change, restored)).toBe('before')
  expect(restored['spec']).toEqual(before['spec'])
  expect(restored.metadata.annotations ?? {}).toEqual(annotations ?? {})
})

test('is refused where replicas or the mark are not what was read', () => {
  const { patch } = prepareReplicas(intent, stateOf(deployment({})), 'c')
  expect(() => applyPatch(deployment({}, 9), patch)).toThrow('test failed: /spec/replicas')
  expect(() =>
    applyPatch(deployment({ 'tricenter.io/fault': encodeFaultMark({ run: 'x', uid: 'w', replicas: 1, until: 1 }) }), patch),
  ).toThrow('test failed')
})
