import type { Change } from '../domain/change.ts'
import type { JournalRecord, RunStarted } from '../domain/record.ts'
import { seconds } from '../report/figures.ts'
import { labelWords } from '../report/timeline.ts'
import type { ScreenOptions } from './decision-screen.ts'
import type { Line, Segment } from './line.ts'
import { drillLines, placeOfStep } from './run-lines.ts'
import { speaker } from './words.ts'

interface OpenStep {
  readonly step: string
  readonly title: string
  readonly told: string[]
  readonly changes: Change[]
  verdict?: 'yes' | 'no' | 'unknown'
}

/** Tells a drill step by step: collects what happens inside a step, and answers its line when the step ends. */
export function createDrillStory(started: RunStarted, options: ScreenOptions): (record: JournalRecord) => readonly Line[] {
  const say = speaker(options.language)
  const words = (reason: string, facts: Parameters<typeof options.phrasebook.lookup>[1]) => options.phrasebook.lookup(reason, facts, options.language).replaceAll('\n', ' ')
  let open: OpenStep | undefined
  const rank = { yes: 0, unknown: 1, no: 2 }

  return (record) => {
    switch (record.type) {
      case 'step-started':
        if (open === undefined && placeOfStep(started, record.step) !== 'container') {
          open = { step: record.step, title: record.title[options.language], told: [], changes: [] }
        }
        return []
      case 'intended':
        open?.changes.push(record.change)
        return []
      case 'gated':
        if (open === undefined) return []
        if (open.verdict === undefined || rank[record.verdict] > rank[open.verdict]) open.verdict = record.verdict
        open.told.push(...record.checks.filter(({ facts }) => !('acknowledged' in facts)).map(({ reason, facts }) => words(reason, facts)))
        return []
      case 'found':
        open?.told.push(...record.findings.map(({ reason, facts }) => words(reason, facts)))
        return []
      case 'step-ended': {
        if (open?.step !== record.step) return []
        const { step, title, told, changes, verdict } = open
        open = undefined
        const parts = [...changesText(changes, say), ...new Set(told)]
        const bad = record.result !== 'done' && record.result !== 'skipped'
        const label = bad ? (record.result === 'failed' || record.result === 'refused' ? record.result : record.result === 'no' ? 'not-held' : 'cannot-tell') : verdict === 'yes' ? 'held' : undefined
        const figure: Segment = label === undefined ? seconds(record.took, options.language) : [bad ? 'bad' : 'good', labelWords[label][options.language]]
        return drillLines(step.split('/').at(-1) ?? step, parts.length === 0 ? title : parts.join(' · '), figure, options)
      }
      default:
        return []
    }
  }
}

/** Workloads by name, weights as a number: `ai-service-zone-a scaled 10 → 0`, `15 changes in 3 clusters`. */
function changesText(changes: readonly Change[], say: ReturnType<typeof speaker>): readonly string[] {
  const scales = changes.filter(({ intent }) => intent.kind === 'replicas')
  const weights = changes.filter(({ intent }) => intent.kind === 'weights')
  const edits = weights.reduce((sum, change) => sum + change.edits.length, 0)
  return [
    ...scales.map(({ object, edits: [edit], center }) => say('scaled', { name: object.name, before: edit?.before[center] ?? '?', after: edit?.after[center] ?? '?' })),
    ...(weights.length === 0 ? [] : [say('changes-in', { changes: edits, clusters: new Set(weights.map(({ center }) => center)).size })]),
  ]
}
