import { spellSituation } from '../domain/situation.ts'
import type { Question } from '../domain/record.ts'
import type { PlanOptions, StepPlan } from './plan.ts'
import type { Run, StepResult } from './run.ts'

/** Guards, then the question. `go`, or how the step ends; refused before any write leaves the world as it was. */
export async function permitted(run: Run, options: PlanOptions, made: StepPlan): Promise<'go' | StepResult> {
  const refusal = made.findings.find(({ effect }) => effect === 'refuse')
  if (refusal !== undefined) {
    run.state.last = { reason: refusal.reason, facts: refusal.facts }
    run.state.verdicts.add('refused')
    return 'refused'
  }
  const left = made.findings.filter(({ effect }) => effect === 'leave')
  for (const finding of left) if (!run.state.left.some((one) => same(one, finding))) run.state.left.push(finding)
  if (run.request.savedPlan !== undefined && !run.state.confirmed && !matches(run, made)) {
    run.state.last = { reason: 'saved-plan-stale', facts: {} }
    run.state.verdicts.add('refused')
    return 'refused'
  }
  // What is published first is shown, and the switch after it too.
  if (run.request.dryRun) return options.action === 'publish' ? 'go' : 'refused'
  if (made.changes.length === 0 && made.plan.danger !== 'none' && options.action !== 'rehearse') return 'go'
  return await confirmed(run, options, made)
}

async function confirmed(run: Run, options: PlanOptions, made: StepPlan): Promise<'go' | StepResult> {
  const { danger } = made.plan
  if (run.state.confirmed || danger === 'none') return 'go'
  const facts = { situation: spellSituation(run.topology, made.plan.situation), step: options.path }
  const question: Question =
    danger === 'yes'
      ? { kind: 'yes-no', reason: 'confirm-yes', facts }
      : { kind: 'type-value', value: danger.type, reason: 'confirm-value', facts }
  const reply = await run.deps.console.ask(question, run.deps.interrupt)
  if (reply === undefined && run.deps.interrupt.aborted) return 'stopped'
  const good =
    reply !== undefined && (question.kind === 'yes-no' ? /^y(es)?$/i.test(reply.answer.trim()) : reply.answer.trim() === question.value)
  const answered = reply && ({ type: 'answered', question, answer: reply.answer, by: reply.by } as const)
  if (good && answered) {
    // Durable with the first intent: the switch does not wait for it here.
    run.journal.note(answered)
    run.state.confirmed = true
    return 'go'
  }
  if (answered) await run.journal.append(answered)
  const value = question.kind === 'type-value' ? question.value : 'y'
  run.state.last =
    reply === undefined
      ? { reason: 'not-confirmed', facts: { value, kind: question.kind } }
      : { reason: 'wrong-value', facts: { value, given: reply.answer } }
  run.state.verdicts.add('refused')
  return 'refused'
}

function matches(run: Run, made: StepPlan): boolean {
  const saved = run.request.savedPlan ?? []
  const now = new Map(
    made.changes.map((change) => [
      `${change.center} ${change.object.namespace}/${change.object.name}`,
      JSON.stringify([change.before, change.edits]),
    ]),
  )
  return saved.length === now.size && saved.every(({ center, object, patch }) => now.get(`${center} ${object}`) === patch)
}

function same(a: { reason: string; where: object }, b: { reason: string; where: object }): boolean {
  return a.reason === b.reason && JSON.stringify(a.where) === JSON.stringify(b.where)
}
