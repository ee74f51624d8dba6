import type { Facts, Finding, GuardName } from './finding.ts'
import type { Runbook } from './runbook.ts'

type Mode = Runbook['mode']
type Effect = Finding['effect']

interface Guard {
  /** In a failover, which stands where the alternative is an outage. */
  readonly emergency: Effect
  readonly otherwise: Effect
  /** May a person lift it by name? */
  readonly override: 'never' | 'by-name' | 'in-emergency'
}

/** The table of guards. `survivor-not-serving` is lifted only where serving cannot be told, which the planner checks. */
const TABLE: Readonly<Record<GuardName, Guard>> = {
  identity: { emergency: 'leave', otherwise: 'refuse', override: 'never' },
  'all-zero': { emergency: 'leave', otherwise: 'refuse', override: 'never' },
  'no-survivor': { emergency: 'leave', otherwise: 'refuse', override: 'never' },
  'duplicate-backend': { emergency: 'leave', otherwise: 'refuse', override: 'never' },
  'survivor-not-serving': { emergency: 'leave', otherwise: 'refuse', override: 'by-name' },
  capacity: { emergency: 'leave', otherwise: 'refuse', override: 'by-name' },
  'foreign-owner': { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  'helm-owned': { emergency: 'warn', otherwise: 'warn', override: 'never' },
  'unresolved-route': { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  quarantine: { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  'deferred-open': { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  frozen: { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  'remote-behind': { emergency: 'warn', otherwise: 'refuse', override: 'by-name' },
  'mass-delete': { emergency: 'refuse', otherwise: 'refuse', override: 'by-name' },
  locked: { emergency: 'refuse', otherwise: 'refuse', override: 'in-emergency' },
  'not-latest': { emergency: 'refuse', otherwise: 'refuse', override: 'never' },
  'stale-plan': { emergency: 'refuse', otherwise: 'refuse', override: 'never' },
}

/** What follows from a guard's no, without an override. */
export function guardEffect(guard: GuardName, mode: Mode): Effect {
  return mode === 'emergency' ? TABLE[guard].emergency : TABLE[guard].otherwise
}

/** The reason that a person gave for overriding this guard, where that is possible. */
export function overrideOf(
  guard: GuardName,
  mode: Mode,
  overrides: readonly { readonly guard: GuardName; readonly reason: string }[],
): string | undefined {
  const { override } = TABLE[guard]
  if (override === 'never' || (override === 'in-emergency' && mode !== 'emergency')) return undefined
  return overrides.find((one) => one.guard === guard)?.reason
}

export interface Findings {
  /** Says a guard's no. Answers whether the work may go on: warned, or overridden. */
  guard(
    guard: GuardName,
    reason: string,
    where: Finding['where'],
    facts?: Facts,
    options?: { readonly lift?: boolean; readonly effect?: Effect },
  ): boolean
  /** Says something that no guard stands for. */
  say(reason: string, effect: Effect, where: Finding['where'], facts?: Facts): void
  readonly all: () => readonly Finding[]
}

/** Collects findings; the same thing said of several rules of a center is said once, with their number in the fact `rules`. */
export function collectFindings(mode: Mode, overrides: readonly { readonly guard: GuardName; readonly reason: string }[]): Findings {
  const found = new Map<string, { finding: Finding; rules: number }>()
  const put = (finding: Finding): void => {
    const { center, route, rule } = finding.where
    const key = [finding.guard, finding.reason, finding.effect, center, route, rule].join('\n')
    const seen = found.get(key)
    if (seen) seen.rules++
    else found.set(key, { finding, rules: 1 })
  }
  return {
    guard(guard, reason, where, facts = {}, { lift = true, effect = guardEffect(guard, mode) } = {}) {
      const overridden = lift && effect !== 'warn' ? overrideOf(guard, mode, overrides) : undefined
      put({
        guard,
        reason,
        facts,
        where,
        effect: overridden === undefined ? effect : 'warn',
        ...(lift ? {} : { fixed: true as const }),
        ...(overridden === undefined ? {} : { overridden }),
      })
      return overridden !== undefined || effect === 'warn'
    },
    say(reason, effect, where, facts = {}) {
      put({ reason, facts, where, effect })
    },
    all: () =>
      [...found.values()].map(({ finding, rules }) =>
        finding.where.rule === undefined ? { ...finding, facts: { ...finding.facts, rules } } : finding,
      ),
  }
}
