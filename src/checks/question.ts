import type { Facts } from '../domain/finding.ts'
import type { Observation } from '../domain/observation.ts'
import type { Center, CenterName, Topology } from '../domain/topology.ts'
import type { CheckGroup, Conclusion, ConclusionState, Evidence, ProofLevel } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import type { Fact } from '../facts/fact.ts'

/** Facts by the names that a question gives them. */
export type Needs = Readonly<Record<string, Fact<unknown>>>
/** No facts at all. */
type Nothing = { readonly [K in never]: Fact<unknown> }
type Read<F> = F extends Fact<infer T> ? T : never

/** A fact's value, and when it was read. */
export interface Known<T> {
  readonly value: T
  /** Wall clock, ms since the epoch. */
  readonly at: number
  readonly took: number
}

interface Common {
  readonly name: string
  readonly id: `TC-${number}`
  readonly group: CheckGroup
  readonly level: ProofLevel
  /** What the column and the docs call it. */
  readonly title: Readonly<Record<'en' | 'zh', string>>
  /** For the docs: what it proves, how, and the source of its rule. */
  readonly about: Readonly<Record<'en' | 'zh', string>>
  readonly words: Words
  /** Absent: it always does. A question about something that the topology does not declare is `skipped`, and needs nothing. */
  readonly applies?: (topology: Topology) => boolean
}

/**
 * A question about one center, answered from facts; one file each, listed in `checks/questions.ts`; pure.
 * A fact of `needs` that is not present was already concluded to be `inconclusive` when `evaluate` is called; of `maybe` the raw observation is handed over, absence included.
 * No conclusion at all: `skipped`, there was nothing to ask about.
 */
export interface CenterQuestion<N extends Needs = Needs, M extends Needs = Needs> extends Common {
  readonly scope: 'center'
  readonly needs: N
  readonly maybe?: M
  readonly evaluate: (
    seen: { readonly [K in keyof N]: Known<Read<N[K]>> } & { readonly [K in keyof M]: Observation<Read<M[K]>> },
    about: { readonly topology: Topology; readonly center: Center; readonly now: number },
  ) => readonly Conclusion[]
}

/** A question about all centers together: it gets every center's observation as it is, and says itself what a gap means. A conclusion may name the center that it is about. */
export interface FleetQuestion<N extends Needs = Needs> extends Common {
  readonly scope: 'fleet'
  readonly needs: N
  readonly evaluate: (
    seen: { readonly [K in keyof N]: ReadonlyMap<CenterName, Observation<Read<N[K]>>> },
    about: { readonly topology: Topology; readonly now: number },
  ) => readonly Conclusion[]
}

export type Question = CenterQuestion | FleetQuestion

/** Keeps the types of the facts for `evaluate`, and forgets them for the list. Its reasons and words get the question's name in front, `routes-reported.stale`, so that every question has a vocabulary of its own. */
export function askCenter<N extends Needs, M extends Needs = Nothing>(question: Omit<CenterQuestion<N, M>, 'scope'>): Question {
  return named({ ...question, scope: 'center' } as unknown as CenterQuestion)
}

export function askFleet<N extends Needs>(question: Omit<FleetQuestion<N>, 'scope'>): Question {
  return named({ ...question, scope: 'fleet' } as unknown as FleetQuestion)
}

function named<Q extends Question>(question: Q): Q {
  const scoped = (reason: string): string => `${question.name}.${reason}`
  const evaluate = question.evaluate as (seen: never, about: never) => readonly Conclusion[]
  return {
    ...question,
    evaluate: (seen: never, about: never) => evaluate(seen, about).map((one) => ({ ...one, reason: scoped(one.reason) })),
    words: Object.fromEntries(Object.entries(question.words).map(([reason, words]) => [scoped(reason), words])),
  }
}

function conclude(state: ConclusionState) {
  return (reason: string, facts: Facts, evidence: readonly Evidence[], subject?: string): Conclusion => ({
    state,
    reason,
    facts,
    evidence,
    ...(subject === undefined ? {} : { subject }),
  })
}

export const passed = conclude('passed')
export const failed = conclude('failed')
export const warned = conclude('warning')
export const unsure = conclude('inconclusive')
export const skipped = conclude('skipped')
