import type { AnyObject, Column, IntentInForce, PathPart } from '../domain/compare.ts'
import { decodeFaultMark, decodeMark } from '../domain/mark-codec.ts'
import { FAULT_ANNOTATION, MARK_ANNOTATION, type Mark } from '../domain/mark.ts'
import { isAway } from '../domain/situation.ts'
import { ruleKeys } from '../gateways/rule-key.ts'
import { list, record, text } from '../gateways/strange.ts'
import { weightOf } from './weights.ts'
import type { Place } from './walk.ts'

/** What the marks of one object say, column by column. */
export interface RunIntents {
  /** By column, in the order of the columns given: held, or not as the run in force wants it. Undefined: no run speaks of this place. */
  at(place: Pick<Place, 'path' | 'trees'>): readonly ({ readonly kept: boolean; readonly intent: IntentInForce } | undefined)[]
}

/**
 * A switch in force is an intent by itself: weights that it wrote are meant, and a live center that does not have them yet is behind. A drill's fault is one for
 * the replicas that it took.
 */
export function runIntents(columns: readonly Column[], objects: readonly (AnyObject | undefined)[]): RunIntents {
  const marks = objects.map(markOf)
  const seq = Math.max(0, ...marks.map((mark) => mark?.seq ?? 0))
  const top = marks.find((mark) => mark?.seq === seq)
  const faults = objects.map((object) => {
    const metadata = record(object?.['metadata'])
    return decodeFaultMark(record(metadata['annotations'])[FAULT_ANNOTATION], text(metadata['uid']) ?? '')
  })
  const names = objects.map(ruleNames)
  return {
    at({ path, trees }) {
      if (pathIs(path, ['spec', 'replicas'])) {
        return faults.map((fault) =>
          fault === undefined ? undefined : { kept: true, intent: { by: 'run', run: fault.run, verb: 'drill', situation: [] } },
        )
      }
      if (top === undefined || !isAway(top)) return columns.map(() => undefined)
      const intent: IntentInForce = { by: 'run', run: top.run, verb: top.verb, situation: top.situation }
      return columns.map(({ source }, i) => {
        if (source !== 'live' || objects[i] === undefined) return undefined
        // What this run wrote here; a column that it has not reached should have what it wrote elsewhere.
        const own = marks[i]
        const wanted = wantedAt(own?.seq === top.seq ? own : top, path, names[i])
        if (wanted === undefined) return undefined
        const tree = trees[i]
        const weight = path.length === 6 ? Number(tree?.value ?? 1) : weightOf(tree)
        return { kept: weight === wanted, intent }
      })
    },
  }
}

function markOf(object: AnyObject | undefined): Mark | undefined {
  const metadata = record(object?.['metadata'])
  const found = decodeMark(record(metadata['annotations'])[MARK_ANNOTATION], text(metadata['uid']) ?? '')
  return found.state === 'marked' ? found.mark : undefined
}

/** Marks know rules by their matches; a path may know them by name. */
function ruleNames(object: AnyObject | undefined): ReadonlyMap<string, string> {
  const rules = list(record(object?.['spec'])['rules']).map(record)
  const keys = ruleKeys(rules.map(({ matches }) => ({ matches })))
  return new Map(
    rules.flatMap((rule, i) => {
      const name = text(rule['name'])
      return name === undefined ? [] : [[name, keys[i] ?? ''] as const]
    }),
  )
}

/** The weight that the run set at `spec.rules[…].backendRefs[…]` or its `weight`. */
function wantedAt(mark: Mark, path: readonly PathPart[], names: ReadonlyMap<string, string> | undefined): number | undefined {
  const [spec, rules, rule, refs, ref, weight] = path
  if (path.length < 5 || path.length > 6 || keyOf(spec) !== 'spec' || keyOf(rules) !== 'rules' || keyOf(refs) !== 'backendRefs')
    return undefined
  if ((path.length === 6 && keyOf(weight) !== 'weight') || rule === undefined || !('item' in rule) || ref === undefined || !('item' in ref))
    return undefined
  const set = mark.set[rule.item] ?? mark.set[names?.get(rule.item) ?? '']
  const wanted = set?.[ref.item]
  return wanted === undefined ? undefined : wanted === null ? 0 : wanted === 'absent' ? 1 : wanted
}

const keyOf = (part: PathPart | undefined): string | undefined => (part !== undefined && 'key' in part ? part.key : undefined)
const pathIs = (path: readonly PathPart[], keys: readonly string[]): boolean =>
  path.length === keys.length && path.every((part, i) => keyOf(part) === keys[i])
