import { expect, test } from 'vitest'
import type { LastSnapshot } from '../../src/engine/run.ts'
import { configMap, configMaps, dozen, objectScene } from './objects-world.ts'
import type { Answer, Scene } from './harness.ts'

const HOME = ['zone-a', 'zone-b']

function saved(made: Scene): LastSnapshot {
  const objects = made.world
    .cluster('zone-a')
    .all('ConfigMap')
    .filter(({ metadata }) => metadata.namespace === 'ai-system')
  return {
    at: made.world.clock.now() - 600_000,
    centers: new Map([['zone-a', [{ kind: configMaps, seen: { state: 'present', objects } }]]]),
    seal: (object) => object,
  }
}

const found = (answer: Answer, reason: string) =>
  answer.records.flatMap((record) => (record.type === 'planned' ? record.findings : [])).find((one) => one.reason === reason)

test('a drill of both home centers is refused before its fault while the remote is behind, and runs once it was published', async () => {
  const made = objectScene()
  made.world.cluster('zone-a').put(configMap('new'))
  made.world.cluster('zone-c').put(configMap('shared-02', { key: 'old' }))
  const snapshot = saved(made)
  const machine = made.machine()
  const refused = await machine.drill(HOME, { snapshot })
  expect([refused.exit, refused.reason, made.writes()]).toEqual([3, 'remote-behind', 0])
  expect(found(refused, 'remote-behind')).toMatchObject({ facts: { center: 'zone-c', objects: 2, age: '10 min' } })
  expect((await machine.reconcile('zone-a', ['zone-c'], { params: { create: true } })).exit).toBe(0)
  expect((await machine.drill(HOME, { snapshot })).exit).toBe(0)
})

test('a person may drill all the same, saying why', async () => {
  const made = objectScene()
  made.world.cluster('zone-c').drop('ConfigMap', 'ai-system', dozen[0]!.metadata.name)
  expect((await made.machine().drill(HOME, { snapshot: saved(made), overrides: ['remote-behind'] })).exit).toBe(0)
})

test('an emergency is warned and switches', async () => {
  const made = objectScene()
  const snapshot = saved(made)
  made.world.cluster('zone-c').drop('ConfigMap', 'ai-system', 'shared-00')
  for (const center of HOME) made.lose(center)
  const answer = await made.machine().failover(HOME, { snapshot })
  expect(answer.exit).toBe(0)
  expect(found(answer, 'remote-behind')).toMatchObject({ effect: 'warn', facts: { objects: 1 } })
  expect(made.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
})

test('without any snapshot nobody says that they are equal', async () => {
  const made = objectScene()
  for (const center of HOME) made.lose(center)
  const answer = await made.machine().failover(HOME)
  expect(answer.exit).toBe(0)
  expect(found(answer, 'no-snapshot')).toMatchObject({ effect: 'warn' })
})

test('the loss of one home center asks nothing of the remote', async () => {
  const made = objectScene()
  made.lose('zone-a')
  const answer = await made.machine().failover(['zone-a'])
  expect([answer.exit, found(answer, 'no-snapshot')]).toEqual([0, undefined])
})
