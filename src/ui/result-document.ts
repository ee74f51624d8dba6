import type { JournalRecord } from '../domain/record.ts'
import { reportFacts } from '../report/facts.ts'
import { arrived } from '../report/writes.ts'
import { API_VERSION } from './console-ndjson.ts'

/** `-o json|yaml` of a run, drawn from its records: keys are stable, times in ms. `report` is the path of the HTML report, null where none was written. */
export function resultDocument(records: readonly JournalRecord[], report?: string): object {
  const facts = reportFacts(records)
  const { started, ended, situation } = facts
  const planned = facts.plans.findLast(({ changes }) => changes.length > 0) ?? facts.plans.at(-1)
  return {
    apiVersion: API_VERSION,
    kind: 'RunResult',
    run: started.run,
    verb: started.verb,
    runbook: started.runbook.name,
    params: started.params,
    lab: facts.lab ?? null,
    started: started.at,
    ended: ended?.at ?? null,
    answer: ended === undefined ? null : typeof ended.outcome.answer === 'object' ? ended.outcome.answer.signal : ended.outcome.answer,
    world: ended?.outcome.world ?? null,
    exit: ended?.exit ?? null,
    reason: ended?.reason ?? null,
    facts: ended?.facts ?? {},
    situation: {
      was: planned?.was ?? situation?.out ?? [],
      is: ended?.outcome.world === 'as-planned' ? (planned?.situation ?? situation?.out ?? []) : (situation?.out ?? []),
      seen: situation ?? null,
    },
    changes: facts.writes.map((write) => ({
      step: write.step,
      center: write.change.center,
      object: write.change.object,
      edits: write.change.edits,
      patch: write.change.patch,
      outcome: write.written?.outcome ?? null,
      settled: write.written?.settled ?? null,
      applied: arrived(write),
      took: write.written?.took ?? null,
    })),
    deferred: facts.deferred,
    recovery: facts.recovery ?? null,
    findings: facts.findings,
    checks: facts.checks,
    next: ended?.next ?? [],
    journal: { records: facts.journal.records, hash: facts.journal.hash },
    report: report ?? null,
  }
}
