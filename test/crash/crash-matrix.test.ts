import { expect, test } from 'vitest'
import { chance } from './chance.ts'
import { course, crash, label, openCrashLab, verbNames, ways, type Case, type Course, type Moment } from './matrix.ts'

/**
 * Every verb, killed before, in the middle of and after every record of its journal, and before and after every remote write; then `resume`, and `undo`, each from its own crash.
 * There are some 2 000 cases of a few seconds. They are taken in an order that CRASH_SEED decides, until CRASH_MINUTES have passed (0: until all are done), in two labs side by side. TRICENTER_LAB_ENGINE=binaries: on real control planes.
 */
const minutes = Number(process.env['CRASH_MINUTES'] ?? 22)
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 100_000)
const LABS = 2

test('from every crash, resume and undo end in before, in after, or in a refusal that changed nothing', async () => {
  const labs = await Promise.all(Array.from({ length: LABS }, openCrashLab))
  try {
    const [first] = labs
    if (first === undefined) throw new Error('no lab')
    const courses = new Map<string, Course>()
    for (const verb of verbNames) courses.set(verb, await course(first, verb))
    // What is before and after is the same in every lab but for the uids in marks, which are not compared.
    const cases = verbNames.flatMap((verb) => {
      const { records = 0, writes = 0 } = courses.get(verb) ?? {}
      return [...around('record', ['before', 'torn', 'after'], records), ...around('write', ['before', 'after'], writes)].flatMap(
        (moment) => ways.map((way): Case => ({ verb, moment, way })),
      )
    })

    const figures = { cases: 0, converged: 0, refused: 0, lost: 0 }
    const lost: string[] = []
    const random = chance(seed)
    const queue = cases
      .map((one) => ({ one, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one)
    const began = performance.now()
    await Promise.all(
      labs.map(async (lab) => {
        const inTime = (): boolean => minutes === 0 || performance.now() - began < minutes * 60_000
        for (let one = queue.shift(); one !== undefined && inTime(); one = queue.shift()) {
          const known = courses.get(one.verb)
          if (known === undefined) throw new Error(`no course of ${one.verb}`)
          const fate = await crash(lab, one, known).catch((error: unknown) => ({ kind: 'lost' as const, said: String(error) }))
          figures.cases++
          figures[fate.kind]++
          if (fate.kind === 'lost') lost.push(`${label(one)}: ${fate.said}`)
          if (figures.cases % 25 === 0)
            console.log(`${figures.cases} of ${cases.length}, ${Math.round((performance.now() - began) / 1000)} s`)
        }
      }),
    )
    const { converged, refused } = figures
    console.log(
      `crash matrix (seed ${seed}): ${figures.cases} of ${cases.length} cases, ${converged} converged, ${refused} refused by name, ${figures.lost} lost`,
    )
    expect(lost).toEqual([])
    expect(figures.cases).toBeGreaterThan(0)
  } finally {
    await Promise.all(labs.map((lab) => lab.close()))
  }
})

function around(of: 'record' | 'write', whens: readonly string[], count: number): readonly Moment[] {
  return Array.from({ length: count }, (_, i) => whens.map((when) => ({ of, when, n: i + 1 }) as Moment)).flat()
}
