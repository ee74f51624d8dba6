import { afterAll, describe, expect, test } from 'vitest'
import { countPoints, essence, guardInvariants, killAt, log, pointsOf, spell, type Case, type Outcome, type Point } from './crash.ts'
import { fewRoutes } from './fixture.ts'
import { scene, settled, type Answer, type Machine } from './harness.ts'

const fresh = async () => {
  const made = scene({ routes: fewRoutes })
  return { scene: made, machine: made.machine() }
}

const switched = async () => {
  const made = await fresh()
  made.scene.lose('zone-a')
  await made.machine.failover(['zone-a'])
  made.scene.heal('zone-a')
  return made
}

const cases: readonly (Case & { readonly lost: readonly string[]; readonly undoes: boolean })[] = [
  {
    name: 'failover',
    lost: ['zone-a'],
    undoes: true,
    prepare: async () => {
      const made = await fresh()
      made.scene.loseServices('zone-a')
      return made
    },
    act: (machine) => machine.failover(['zone-a']),
  },
  {
    name: 'failback',
    lost: [],
    undoes: true,
    prepare: async () => {
      const made = await switched()
      await made.machine.sync(['zone-a'])
      return made
    },
    act: (machine) => machine.failback(['zone-a']),
  },
  { name: 'rebalance', lost: [], undoes: true, prepare: fresh, act: (machine) => machine.rebalance({ 'zone-a': 70, 'zone-b': 30 }) },
  { name: 'drill', lost: [], undoes: false, prepare: fresh, act: (machine) => machine.drill(['zone-a']) },
  { name: 'sync', lost: ['zone-a'], undoes: false, prepare: switched, act: (machine) => machine.sync(['zone-a']) },
  {
    name: 'undo',
    lost: [],
    undoes: false,
    prepare: async () => {
      const made = await switched()
      await made.machine.sync(['zone-a'])
      return made
    },
    act: (machine) => machine.undo(),
  },
]

/** Every ninth point, and the whole matrix where it is asked for: it takes minutes. 9 shares no factor with the phases of one point. */
const WHOLE = process.env['CRASH_MATRIX'] === 'whole'
const SAMPLE = 9

const figures: string[] = []
afterAll(() => {
  for (const line of figures) console.log(line)
})

/** What a person does after a crash: finds the run, and ends it one way or the other. */
const ways: Readonly<Record<'resume' | 'undo', (machine: Machine, run: string | undefined) => Promise<Answer>>> = {
  resume: (machine) => machine.resume(),
  undo: (machine, run) => machine.undo(run),
}

/** What a killed process had sent still arrives. */
async function landed(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await settled()
}

async function newestRun(machine: Machine): Promise<string | undefined> {
  return (await machine.journals.list()).find(({ state }) => state === 'unfinished')?.run
}

async function oneCase(
  one: (typeof cases)[number],
  point: Point,
  way: 'resume' | 'undo',
  known: { before: string; after: string },
  again?: Point,
): Promise<Outcome | undefined> {
  const { scene: made, machine } = await one.prepare()
  const broken: string[] = []
  guardInvariants(made, machine, broken, one.lost)
  const first = await killAt(made, machine, point, () => one.act(machine, made))
  if (!first.killed) return undefined
  await landed()
  const run = await newestRun(machine)
  if (way === 'undo') for (const center of one.lost) made.heal(center)
  if (again !== undefined) {
    const second = await killAt(made, machine, again, () => ways[way](machine, run))
    if (!second.killed) return undefined
    await landed()
  }
  const stateBefore = essence(made)
  const answer = await ways[way](machine, run)
  const now = essence(made)
  const world = now === known.after ? 'after' : now === known.before ? 'before' : 'neither'
  return {
    point: `${one.name}, killed ${spell(point)}${again === undefined ? '' : ` and ${spell(again)} of ${way}`}`,
    way,
    exit: answer.exit,
    reason: answer.reason,
    world,
    refused: answer.exit === 3 && now === stateBefore,
    broken,
  }
}

describe.each(cases)('$name', (one) => {
  test.each(['resume', 'undo'] as const)('killed at any point, %s ends it before or after', async (way) => {
    if (way === 'undo' && !one.undoes) return
    const counted = await countPoints(one)
    const points = pointsOf(counted).filter((_, i) => WHOLE || i % SAMPLE === 0)
    const lost: Outcome[] = []
    const sums = { before: 0, after: 0, refused: 0, unreached: 0, double: 0 }
    const take = (outcome: Outcome | undefined): void => {
      if (outcome === undefined) {
        sums.unreached += 1
        return
      }
      if (outcome.broken.length > 0 || (outcome.world === 'neither' && !outcome.refused)) {
        lost.push(outcome)
        log(JSON.stringify(outcome))
      } else if (outcome.world === 'neither') {
        sums.refused += 1
        log(`refused ${outcome.point} ${outcome.way} ${outcome.reason}`)
      } else sums[outcome.world] += 1
    }
    for (const point of points) take(await oneCase(one, point, way, counted))
    for (const [i, point] of points.entries()) {
      if (i % 7 !== 3) continue
      for (const n of [2, 5, 9, 14]) {
        const on = n % 2 === 0 ? ('append' as const) : ('write' as const)
        const before = sums.unreached
        take(await oneCase(one, point, way, counted, { on, phase: n > 6 ? 'before' : 'after', n }))
        if (sums.unreached === before) sums.double += 1
        else sums.unreached = before
      }
    }
    figures.push(
      `${one.name} ${way}: ${counted.appends} appends, ${counted.writes} writes; ${points.length} kills and ${sums.double} double kills; before ${sums.before}, after ${sums.after}, refused ${sums.refused}, not reached ${sums.unreached}, lost ${lost.length}`,
    )
    expect(lost).toEqual([])
  })
})
