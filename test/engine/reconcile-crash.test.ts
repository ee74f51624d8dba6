import { describe, expect, test } from 'vitest'
import { centers } from './fixture.ts'
import { reconcileWords } from '../../src/compare/reconcile.ts'
import { configMap, desired, dozen, objectScene, objectsText } from './objects-world.ts'
import { pointsOf, spell, killAt, type Point } from './crash.ts'
import { settled, type Answer, type Machine, type Scene } from './harness.ts'

/** An update in two centers, a creation in each, and a removal. */
function drifted(): { readonly scene: Scene; readonly machine: Machine } {
  const made = objectScene()
  made.world.cluster('zone-a').put(configMap('new', { key: 'of zone-a' }))
  made.world.cluster('zone-b').put(configMap('shared-03', { key: 'b', more: 'x' }))
  made.world.cluster('zone-c').put(configMap('shared-03', { key: 'c' }))
  made.world.cluster('zone-c').put(configMap('extra', { key: 'only here' }))
  return { scene: made, machine: made.machine() }
}

const act = (machine: Machine): Promise<Answer> =>
  machine.reconcile('zone-a', ['zone-b', 'zone-c'], { params: { create: true, remove: true } })

/** No write without its durable intent. */
function announced(made: Scene, machine: Machine, broken: string[]): void {
  for (const center of centers) {
    made.world.cluster(center).onWrite = async (phase, write) => {
      if (phase !== 'before') return
      const runs = await machine.journals.list()
      const known = (await Promise.all(runs.map(({ run }) => machine.journals.read(run)))).flat()
      const said = known.some(
        (record) => record.type === 'intended' && record.change.center === center && record.change.object.name === write.name,
      )
      if (!said) broken.push(`${center} ${write.name}: written without a durable intent`)
    }
  }
}

async function landed(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await settled()
}

async function counted(): Promise<{ readonly points: readonly Point[]; readonly before: string; readonly after: string }> {
  const { scene, machine } = drifted()
  const before = objectsText(scene)
  let appends = 0
  let writes = 0
  machine.journals.onAppend = (phase) => void (phase === 'before' && (appends += 1))
  for (const center of centers) scene.world.cluster(center).onWrite = (phase) => void (phase === 'before' && (writes += 1))
  expect((await act(machine)).exit).toBe(0)
  return { points: pointsOf({ appends, writes }), before, after: objectsText(scene) }
}

describe('a sync of objects that is killed', () => {
  test.each(['resume', 'undo'] as const)('at any point ends, by %s, before or after', async (way) => {
    const { points, before, after } = await counted()
    const lost: string[] = []
    let reached = 0
    const ends = new Set<string>()
    for (const point of points) {
      const { scene, machine } = drifted()
      const broken: string[] = []
      announced(scene, machine, broken)
      const { killed } = await killAt(scene, machine, point, () => act(machine))
      if (!killed) continue
      reached += 1
      await landed()
      const [unfinished] = await machine.journals.list()
      const answer = way === 'resume' ? await machine.resume() : await machine.undo(unfinished?.run)
      const now = objectsText(scene)
      const world = now === after ? 'after' : now === before ? 'before' : 'neither'
      ends.add(world)
      const expected = way === 'resume' ? ['after', 'before'] : ['before']
      if (!expected.includes(world) || broken.length > 0)
        lost.push(`killed ${spell(point)}: ${way} ended ${world}, exit ${answer.exit} ${answer.reason} ${broken.join()}`)
    }
    expect(lost).toEqual([])
    expect(reached).toBeGreaterThan(20)
    expect(ends).toContain(way === 'resume' ? 'after' : 'before')
  })

  test('and whose undo is killed too, ends as before', async () => {
    const { points, before } = await counted()
    const lost: string[] = []
    for (const [i, point] of points.entries()) {
      if (i % 5 !== 2) continue
      for (const n of [1, 2, 4]) {
        const { scene, machine } = drifted()
        const first = await killAt(scene, machine, point, () => act(machine))
        if (!first.killed) continue
        await landed()
        const [unfinished] = await machine.journals.list()
        const second = await killAt(scene, machine, { on: 'write', phase: 'after', n }, () => machine.undo(unfinished?.run))
        await landed()
        if (second.killed) await machine.undo(unfinished?.run)
        if (objectsText(scene) !== before) lost.push(`killed ${spell(point)}, then at write ${n} of undo`)
      }
    }
    expect(lost).toEqual([])
  })

  test('resume brings about what was planned, though the source is another one by now', async () => {
    const { scene, machine } = drifted()
    await killAt(scene, machine, { on: 'write', phase: 'after', n: 1 }, () => act(machine))
    await landed()
    scene.world.cluster('zone-a').put(configMap('shared-03', { key: 'later' }))
    expect((await machine.resume()).exit).toBe(0)
    for (const center of ['zone-b', 'zone-c'])
      expect(scene.world.cluster(center).peek('ConfigMap', 'ai-system', 'shared-03')).toMatchObject({ data: { key: 'value' } })
  })
})

describe('a sync from desired files that is killed before its plan was kept', () => {
  const act = (machine: Machine): Promise<Answer> =>
    machine.reconcile('desired', ['zone-b'], { source: desired([configMap('shared-03', { key: 'of the file' })]) })

  test('has written nothing; resume refuses, says how to begin anew, and leaves nothing to resume', async () => {
    let refused = 0
    for (let n = 1; n <= 12; n += 1) {
      const scene = objectScene()
      const machine = scene.machine()
      const { killed } = await killAt(scene, machine, { on: 'append', phase: 'after', n }, () => act(machine))
      if (!killed) break
      await landed()
      const [unfinished] = await machine.journals.list()
      const planned = (await machine.journals.read(unfinished?.run ?? '')).some(({ type }) => type === 'planned')
      if (planned) continue
      refused += 1
      const answer = await machine.resume()
      expect([answer.exit, answer.reason, scene.writes()]).toEqual([3, 'source-gone', 0])
      expect((await machine.resume()).exit).toBe(0)
    }
    expect(refused).toBeGreaterThan(0)
  })

  test('what it says names the command to begin anew', () => {
    expect(reconcileWords['source-gone'].en).toMatch(/Nothing of it was written\.\nBegin anew: tricenter sync --from/)
  })
})

describe('whatever has drifted', () => {
  const random = (seed: number) => {
    let state = seed
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 2_147_483_648
    }
  }
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))('sync makes it alike, and undo gives it back (%i)', async (seed) => {
    const next = random(seed)
    const made = objectScene()
    for (const center of centers) {
      for (const { metadata } of dozen) {
        const dice = next()
        if (dice < 0.1) made.world.cluster(center).drop('ConfigMap', 'ai-system', metadata.name)
        else if (dice < 0.4) {
          const data = Object.fromEntries(
            Array.from({ length: Math.floor(next() * 4) }, (_, i) => [`key${i}`, String(Math.floor(next() * 3))]),
          )
          const labels = next() < 0.5 ? {} : { labels: { a: String(Math.floor(next() * 2)) } }
          const annotations = next() < 0.5 ? {} : { annotations: { 'example.com/a~b': String(next()), 'tricenter.io/x': 'ours' } }
          made.world.cluster(center).put(configMap(metadata.name, data, { ...labels, ...annotations }))
        }
      }
    }
    const before = objectsText(made)
    const machine = made.machine()
    const options = { params: { create: true, remove: true }, overrides: ['mass-delete' as const] }
    const answer = await machine.reconcile('zone-a', ['zone-b', 'zone-c'], options)
    expect(answer.exit).toBe(0)
    expect((await machine.reconcile('zone-a', ['zone-b', 'zone-c'], options)).reason).toBe('objects-alike')
    expect((await machine.undo(answer.run)).exit).toBe(0)
    // A mark of ours on an object that was removed goes with it.
    const unmarked = (text: string): string => text.replaceAll(/,?"tricenter\.io\/x":"ours"/g, '')
    expect(unmarked(objectsText(made))).toBe(unmarked(before))
  })
})
