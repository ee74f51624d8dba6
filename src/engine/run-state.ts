import type { Change } from '../domain/change.ts'
import type { Mark } from '../domain/mark.ts'
import type { Baseline, JournalRecord, RunEnded, RunStarted } from '../domain/record.ts'
import type { Origin } from './run.ts'

/** What a journal says of its run. Everything here is derived; the journal keeps nothing but records. */
export interface RunFacts {
  readonly started: RunStarted
  readonly ended?: RunEnded
  /** Where each runbook inside it began, by scope. */
  readonly origins: ReadonlyMap<string, Origin>
  readonly confirmed: boolean
  readonly baseline?: Baseline
  /** Intended, and no outcome on record: the world may be before or after them. */
  readonly open: readonly { readonly step: string; readonly change: Change }[]
  /** Changes that were carried out, in order. */
  readonly applied: readonly Change[]
  /** The last change of each object, where it was carried out: what should be there now. */
  readonly standing: ReadonlyMap<string, Change>
  /** The paced step that was planned last, per cent. */
  readonly progress: number
  /** The marks that it wrote last, by `center namespace/name`. */
  readonly marks: ReadonlyMap<string, Mark>
}

/** Folds records into what resume, undo, `runs` and reports need. Records must begin with `run-started`. */
export function foldRun(records: readonly JournalRecord[]): RunFacts {
  const [first] = records
  if (first?.type !== 'run-started') throw new Error('a journal begins with run-started')
  const origins = new Map<string, Origin>()
  const open = new Map<string, { step: string; change: Change }>()
  const known = new Map<string, Change>()
  const applied: Change[] = []
  const standing = new Map<string, Change>()
  const marks = new Map<string, Mark>()
  let confirmed = false
  let progress = 0
  let ended: RunEnded | undefined
  let baseline: Baseline | undefined
  for (const record of records) {
    switch (record.type) {
      case 'planned': {
        const scope = record.scope ?? ''
        const mark = record.changes.map(({ intent }) => (intent.kind === 'weights' ? intent.mark : null)).find((one) => one !== null)
        const carriedOut = !record.step.endsWith('rehearse')
        if (mark !== undefined && mark !== null && carriedOut && !origins.has(scope)) {
          origins.set(scope, { was: record.was, situation: record.situation, seq: mark.seq, run: mark.run, verb: mark.verb })
        }
        const paced = /@(\d+)$/.exec(record.step)?.[1]
        if (paced !== undefined) progress = Number(paced)
        break
      }
      case 'answered':
        // A runbook's own question confirms no change.
        if (record.question.reason === 'runbook-question') break
        confirmed ||=
          record.question.kind === 'type-value' ? record.answer.trim() === record.question.value : /^y(es)?$/i.test(record.answer.trim())
        break
      case 'baseline':
        baseline = record.baseline
        break
      case 'intended':
        open.set(record.change.id, { step: record.step, change: record.change })
        known.set(record.change.id, record.change)
        standing.delete(objectKey(record.change))
        break
      case 'written': {
        open.delete(record.change)
        const change = known.get(record.change)
        if (change === undefined || (record.outcome !== 'applied' && record.settled !== 'after')) break
        applied.push(change)
        standing.set(objectKey(change), change)
        if (change.intent.kind === 'weights' && change.intent.mark !== null) {
          marks.set(`${change.center} ${change.object.namespace}/${change.object.name}`, change.intent.mark)
        }
        break
      }
      case 'run-resumed':
        ended = undefined
        break
      case 'run-ended':
        ended = record
        break
      default:
        break
    }
  }
  return {
    started: first,
    ...(ended === undefined ? {} : { ended }),
    ...(baseline === undefined ? {} : { baseline }),
    origins,
    confirmed,
    open: [...open.values()],
    applied,
    standing,
    progress,
    marks,
  }
}

function objectKey({ center, object: { kind, namespace, name } }: Change): string {
  return [center, kind, namespace, name].join('\n')
}

/** Does a run that has ended still want somebody? Signals, part-way failures and a missing end do; a verdict does not. */
export function isUnfinished({ started, ended }: RunFacts): boolean {
  if (ended === undefined) return true
  // Taking up another machine's run was refused: that run is as unfinished as before.
  if (started.elsewhere === true && ended.outcome.answer === 'refused') return true
  return ended.outcome.world === 'partial' || typeof ended.outcome.answer === 'object' || ended.outcome.answer === 'bug'
}
