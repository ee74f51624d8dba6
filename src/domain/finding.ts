import type { CenterName } from './topology.ts'

/** Every guard that may refuse, by the name that `--override` takes. The rules are those of docs/guards.md. */
export const guardNames = [
  'identity',
  'all-zero',
  'no-survivor',
  'duplicate-backend',
  'survivor-not-serving',
  'capacity',
  'foreign-owner',
  'helm-owned',
  'unresolved-route',
  'quarantine',
  'deferred-open',
  'frozen',
  'remote-behind',
  'mass-delete',
  'locked',
  'not-latest',
  'stale-plan',
] as const
export type GuardName = (typeof guardNames)[number]

/**
 * Something that a person should know before or after a change. `reason` is a stable literal with words in English and Chinese beside the code that finds it;
 * `facts` fill the words. What follows from a finding (`effect`) is decided where it is made, by the table of guards.
 */
export interface Finding {
  readonly guard?: GuardName
  readonly reason: string
  readonly facts: Facts
  readonly where: { readonly center?: CenterName; readonly route?: string; readonly rule?: string }
  /** refuse: nothing is done. leave: this rule is left alone and the rest proceeds (exit 6). warn: said, and done. */
  readonly effect: 'refuse' | 'leave' | 'warn'
  /** No override lifts it here, whatever its guard allows elsewhere. */
  readonly fixed?: true
  /** The person who overrode it said why. */
  readonly overridden?: string
}

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>
