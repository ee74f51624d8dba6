import { afterAll, beforeAll, expect, test } from 'vitest'
import { chance } from '../crash/chance.ts'
import { course, crash, label, openCrashLab, verbNames, ways, type Case, type Course, type Moment, type VerbName } from '../crash/matrix.ts'
import type { Scenario } from './harness.ts'

/** A seeded sample of the crash matrix (`npm run test:crash` runs it whole): every verb, every kind of moment. The seed is in the test's name; CRASH_SEED repeats it. */
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 100_000)
const SAMPLE = 12

let scenario: Scenario
const courses = new Map<VerbName, Course>()
beforeAll(async () => {
  scenario = await openCrashLab()
  for (const verb of verbNames) courses.set(verb, await course(scenario, verb))
}, 300_000)
afterAll(() => scenario.close())

const random = chance(seed)
const moments = [
  ['record', 'before'],
  ['write', 'after'],
  ['record', 'torn'],
  ['write', 'before'],
  ['record', 'after'],
] as const
const sample = Array.from({ length: SAMPLE }, (_, i) => {
  const verb = verbNames[i % verbNames.length] ?? 'failover'
  const [of, when] = moments[i % moments.length] ?? moments[0]
  const way = ways[Math.floor(random() * ways.length)] ?? 'resume'
  return { verb, of, when, way, part: random(), name: `${verb} ${when} a ${of}, then ${way}` }
})

test.each(sample)(`seed ${seed}: $name`, async ({ verb, of, when, way, part }) => {
  const found = courses.get(verb)
  if (found === undefined) throw new Error(`no course of ${verb}`)
  const n = 1 + Math.floor(part * (of === 'record' ? found.records : found.writes))
  const one: Case = { verb, moment: { of, when, n } as Moment, way }
  const fate = await crash(scenario, one, found)
  expect(fate.kind === 'lost' ? `${label(one)}: ${fate.said}` : '').toBe('')
})
