import type { Language } from './words.ts'

/**
 * A runbook as `documents/runbook` reads it: seven step keys, no expressions. `${params.x}` and `${policy.x}` replace whole values.
 * `mode` decides what guards do and what happens on failure: an emergency stands where it is, a change goes back one step, a drill restores.
 */
export interface Runbook {
  readonly name: string
  readonly mode: 'emergency' | 'change' | 'drill'
  readonly summary: Readonly<Record<Language, string>>
  /** Where in the source documents it comes from. */
  readonly source?: string
  readonly params: Readonly<Record<string, Param>>
  readonly steps: readonly Step[]
}

export interface Param {
  readonly type: 'centers' | 'shares' | 'number' | 'duration' | 'string' | 'boolean'
  readonly summary: Readonly<Record<Language, string>>
  readonly required: boolean
  readonly default?: unknown
  readonly oneOf?: readonly string[]
}

interface Named {
  /** Short, unique among its siblings; the journal's step path is made of these. */
  readonly name: string
  readonly title: Readonly<Record<Language, string>>
}
export type Step = DoStep | GateStep | AskStep | RunStep | DuringStep | AlwaysStep

/** Does an action; with `pace`, in steps, each held and gated, and on *no* the previous step is applied again. */
export interface DoStep extends Named {
  readonly key: 'do'
  readonly action: string
  readonly with: Readonly<Record<string, unknown>>
  readonly pace?: { readonly steps: readonly number[] | string; readonly hold: number | string; readonly gate: readonly string[] }
}
/** Waits until every check has said yes for `hold`; at the end of `until` the last answer counts. Milliseconds, or a `${…}` reference. */
export interface GateStep extends Named {
  readonly key: 'gate'
  readonly checks: readonly string[]
  readonly with: Readonly<Record<string, unknown>>
  readonly until: number | string
  readonly hold: number | string
}
export interface AskStep extends Named {
  readonly key: 'ask'
  readonly question: Readonly<Record<Language, string>>
}
export interface RunStep extends Named {
  readonly key: 'run'
  readonly runbook: string
  readonly with: Readonly<Record<string, unknown>>
}
/** Client probes go on while the inner steps run; per second. */
export interface DuringStep extends Named {
  readonly key: 'during'
  readonly probe: { readonly rate: number | string; readonly shareRate: number | string }
  readonly steps: readonly Step[]
}
/** Done whatever happened before it in the same list, signals included. */
export interface AlwaysStep extends Named {
  readonly key: 'always'
  readonly steps: readonly Step[]
}
