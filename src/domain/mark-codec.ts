import { canonical } from './canonical.ts'
import type { FaultMark, Mark, MarkVerb, RuleWeights } from './mark.ts'
import type { Route } from './route.ts'

/** Longest mark that is written or believed, in characters: all annotations of an object together may have 256 KiB. */
export const MARK_LIMIT = 65_536

const VERBS: ReadonlySet<string> = new Set<MarkVerb>(['failover', 'failback', 'rebalance', 'sync', 'drill', 'undo'])

export function encodeMark(mark: Mark): string {
  return canonical(mark)
}

/** What an annotation says. Anything that is not exactly a mark of this object is `broken` or `foreign`, and counts for nothing. Never throws. */
export function decodeMark(raw: unknown, uid: string): Route['mark'] {
  if (raw === undefined) return { state: 'none' }
  const value = parse(raw)
  if (!isMark(value)) return { state: 'broken' }
  return value.uid === uid ? { state: 'marked', mark: value } : { state: 'foreign' }
}

export function encodeFaultMark(mark: FaultMark): string {
  return canonical(mark)
}

/** A drill's mark on a workload; `undefined` where there is none that can be read and belongs to this object. */
export function decodeFaultMark(raw: unknown, uid: string): FaultMark | undefined {
  const value = parse(raw)
  if (!isRecord(value)) return undefined
  const right = typeof value['run'] === 'string' && value['uid'] === uid && isCount(value['replicas']) && isCount(value['until'])
  return right ? (value as unknown as FaultMark) : undefined
}

function parse(raw: unknown): unknown {
  if (typeof raw !== 'string' || raw.length > MARK_LIMIT) return undefined
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}

function isMark(value: unknown): value is Mark {
  if (!isRecord(value)) return false
  const { seq, run, verb, uid, was, situation, until, progress, goal, normal, base, set, epoch } = value
  return (
    isCount(seq) &&
    seq > 0 &&
    typeof run === 'string' &&
    run !== '' &&
    typeof verb === 'string' &&
    VERBS.has(verb) &&
    typeof uid === 'string' &&
    isNames(was) &&
    isNames(situation) &&
    (until === undefined || isCount(until)) &&
    (progress === undefined || (isCount(progress) && progress <= 100)) &&
    (goal === undefined || (isRecord(goal) && Object.values(goal).every(isCount))) &&
    isRuleWeights(normal) &&
    (base === undefined || isRuleWeights(base)) &&
    isRuleWeights(set) &&
    (epoch === undefined || isCount(epoch))
  )
}

function isRuleWeights(value: unknown): value is RuleWeights {
  const isWeight = (one: unknown) => one === null || one === 'absent' || (isCount(one) && one <= 1_000_000)
  return isRecord(value) && Object.values(value).every((rule) => isRecord(rule) && Object.values(rule).every(isWeight))
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '') && new Set(value).size === value.length
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
