import type { Change } from '../domain/change.ts'
import type { Planned, RunStarted } from '../domain/record.ts'
import { listed } from '../report/figures.ts'
import { objectName } from '../report/timeline.ts'
import { API_VERSION } from './console-ndjson.ts'
import { centersOf, findingLines, loadText, titleOf, type ScreenOptions } from './decision-screen.ts'
import { deployPlanText } from './deploy-plan.ts'
import { beforeAfter, namedCenters, notes } from './edits.ts'
import type { Line } from './line.ts'
import { objectLines } from './object-changes.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'
import { speaker } from './words.ts'

export interface PlanInput {
  readonly started: Pick<RunStarted, 'verb' | 'run' | 'params' | 'topology' | 'runbook' | 'of'>
  /** Every step's plan, in order; a paced run has one for each step that can be known beforehand. */
  readonly plans: readonly Planned[]
  /** The change as a command that somebody could type. */
  readonly kubectl: (change: Change) => string
}

/** `--dry-run`: every edit by cluster, route and rule, before → after; what was found, what is deferred, what it costs; the same as commands. Commands are never broken. */
export function planText({ started, plans, kubectl }: PlanInput, options: ScreenOptions): readonly Line[] {
  const rehearsed = plans.find(({ deploy }) => deploy !== undefined)
  if (rehearsed?.deploy !== undefined) return deployPlanText(started, { ...rehearsed, deploy: rehearsed.deploy }, options)
  const { language, phrasebook, width } = options
  const say = speaker(language)
  const { topology } = started
  const centers = centersOf(started)
  const what = say(titleOf(started), {
    from: String(started.params['from'] ?? ''),
    centers: listed(centers, language),
    of: started.of ?? '',
    runbook: started.runbook.name.replace(/^drill-/, ''),
  })
  const changes = plans.flatMap((plan) => plan.changes)
  const commands = [...new Set(changes.map((change) => kubectl(change)))]
  const distinct = <T>(values: readonly T[]): readonly T[] => [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
  const findings = distinct(plans.flatMap((plan) => plan.findings))
  const notes = [
    ...distinct(plans.flatMap(({ census }) => census.filter(({ pinned }) => pinned > 0))).map(({ center, pinned }) =>
      say('pinned', { center, pinned }),
    ),
    ...distinct(plans.flatMap(({ deferred }) => deferred)).map(
      ({ center, rules }) => `${say('DEFERRED')}  ${say('deferred-duty', { center, rules })}`,
    ),
    ...distinct(plans.flatMap(({ load }) => load)).map((one) => `${say('COST')}  ${loadText(one, topology, say, options.language)}`),
  ]
  return [
    [['strong', say('plan-head', { what })]],
    [],
    ...plans.flatMap((plan) => changeTable(plan, plans.length > 1, topology, say)),
    ...findings.flatMap((finding) => findingLines(finding, phrasebook, language, width)),
    ...notes.flatMap((text) => wrap(text, width).map((line): Line => [line])),
    ...(commands.length === 0 ? [] : [[], [['strong', say('commands-head')] as const], ...commands.map((command): Line => [command])]),
  ]
}

/** A heading for each object, a row for each rule; clusters in which a rule changes alike share a row. Nothing is cut: a plan is exact. */
function changeTable(plan: Planned, named: boolean, topology: RunStarted['topology'], say: ReturnType<typeof speaker>): readonly Line[] {
  const objects = objectLines(plan.changes, say)
  if (objects.length > 0) return [...objects, []]
  const edited = plan.changes.filter(({ edits }) => edits.length > 0)
  const clusters = new Set(edited.map(({ center }) => center)).size
  const head =
    edited.length === 0
      ? say('change-none')
      : say('changes-head', { edits: edited.reduce((sum, { edits }) => sum + edits.length, 0), objects: edited.length, clusters })
  const centers = namedCenters(topology, edited)
  const rows = [
    ...Map.groupBy(
      edited.flatMap((change) => change.edits.map((edit) => ({ change, edit, object: objectName(change) }))),
      ({ object, edit }) => JSON.stringify([object, edit]),
    ).values(),
  ]
    .flatMap((alike) => (alike[0] === undefined ? [] : [{ ...alike[0], in: alike.map(({ change }) => change.center) }]))
    .toSorted((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0))
  const columns = [{ title: '' }, { title: say('CLUSTER') }, ...centers.map((title) => ({ title, align: 'right' as const })), { title: '' }]
  const [titles, ...lines] = table(
    columns,
    rows.map(({ edit, in: where }) => [
      `  ${edit.where}`,
      ['name', where.join(', ')],
      ...centers.map((center) => beforeAfter(edit, center)),
      ['dim', notes(edit, say)],
    ]),
  )
  const headed = lines.flatMap((line, i): readonly Line[] =>
    rows[i]?.object === rows[i - 1]?.object ? [line] : [[rows[i]?.object ?? ''], line],
  )
  return [[named ? `${plan.step}: ${head}` : head], ...(titles === undefined || rows.length === 0 ? [] : [titles, ...headed]), []]
}

/** `--dry-run -o json`. */
export function planDocument({ started, plans, kubectl }: PlanInput): object {
  return {
    apiVersion: API_VERSION,
    kind: 'Plan',
    verb: started.verb,
    run: started.run,
    params: started.params,
    steps: plans.map(({ step, was, situation, changes, findings, deferred, load, census, deploy }) => ({
      step,
      was,
      situation,
      changes: changes.map((change) => ({
        id: change.id,
        effect: change.effect,
        center: change.center,
        object: change.object,
        edits: change.edits,
        ...(change.fields === undefined ? {} : { fields: change.fields }),
        patch: change.patch,
        kubectl: kubectl(change),
      })),
      findings,
      deferred,
      load,
      census,
      ...(deploy === undefined ? {} : { deploy }),
    })),
  }
}
