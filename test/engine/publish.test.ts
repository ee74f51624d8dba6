import { describe, expect, test } from 'vitest'
import type { AnyObject } from '../../src/domain/compare.ts'
import type { LastSnapshot } from '../../src/engine/run.ts'
import { configMap, configMaps, objectScene, objectsText } from './objects-world.ts'
import { centers } from './fixture.ts'
import { killAt, pointsOf, spell, type Point } from './crash.ts'
import type { Write } from '../worlds/memory-cluster.ts'
import { MAIN_ROUTE, settled, type Answer, type Machine, type Scene } from './harness.ts'

const HOME = ['zone-a', 'zone-b']
const routes = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'httproutes',
  kind: 'HTTPRoute',
  namespaced: true,
  rename: [],
  ignore: [],
  check: { by: 'content' },
} as const

/** As `diff --save` keeps it: of zone-a, ten minutes ago. `hide` stands for the sealing of secrets. */
function saved(made: Scene, hide: (object: AnyObject) => AnyObject = (object) => object): LastSnapshot {
  const of = (kind: string): readonly AnyObject[] =>
    made.world
      .cluster('zone-a')
      .all(kind)
      .filter(({ metadata }) => metadata.namespace === 'ai-system')
      .map(hide)
  return {
    at: made.world.clock.now() - 600_000,
    centers: new Map([
      [
        'zone-a',
        [
          { kind: configMaps, seen: { state: 'present', objects: of('ConfigMap') } },
          { kind: routes, seen: { state: 'present', objects: of('HTTPRoute') } },
        ],
      ],
    ]),
    seal: (object) => object,
  }
}

/** A gateway controller says of a new route what it said of the one that was there. */
function accepted(made: Scene, phase: 'before' | 'after', { verb, kind, name }: Pick<Write, 'verb' | 'kind' | 'name'>): void {
  if (phase !== 'after' || verb !== 'create' || kind !== 'HTTPRoute') return
  made.world.cluster('zone-c').edit(kind, 'ai-system', name, (draft) => {
    draft['status'] = made.world.cluster('zone-b').peek(kind, 'ai-system', name)?.['status']
  })
}

/** The region is lost; Shanghai lacks two ConfigMaps and a route, and has one ConfigMap otherwise. */
function behind(lost: 'all' | 'services' = 'all'): {
  readonly scene: Scene
  readonly machine: Machine
  readonly snapshot: LastSnapshot
  readonly before: string
} {
  const made = objectScene()
  const snapshot = saved(made)
  const remote = made.world.cluster('zone-c')
  remote.drop('ConfigMap', 'ai-system', 'shared-00')
  remote.drop('ConfigMap', 'ai-system', 'shared-01')
  remote.drop('HTTPRoute', 'ai-system', MAIN_ROUTE)
  remote.put(configMap('shared-02', { key: 'its own' }))
  remote.onWrite = (phase, write) => accepted(made, phase, write)
  for (const center of HOME) made[lost === 'all' ? 'lose' : 'loseServices'](center)
  return { scene: made, machine: made.machine(), snapshot, before: objectsText(made) }
}

const found = (answer: Answer, reason: string) =>
  answer.records
    .flatMap((record) => (record.type === 'planned' || record.type === 'found' ? record.findings : []))
    .filter((one) => one.reason === reason)
const wrote = (made: Scene): readonly string[] =>
  made.world.cluster('zone-c').writes.map(({ verb = 'patch', kind, name }) => `${verb} ${kind}/${name}`)

describe('before both home centers are left', () => {
  test('what the remote lacks is created from the snapshot, then the switch is made, and one question stands for both', async () => {
    const { scene, machine, snapshot } = behind()
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    expect([answer.exit, answer.reason]).toEqual([0, 'done'])
    expect(wrote(scene).slice(0, 3)).toEqual([`create HTTPRoute/${MAIN_ROUTE}`, 'create ConfigMap/shared-00', 'create ConfigMap/shared-01'])
    expect(scene.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
    expect(scene.mark('zone-c')).toMatchObject({ situation: HOME })
    expect(machine.asked.map(({ kind }) => kind)).toEqual(['yes-no', 'type-value'])
    expect(found(answer, 'publish-saved')).toMatchObject([{ facts: { center: 'zone-c', objects: 3, source: 'zone-a', age: '10 min' } }])
    const planned = answer.records.find((record) => record.type === 'planned')
    expect(planned?.type === 'planned' && planned.next?.length).toBeGreaterThan(0)
  })

  test('what the remote has otherwise is listed and left', async () => {
    const { scene, machine, snapshot } = behind()
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    expect(found(answer, 'remote-differs')[0]).toMatchObject({ effect: 'warn', facts: { named: 'ConfigMap/ai-system/shared-02' } })
    expect(scene.world.cluster('zone-c').peek('ConfigMap', 'ai-system', 'shared-02')).toMatchObject({ data: { key: 'its own' } })
  })

  test('a home center that can still be read is the source, and no snapshot is needed', async () => {
    const made = objectScene()
    made.world.cluster('zone-b').put(configMap('of-today'))
    made.lose('zone-a')
    made.loseServices('zone-b')
    const answer = await made.machine().dualCenterFailure(HOME)
    expect(answer.exit).toBe(0)
    expect(found(answer, 'publish-live')).toMatchObject([{ facts: { objects: 1, source: 'zone-b' } }])
    expect(made.world.cluster('zone-c').peek('ConfigMap', 'ai-system', 'of-today')).toBeDefined()
  })

  test('without a snapshot and with nobody to read it says so and switches', async () => {
    const { scene, machine } = behind()
    const answer = await machine.dualCenterFailure(HOME)
    expect(answer.exit).toBe(0)
    expect(found(answer, 'no-snapshot')).toMatchObject([{ effect: 'warn' }])
    expect(wrote(scene).some((write) => write.startsWith('create'))).toBe(false)
  })

  test('an object with a digest in it is not created, and is listed', async () => {
    const { scene, machine } = behind()
    const sealed = `sealed:${'0a'.repeat(32)}`
    const whole = saved(scene, (object) =>
      (object['metadata'] as { name: string }).name === 'shared-01' ? { ...object, data: { password: sealed } } : object,
    )
    const answer = await machine.dualCenterFailure(HOME, { snapshot: whole })
    expect(answer.exit).toBe(0)
    expect(found(answer, 'sealed-object')[0]).toMatchObject({
      effect: 'warn',
      facts: { objects: 1, named: 'ConfigMap/ai-system/shared-01' },
    })
    expect(scene.world.cluster('zone-c').peek('ConfigMap', 'ai-system', 'shared-01')).toBeUndefined()
    expect(scene.world.cluster('zone-c').peek('ConfigMap', 'ai-system', 'shared-00')).toBeDefined()
  })

  test('who overrides the guard by name switches without publishing', async () => {
    const { scene, machine, snapshot } = behind()
    const answer = await machine.dualCenterFailure(HOME, { snapshot, overrides: ['remote-behind'] })
    expect(answer.exit).toBe(0)
    expect(found(answer, 'not-published')).toMatchObject([{ facts: { objects: 3 } }])
    expect(wrote(scene).some((write) => write.startsWith('create'))).toBe(false)
  })

  test('a creation that the API server rejects is listed, and the switch is made all the same', async () => {
    const { scene, machine, snapshot } = behind()
    const remote = scene.world.cluster('zone-c')
    remote.create = () => Promise.resolve({ kind: 'rejected', status: 403, message: 'not allowed' })
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    expect(answer.exit).toBe(6)
    const rejected = answer.records.filter((record) => record.type === 'written' && record.outcome === 'rejected')
    expect(rejected).toHaveLength(3)
    expect(scene.marks()).toBeGreaterThan(0)
  })

  test('an object that somebody creates meanwhile is theirs: it is left, and undo leaves it too', async () => {
    const { scene, machine, snapshot } = behind('services')
    const remote = scene.world.cluster('zone-c')
    remote.onWrite = (phase, write) => {
      accepted(scene, phase, write)
      const { verb, name } = write
      if (phase !== 'before' || verb !== 'create') return
      if (name === 'shared-00') remote.put(configMap('shared-00', { key: 'of somebody' }))
      if (name === 'shared-01') remote.put(configMap('shared-01'))
    }
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    expect(answer.exit).toBe(6)
    expect(remote.peek('ConfigMap', 'ai-system', 'shared-00')).toMatchObject({ data: { key: 'of somebody' } })
    remote.onWrite = undefined
    for (const center of HOME) scene.heal(center)
    await machine.undo(answer.run)
    expect(remote.peek('ConfigMap', 'ai-system', 'shared-00')).toMatchObject({ data: { key: 'of somebody' } })
    expect(remote.peek('ConfigMap', 'ai-system', 'shared-01')).toBeDefined()
    expect(remote.peek('HTTPRoute', 'ai-system', MAIN_ROUTE)).toBeUndefined()
  })

  test('publishing is given up after 10 s: the rest is listed and the switch goes on', async () => {
    const { scene, machine, snapshot } = behind()
    const remote = scene.world.cluster('zone-c')
    const many = Array.from({ length: 60 }, (_, i) => configMap(`more-${String(i).padStart(2, '0')}`))
    const [first, second] = snapshot.centers.get('zone-a') ?? []
    const objects = [...(first?.seen.state === 'present' ? first.seen.objects : []), ...many]
    const large: LastSnapshot = {
      ...snapshot,
      centers: new Map([
        ['zone-a', [{ kind: configMaps, seen: { state: 'present', objects } }, ...(second === undefined ? [] : [second])]],
      ]),
    }
    const begun = scene.world.clock.monotonic()
    remote.onWrite = async (phase, { verb }) => {
      if (phase === 'before' && verb === 'create') await scene.world.clock.sleep(2_000)
    }
    let switchedAt = 0
    machine.onTell = (event) => {
      if (event.type === 'intended' && event.step.startsWith('switch') && switchedAt === 0) switchedAt = scene.world.clock.monotonic()
    }
    const answer = await machine.dualCenterFailure(HOME, { snapshot: large })
    expect(answer.exit).toBe(6)
    expect(found(answer, 'not-in-time')[0]).toMatchObject({ effect: 'leave', facts: { center: 'zone-c', seconds: 10 } })
    expect(switchedAt - begun).toBeLessThan(20_000)
    expect(scene.weights('zone-c')).toEqual({ 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 })
  })

  test('a dry run shows both and writes nothing', async () => {
    const { scene, machine, snapshot } = behind()
    const answer = await machine.dualCenterFailure(HOME, { snapshot, dryRun: true })
    const plans = answer.records.filter((record) => record.type === 'planned')
    expect([answer.exit, scene.writes(), plans.length]).toEqual([0, 0, 2])
  })

  test('the loss of one home center publishes nothing', async () => {
    const { scene, machine, snapshot } = behind()
    scene.heal('zone-b')
    await machine.dualCenterFailure(['zone-a'], { snapshot })
    expect(wrote(scene).some((write) => write.startsWith('create'))).toBe(false)
  })
})

describe('taken back', () => {
  test('weights go back first, then what was created goes; what somebody has changed since stays', async () => {
    const { scene, machine, snapshot } = behind('services')
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    for (const center of HOME) scene.heal(center)
    scene.world.cluster('zone-c').edit('ConfigMap', 'ai-system', 'shared-01', (draft) => {
      draft['data'] = { key: 'edited since' }
    })
    const undone = await machine.undo(answer.run)
    expect(undone.exit).toBe(6)
    const remote = scene.world.cluster('zone-c')
    expect(remote.peek('ConfigMap', 'ai-system', 'shared-00')).toBeUndefined()
    expect(remote.peek('HTTPRoute', 'ai-system', MAIN_ROUTE)).toBeUndefined()
    expect(remote.peek('ConfigMap', 'ai-system', 'shared-01')).toMatchObject({ data: { key: 'edited since' } })
    expect(scene.weights('zone-a')).toEqual({ 'zone-a': 50, 'zone-b': 50 })
  })

  test('all of it, where nobody has', async () => {
    const { scene, machine, snapshot, before } = behind('services')
    const answer = await machine.dualCenterFailure(HOME, { snapshot })
    for (const center of HOME) scene.heal(center)
    const undone = await machine.undo(answer.run)
    expect(undone.exit).toBe(0)
    expect([objectsText(scene), scene.marks()]).toEqual([before, 0])
  })
})

async function landed(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await settled()
}

/** Marks name the run and its times. */
const unmarked = (made: Scene): string => objectsText(made).replaceAll(/"tricenter\.io\/run":"(?:[^"\\]|\\.)*"/g, '"mark"')

async function counted(lost: 'all' | 'services'): Promise<{ readonly points: readonly Point[]; readonly after: string }> {
  const { scene, machine, snapshot } = behind(lost)
  let appends = 0
  let writes = 0
  machine.journals.onAppend = (phase) => void (phase === 'before' && (appends += 1))
  for (const center of centers) {
    scene.world.cluster(center).onWrite = (phase, write) => {
      accepted(scene, phase, write)
      if (phase === 'before') writes += 1
    }
  }
  expect((await machine.dualCenterFailure(HOME, { snapshot })).exit).toBe(0)
  return { points: pointsOf({ appends, writes }), after: unmarked(scene) }
}

describe('killed at any point', () => {
  test.each(['resume', 'undo'] as const)('%s ends it, and nothing is created twice', async (way) => {
    const { points, after } = await counted(way === 'undo' ? 'services' : 'all')
    const lost: string[] = []
    let whole = 0
    for (const point of points) {
      const { scene, machine, snapshot, before } = behind(way === 'undo' ? 'services' : 'all')
      const { killed } = await killAt(scene, machine, point, () => machine.dualCenterFailure(HOME, { snapshot }))
      if (!killed) continue
      await landed()
      const [unfinished] = await machine.journals.list()
      if (way === 'undo') for (const center of HOME) scene.heal(center)
      if (unfinished === undefined) continue
      const stood = objectsText(scene)
      const answer = way === 'resume' ? await machine.resume(undefined, { snapshot }) : await machine.undo(unfinished.run)
      // Killed before its first record was durable, it never began.
      if (answer.reason === 'nothing-to-resume') continue
      const creates = wrote(scene).filter((write) => write.startsWith('create'))
      if (new Set(creates).size !== creates.length) lost.push(`killed ${spell(point)}: created twice`)
      const refused = answer.exit === 3 && objectsText(scene) === stood
      if (way === 'undo' && !refused && objectsText(scene) !== before)
        lost.push(`killed ${spell(point)}: undo ${answer.exit} ${answer.reason}`)
      if (way === 'resume') {
        if (unmarked(scene) === after) whole += 1
        else lost.push(`killed ${spell(point)}: resume ${answer.exit} ${answer.reason}`)
      }
    }
    expect(lost).toEqual([])
    if (way === 'resume') expect(whole).toBeGreaterThan(20)
  })
})
