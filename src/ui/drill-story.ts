import type { Change } from '../domain/change.ts'
import type { CheckResult, JournalRecord, RunStarted } from '../domain/record.ts'
import { seconds } from '../report/figures.ts'
import { placeOfStep } from '../report/step-place.ts'
import { spoken } from '../report/phrasebook.ts'
import { labelWords, momentWords } from '../report/timeline.ts'
import type { ScreenOptions } from './decision-screen.ts'
import { type Line, type Segment, widthOf } from './line.ts'
import { drillLines } from './run-lines.ts'
import { type Say, speaker } from './words.ts'

interface OpenStep {
  readonly step: string
  readonly title: string
  readonly told: string[]
  /** Told by the closing words; here only where there is nothing else. */
  readonly ledger: string[]
  /** Per cents of a paced step; each one's gate replaces the words of the one before. */
  readonly paces: string[]
  readonly changes: Change[]
  readonly planned: Change[]
  verdict?: 'yes' | 'no' | 'unknown'
}

/** Tells a drill step by step: collects what happens inside a step, and answers its line when the step ends. */
export function createDrillStory(started: RunStarted, options: ScreenOptions): (record: JournalRecord) => readonly Line[] {
  const say = speaker(options.language)
  const words = (reason: string, facts: Parameters<typeof options.phrasebook.lookup>[1]) =>
    options.phrasebook.lookup(reason, facts, options.language).replaceAll('\n', ' ')
  let open: OpenStep | undefined
  const rank = { yes: 0, unknown: 1, no: 2 }

  return (record) => {
    switch (record.type) {
      case 'step-started':
        if (open === undefined && placeOfStep(started, record.step) !== 'container') {
          open = { step: record.step, title: record.title[options.language], told: [], ledger: [], paces: [], changes: [], planned: [] }
        }
        return []
      case 'planned':
        open?.planned.push(...record.changes)
        return []
      case 'intended':
        open?.changes.push(record.change)
        return []
      case 'gated':
        if (open === undefined) return []
        if (open.verdict === undefined || rank[record.verdict] > rank[open.verdict]) open.verdict = record.verdict
        open.paces.push(...(/@(\d+)$/.exec(record.step)?.slice(1) ?? []))
        if (record.step.includes('@')) open.told.length = 0
        for (const { reason, facts } of record.checks.filter(isNews))
          ('acknowledged' in facts ? open.ledger : open.told).push(words(reason, facts))
        return []
      case 'found':
        open?.told.push(...record.findings.map(({ reason, facts }) => words(reason, facts)))
        return []
      case 'witnessed': {
        const says = record.findings.filter(({ reason }) => reason !== 'witness-gap').map(({ reason, facts }) => words(reason, facts))
        const centers = record.centers.flatMap(({ center, verdict }) => (verdict === 'agree' ? [center] : [])).join(', ')
        const text = [spoken(momentWords[`witness-${record.verdict}`], { centers }, options.language), ...says].join(' · ')
        const label = record.verdict === 'agree' ? 'held' : record.verdict === 'disagree' ? 'found' : 'cannot-tell'
        const figure: Segment = [record.verdict === 'agree' ? 'good' : 'warn', labelWords[label][options.language]]
        return drillLines(say('witness'), text, figure, options)
      }
      case 'step-ended': {
        if (open?.step !== record.step) return []
        const { step, title, told, ledger, paces, changes, planned, verdict } = open
        open = undefined
        const parts = [
          ...(paces.length > 0 ? [`${paces.join(' → ')} %`] : []),
          ...(changes.length > 0 ? changesText(changes, say, 'changes-in') : changesText(planned, say, 'would-change')),
          ...new Set(told.length > 0 ? told : ledger),
        ]
        const bad = record.result !== 'done' && record.result !== 'skipped'
        const label = bad
          ? record.result === 'failed' || record.result === 'refused'
            ? record.result
            : record.result === 'no'
              ? 'not-held'
              : 'cannot-tell'
          : verdict === 'yes'
            ? 'held'
            : undefined
        const figure: Segment =
          label === undefined ? seconds(record.took, options.language) : [bad ? 'bad' : 'good', labelWords[label][options.language]]
        const short = widthOf(title) <= 11
        return drillLines(
          short ? title : (step.split('/').at(-1) ?? step),
          parts.length > 0 || short ? parts.join(' · ') : title,
          figure,
          options,
        )
      }
      default:
        return []
    }
  }
}

/** Gateways report on routes beside every gate; in a drill's lines only a refusal of theirs is news. */
function isNews({ check, verdict }: CheckResult): boolean {
  return check !== 'routes-accepted' || verdict === 'no'
}

/** Workloads by name, weights as a number: `ai-service-zone-a scaled 10 → 0`, `15 changes in 3 clusters`. */
function changesText(changes: readonly Change[], say: Say, word: 'changes-in' | 'would-change'): readonly string[] {
  const scales = changes.filter(({ intent }) => intent.kind === 'replicas')
  const weights = changes.filter(({ intent }) => intent.kind === 'weights')
  const edits = weights.reduce((sum, change) => sum + change.edits.length, 0)
  const faults = changes.filter(({ intent }) => intent.kind === 'lab-fault')
  return [
    ...faults.flatMap(({ center, edits: [edit] }) =>
      edit === undefined ? [center] : [edit.where.includes(center) ? edit.where : `${center} ${edit.where}`],
    ),
    ...scales.map(({ object, edits: [edit], center }) =>
      say('scaled', { name: object.name, before: edit?.before[center] ?? '?', after: edit?.after[center] ?? '?' }),
    ),
    ...(weights.length === 0
      ? []
      : edits === 0
        ? [say('marks-only', { count: weights.length })]
        : [say(word, { changes: edits, clusters: new Set(weights.map(({ center }) => center)).size })]),
  ]
}
