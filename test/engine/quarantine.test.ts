import { expect, test } from 'vitest'
import { configMap, objectScene } from './objects-world.ts'

async function returned() {
  const made = objectScene()
  const machine = made.machine()
  made.lose('zone-a')
  expect((await machine.failover(['zone-a'])).exit).toBe(0)
  made.world.cluster('zone-b').put(configMap('shared-01', { key: 'changed while zone-a was away' }))
  made.heal('zone-a')
  expect((await machine.sync(['zone-a'])).exit).toBe(0)
  return { made, machine }
}

test('a center that missed a change stays in quarantine until its objects are brought in line', async () => {
  const { made, machine } = await returned()
  const refused = await machine.failback(['zone-a'])
  expect([refused.exit, refused.reason]).toEqual([3, 'returned-differs'])
  expect(made.weights('zone-b')).toEqual({ 'zone-a': 0, 'zone-b': 100 })
  expect((await machine.reconcile('zone-b', ['zone-a'])).exit).toBe(0)
  expect((await machine.failback(['zone-a'])).exit).toBe(0)
  expect(made.weights('zone-b')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
})

test('a person may say why it is let back all the same', async () => {
  const { machine } = await returned()
  expect((await machine.failback(['zone-a'], { overrides: ['quarantine'] })).exit).toBe(0)
})

test('a drill puts back what it took away, and only tells of the difference', async () => {
  const made = objectScene()
  made.world.cluster('zone-b').put(configMap('shared-01', { key: 'differs' }))
  const answer = await made.machine().drill(['zone-a'])
  expect(answer.exit).toBe(0)
  const told = answer.records.flatMap((record) => (record.type === 'planned' ? record.findings : []))
  expect(told.find(({ reason }) => reason === 'returned-differs')).toMatchObject({ effect: 'warn' })
})
