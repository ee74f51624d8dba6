import type { Question } from '../../src/checks/question.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { CenterName, Topology } from '../../src/domain/topology.ts'
import type { Conclusion } from '../../src/domain/verify.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { topology as document } from '../domain/world.ts'

/** Wall clock of everything that was seen. */
export const AT = Date.UTC(2026, 10, 21, 4, 0)
const topology: Topology = document

export const present = <T>(value: T): Observation<T> => ({ state: 'present', value, at: AT, took: 5 })
export const silent: Observation<never> = { state: 'unreachable', why: 'no answer 3 s', at: AT, took: 3000 }

/** Asks about zone-a. Facts of `needs` are given as values, those of `maybe` as observations. */
export function ask(question: Question, seen: Readonly<Record<string, unknown>>, about: Topology = topology): readonly Conclusion[] {
  if (question.scope !== 'center') throw new Error(`${question.name} is about all centers`)
  const { needs, maybe = {}, evaluate } = question
  const given = Object.fromEntries([
    ...Object.keys(needs).map((key) => [key, { value: seen[key], at: AT, took: 5 }]),
    ...Object.keys(maybe).map((key) => [key, seen[key] ?? silent]),
  ])
  const center = about.centers[0]
  if (center === undefined) throw new Error('no center')
  return evaluate(given as never, { topology: about, center, now: AT })
}

/** Asks about all centers: one observation of one fact for each. */
export function askAll(
  question: Question,
  cells: Readonly<Record<CenterName, Observation<unknown>>>,
  about: Topology = topology,
): readonly Conclusion[] {
  if (question.scope !== 'fleet') throw new Error(`${question.name} is about one center`)
  const { needs, evaluate } = question
  const map = new Map(Object.entries(cells))
  return evaluate(Object.fromEntries(Object.keys(needs).map((key) => [key, map])), { topology: about, now: AT })
}

/** `failed all-zero`: the states and reasons, without the question's name. */
export const said = (conclusions: readonly Conclusion[]): readonly string[] =>
  conclusions.map(({ state, reason }) => `${state} ${reason.slice(reason.indexOf('.') + 1)}`)

/** An object with the metadata that every object has. */
export function object(
  kind: string,
  name: string,
  body: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'higress-system', uid: name, resourceVersion: '1', generation: 1, ...metadata },
    ...body,
  }
}
