import { describe, expect, test } from 'vitest'
import { centers, topology } from './fixture.ts'
import { configMap, configMaps, desired, dozen, objectScene, objectsText, plugin, versioned } from './objects-world.ts'
import type { Scene } from './harness.ts'

const OTHERS = ['zone-b', 'zone-c']
const data = (made: Scene, center: string, name: string, kind = 'ConfigMap') => made.world.cluster(center).peek(kind, 'ai-system', name)
const create = { params: { create: true } }
const remove = { params: { remove: true } }

describe('the truth table of the version check', () => {
  const rows = [
    { name: 'desired 2, live 1', desired: [plugin('one', 2)], live: plugin('one', 1), does: 'update' },
    { name: 'desired 2 and enabled, live none', desired: [plugin('one', 2)], live: undefined, does: 'create' },
    { name: 'disabled, live none', desired: [plugin('one', 2, { 'tricenter.io/enabled': 'false' })], live: undefined, does: 'nothing' },
    {
      name: 'disabled, live present',
      desired: [plugin('one', 2, { 'tricenter.io/enabled': 'false' })],
      live: plugin('one', 2),
      does: 'remove',
    },
    { name: 'desired 2, live 3', desired: [plugin('one', 2)], live: plugin('one', 3), does: 'failed-write' },
    { name: 'desired none, live 1', desired: [], live: plugin('one', 1), does: 'remove' },
    { name: 'desired none, live without a version', desired: [], live: plugin('one'), does: 'nothing' },
    { name: 'desired 2, live 2', desired: [plugin('one', 2)], live: plugin('one', 2), does: 'nothing' },
  ]
  const crowd = Array.from({ length: 10 }, (_, i) => plugin(`other-${i}`, 1))
  test.each(rows)('$name: $does', async ({ desired: wanted, live, does }) => {
    const made = objectScene([versioned], crowd)
    if (live !== undefined) made.world.cluster('zone-b').put(live)
    const before = data(made, 'zone-b', 'one', 'Plugin')
    const machine = made.machine()
    const answer = await machine.reconcile('desired', ['zone-b'], {
      source: desired([...crowd, ...wanted]),
      params: { create: true, remove: true },
    })
    expect(answer.exit).toBe(0)
    const after = data(made, 'zone-b', 'one', 'Plugin')
    switch (does) {
      case 'nothing':
        expect(after).toEqual(before)
        return
      case 'remove':
        expect(after).toBeUndefined()
        expect(machine.asked.map((one) => one.kind === 'type-value' && one.value)).toEqual(['Plugin/ai-system/one'])
        return
      default:
        expect(after).toMatchObject({ metadata: { annotations: { 'hango.data.version': '2' } }, spec: { content: 'of 2' } })
        expect(after?.metadata.annotations).not.toHaveProperty('tricenter.io/enabled')
    }
    const findings = answer.records.flatMap((record) => (record.type === 'planned' ? record.findings : []))
    expect(findings.some(({ reason }) => reason === 'failed-write')).toBe(does === 'failed-write')
  })

  test('several rows feed one object: the highest version counts, enabled where one of them is', async () => {
    const made = objectScene([versioned], [...crowd, plugin('one', 1)])
    const row = { kind: 'Plugin', namespace: 'ai-system', name: 'one' }
    const answer = await made.machine().reconcile('desired', ['zone-b'], {
      source: desired(
        [...crowd, plugin('one', 1)],
        [
          { ...row, version: '2', enabled: false },
          { ...row, version: '3', enabled: true, object: plugin('one', 9) },
        ],
      ),
    })
    expect(answer.exit).toBe(0)
    expect(data(made, 'zone-b', 'one', 'Plugin')).toMatchObject({
      metadata: { annotations: { 'hango.data.version': '3' } },
      spec: { content: 'of 9' },
    })
  })

  test('a row without a manifest anywhere is listed, and its object left', async () => {
    const made = objectScene([versioned], [...crowd, plugin('one', 1)])
    const rows = [{ kind: 'Plugin', namespace: 'ai-system', name: 'one', version: '2', enabled: true }]
    const answer = await made.machine().reconcile('desired', ['zone-b'], { source: desired(crowd, rows) })
    expect([answer.exit, made.writes()]).toEqual([3, 0])
    expect(answer.records.flatMap((record) => (record.type === 'planned' ? record.findings.map(({ reason }) => reason) : []))).toContain(
      'no-content',
    )
  })
})

describe('sync of contents', () => {
  test('a content that differs becomes that of the source, and undo gives it back', async () => {
    const made = objectScene()
    made.world.cluster('zone-b').edit('ConfigMap', 'ai-system', 'shared-03', (draft) => {
      draft['data'] = { key: 'edited at night', more: 'x' }
      ;(draft['metadata'] as Record<string, unknown>)['labels'] = { night: 'yes' }
    })
    const before = objectsText(made)
    const machine = made.machine()
    const answer = await machine.reconcile('zone-a', OTHERS)
    expect([answer.exit, answer.reason]).toEqual([0, 'done'])
    expect(data(made, 'zone-b', 'shared-03')).toMatchObject({ data: { key: 'value' } })
    expect(data(made, 'zone-b', 'shared-03')?.metadata.labels).toBeUndefined()
    expect((await machine.reconcile('zone-a', OTHERS)).reason).toBe('objects-alike')
    const undone = await machine.undo(answer.run)
    expect(undone.exit).toBe(0)
    expect(objectsText(made)).toBe(before)
  })

  test('what is missing is created only when that was asked for, and undo removes it', async () => {
    const made = objectScene()
    made.world.cluster('zone-a').put(configMap('new'))
    const before = objectsText(made)
    const machine = made.machine()
    const told = await machine.reconcile('zone-a', OTHERS)
    expect([told.exit, made.writes()]).toEqual([0, 0])
    const answer = await machine.reconcile('zone-a', OTHERS, create)
    expect(answer.exit).toBe(0)
    expect(data(made, 'zone-c', 'new')).toMatchObject({ data: { key: 'value' } })
    expect((await machine.undo(answer.run)).exit).toBe(0)
    expect(objectsText(made)).toBe(before)
  })

  test('what is too much is removed when it was asked for and its name was typed, and undo makes it anew', async () => {
    const made = objectScene()
    made.world
      .cluster('zone-b')
      .put(configMap('extra', { secret: 'no' }, { annotations: { note: 'kept', 'tricenter.io/run': 'not mine' } }))
    const machine = made.machine()
    await machine.reconcile('zone-a', OTHERS)
    expect(data(made, 'zone-b', 'extra')).toBeDefined()
    expect((await machine.reconcile('zone-a', OTHERS, { ...remove, confirm: 'y' })).reason).toBe('wrong-value')
    expect(data(made, 'zone-b', 'extra')).toBeDefined()
    const uid = data(made, 'zone-b', 'extra')?.metadata.uid
    const answer = await machine.reconcile('zone-a', OTHERS, { ...remove, confirm: 'ConfigMap/ai-system/extra' })
    expect(answer.exit).toBe(0)
    expect(data(made, 'zone-b', 'extra')).toBeUndefined()
    expect((await machine.undo(answer.run)).exit).toBe(0)
    const again = data(made, 'zone-b', 'extra')
    expect(again).toMatchObject({ data: { secret: 'no' }, metadata: { annotations: { note: 'kept' } } })
    expect(again?.metadata.uid).not.toBe(uid)
    expect(again?.metadata.annotations).not.toHaveProperty('tricenter.io/run')
  })

  test('only what was named is touched', async () => {
    const made = objectScene()
    for (const name of ['shared-01', 'shared-02']) made.world.cluster('zone-b').put(configMap(name, { key: 'x' }))
    expect((await made.machine().reconcile('zone-a', OTHERS, { params: { only: 'ConfigMap/ai-system/shared-02' } })).exit).toBe(0)
    expect(data(made, 'zone-b', 'shared-01')).toMatchObject({ data: { key: 'x' } })
    expect(data(made, 'zone-b', 'shared-02')).toMatchObject({ data: { key: 'value' } })
  })
})

describe('what a broken source may not do', () => {
  test('an empty source is refused, and no override lifts that', async () => {
    const made = objectScene()
    const answer = await made.machine().reconcile('desired', [...centers], { ...remove, source: desired([]), overrides: ['mass-delete'] })
    expect([answer.exit, answer.reason, made.writes()]).toEqual([3, 'source-empty', 0])
  })

  test('a truncated source would remove more than a tenth: refused, unless a person says why', async () => {
    const made = objectScene()
    const machine = made.machine()
    const source = desired(dozen.slice(0, 9))
    const refused = await machine.reconcile('desired', ['zone-c'], { ...remove, source })
    expect([refused.exit, refused.reason, made.writes()]).toEqual([3, 'mass-delete', 0])
    expect((await machine.reconcile('desired', ['zone-c'], { ...remove, source, overrides: ['mass-delete'] })).exit).toBe(0)
    expect(made.writes()).toBe(3)
  })

  test.each(['refused', 'forbidden', 'blackholed'] as const)('a source center that is %s says nothing', async (kind) => {
    const made = objectScene()
    made.world.cluster('zone-a').fault = { kind }
    const answer = await made.machine().reconcile('zone-a', OTHERS, { params: { create: true, remove: true }, overrides: ['mass-delete'] })
    expect([answer.exit, answer.reason, made.writes()]).toEqual([3, 'source-unread', 0])
  })

  test('a target that cannot be read is left, and the others are written', async () => {
    const made = objectScene()
    for (const center of OTHERS) made.world.cluster(center).put(configMap('shared-01', { key: 'x' }))
    made.world.cluster('zone-b').fault = { kind: 'refused' }
    const answer = await made.machine().reconcile('zone-a', OTHERS)
    expect(answer.exit).toBe(4)
    expect(data(made, 'zone-c', 'shared-01')).toMatchObject({ data: { key: 'value' } })
  })

  test('a kind that the target does not serve is listed and left', async () => {
    const made = objectScene()
    made.world.cluster('zone-b').unserved.add('ConfigMap')
    const answer = await made.machine().reconcile('zone-a', ['zone-b'], create)
    expect([answer.exit, made.writes()]).toEqual([0, 0])
    expect(answer.records.flatMap((record) => (record.type === 'planned' ? record.findings.map(({ reason }) => reason) : []))).toEqual([
      'kind-not-served',
    ])
  })
})

describe('others at work', () => {
  test('a content that somebody changed after the plan is left: stale', async () => {
    const made = objectScene()
    made.world.cluster('zone-b').put(configMap('shared-01', { key: 'x' }))
    made.world.cluster('zone-b').onWrite = (phase) => {
      if (phase === 'before') made.world.cluster('zone-b').put(configMap('shared-01', { key: 'theirs' }))
    }
    const answer = await made.machine().reconcile('zone-a', ['zone-b'])
    expect([answer.exit, answer.reason]).toEqual([3, 'stale-plan'])
    expect(data(made, 'zone-b', 'shared-01')).toMatchObject({ data: { key: 'theirs' } })
  })

  test('an object that somebody changed is not removed', async () => {
    const made = objectScene()
    made.world.cluster('zone-b').put(configMap('extra'))
    const machine = made.machine()
    machine.onTell = (event) => {
      if (event.type === 'intended') made.world.cluster('zone-b').put(configMap('extra', { key: 'still needed' }))
    }
    const answer = await machine.reconcile('zone-a', ['zone-b'], remove)
    expect([answer.exit, answer.reason]).toEqual([3, 'stale-plan'])
    expect(data(made, 'zone-b', 'extra')).toBeDefined()
  })

  test('undo leaves what somebody has changed since, and says so', async () => {
    const made = objectScene()
    for (const name of ['shared-01', 'shared-02']) made.world.cluster('zone-b').put(configMap(name, { key: 'x' }))
    const machine = made.machine()
    const { run } = await machine.reconcile('zone-a', ['zone-b'])
    made.world.cluster('zone-b').put(configMap('shared-01', { key: 'theirs' }))
    const undone = await machine.undo(run)
    expect(undone.exit).toBe(6)
    expect(data(made, 'zone-b', 'shared-01')).toMatchObject({ data: { key: 'theirs' } })
    expect(data(made, 'zone-b', 'shared-02')).toMatchObject({ data: { key: 'x' } })
  })

  test.each(['lost-before', 'lost-after'] as const)('a write whose answer is %s is settled by reading back', async (lost) => {
    const made = objectScene()
    made.world.cluster('zone-a').put(configMap('new'))
    made.world.cluster('zone-b').put(configMap('shared-01', { key: 'x' }))
    made.world.cluster('zone-b').lose.push(lost, lost)
    expect((await made.machine().reconcile('zone-a', ['zone-b'], create)).exit).toBe(0)
    expect(data(made, 'zone-b', 'shared-01')).toMatchObject({ data: { key: 'value' } })
    expect(data(made, 'zone-b', 'new')).toBeDefined()
  })
})

describe('managed rules', () => {
  const ROUTE = 'ai-service-dual-active-route'
  const weigh = (made: Scene, center: string, weights: readonly number[]) =>
    made.world.cluster(center).edit('HTTPRoute', 'ai-system', ROUTE, (draft) => {
      const [rule] = (draft['spec'] as { rules: { backendRefs: { weight: number }[] }[] }).rules
      rule?.backendRefs.forEach((ref, i) => (ref.weight = weights[i] ?? 0))
    })

  test('weights of desired files are never written', async () => {
    const made = objectScene()
    const file = structuredClone(made.world.cluster('zone-a').peek('HTTPRoute', 'ai-system', ROUTE)!)
    weigh(made, 'zone-a', [70, 30])
    const spec = { ...(file['spec'] as object), hostnames: ['ai.example.com'] }
    const object = { apiVersion: file.apiVersion, kind: file.kind, metadata: { name: ROUTE, namespace: 'ai-system' }, spec }
    expect((await made.machine().reconcile('desired', ['zone-a'], { source: desired([object]) })).exit).toBe(0)
    expect(made.weights('zone-a')).toEqual({ 'zone-a': 70, 'zone-b': 30 })
    expect(data(made, 'zone-a', ROUTE, 'HTTPRoute')).toMatchObject({ spec: { hostnames: ['ai.example.com'] } })
  })

  test('while a center is out, weights stay with the run in force, and marks are not copied', async () => {
    const made = objectScene()
    const machine = made.machine()
    made.loseServices('zone-a')
    expect((await machine.failover(['zone-a'])).exit).toBe(0)
    made.heal('zone-a')
    const mark = made.mark('zone-b')
    weigh(made, 'zone-c', [11, 22])
    made.world.cluster('zone-c').edit('HTTPRoute', 'ai-system', ROUTE, (draft) => {
      ;(draft['metadata'] as Record<string, Record<string, string>>)['labels'] = { night: 'yes' }
    })
    expect((await machine.reconcile('zone-b', ['zone-c'])).exit).toBe(0)
    expect(made.weights('zone-c')).toEqual({ 'zone-a': 11, 'zone-b': 22 })
    expect(data(made, 'zone-c', ROUTE, 'HTTPRoute')?.metadata.labels ?? {}).toEqual({})
    expect(made.mark('zone-b')).toEqual(mark)
    expect(made.mark('zone-c')?.uid).toBe(data(made, 'zone-c', ROUTE, 'HTTPRoute')?.metadata.uid)
  })

  test('at normal, a center whose weights were patched at night gets those of the source', async () => {
    const made = objectScene()
    weigh(made, 'zone-b', [90, 10])
    expect((await made.machine().reconcile('zone-a', ['zone-b'])).exit).toBe(0)
    expect(made.weights('zone-b')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })
})

test('a difference that is declared is not mended, and one that is declared and wrong gets the declared value', async () => {
  const intent = { kind: 'ConfigMap', name: 'shared-01', centers: ['zone-c'], path: 'data.key', value: 'remote', reason: 'smaller' }
  const made = objectScene([configMaps])
  const within = { ...topology, compare: { kinds: [configMaps], intents: [intent], aliases: {} } }
  Object.assign(made.topology, { compare: within.compare })
  made.world.cluster('zone-c').put(configMap('shared-01', { key: 'wrong', more: 'x' }))
  const machine = made.machine()
  expect((await machine.reconcile('zone-a', OTHERS)).exit).toBe(0)
  expect(data(made, 'zone-c', 'shared-01')).toMatchObject({ data: { key: 'remote' } })
  expect(data(made, 'zone-c', 'shared-01')?.['data']).not.toHaveProperty('more')
  expect((await machine.reconcile('zone-a', OTHERS)).reason).toBe('objects-alike')
})

test('no secret reaches the journal: contents are in the file of wants alone', async () => {
  const made = objectScene([configMaps, { ...configMaps, kind: 'Secret', plural: 'secrets' }])
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', namespace: 'ai-system' },
    data: { token: 'aHVudGVyMmh1bnRlcjI=' },
  }
  for (const center of ['zone-a', 'zone-b']) made.world.cluster(center).put(secret)
  made.world.cluster('zone-b').put({ ...secret, data: { token: 'b3RoZXJvdGhlcm90aGVy' } })
  made.world.cluster('zone-b').put(configMap('shared-01', { password: 'hunter2hunter2' }))
  const answer = await made.machine().reconcile('zone-a', ['zone-b'])
  expect(answer.exit).toBe(0)
  expect(data(made, 'zone-b', 's', 'Secret')).toMatchObject({ data: { token: 'aHVudGVyMmh1bnRlcjI=' } })
  expect(JSON.stringify(answer.records)).not.toMatch(/hunter2|aHVudGVy|b3RoZXJv/)
})
