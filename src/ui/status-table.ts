import type { Language } from '../domain/words.ts'
import { latency, percent } from '../report/figures.ts'
import { seenText, seenTone } from './center-state.ts'
import type { Line, Segment } from './line.ts'
import type { CenterStatus, ConditionStatus, RuleCell, RuleStatus, StatusDocument } from './status.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'
import { type Say, speaker } from './words.ts'

export interface TableOptions {
  readonly language: Language
  /** Columns; undefined: as wide as it needs (a pipe is never cut). */
  readonly width?: number
}

/** The picture of the centers and of every managed rule, then what is wrong, then the situation, then what to do. */
export function statusTable(document: StatusDocument, { language, width }: TableOptions): readonly Line[] {
  const say = speaker(language)
  const fits = width === undefined ? {} : { width }
  const text = (line: string, tone?: 'bad' | 'warn'): readonly Line[] => (width === undefined ? [line] : wrap(line, width)).map((one): Line => [tone === undefined ? one : [tone, one]])
  const names = document.centers.map(({ center }) => center)
  return [
    ...text(say('status-head', { name: document.topology, regions: document.regions, centers: names.length, took: latency(document.took, language) })),
    [],
    ...table(
      [{ title: say('CENTER') }, { title: say('REGION') }, { title: say('ROLE') }, { title: say('API-title') }, { title: say('GATEWAY') }, { title: say('READY') }, { title: say('SHARE'), align: 'right' }, { title: say('ROUTES'), align: 'right' }, { title: say('DEFERRED-title') }],
      document.centers.map((center) => centerRow(center, say)),
      fits,
    ),
    [],
    ...(document.rules.length === 0 ? text(say('no-routes')) : ruleTable(document.rules, names, say, fits)),
    ...problems(document, say).flatMap((line) => text(line, 'bad')),
    ...text([sameText(document, say), situationText(document, say)].filter((one) => one !== '').join(language === 'zh' ? '' : ' ')),
    ...document.next.toReversed().map((command): Line => [say('next', { command: '' }), ['strong', command]]),
  ]
}

function centerRow(center: CenterStatus, say: Say): readonly Segment[] {
  const wrong = center.identity === 'wrong'
  const { ready } = center
  return [
    ['name', center.center],
    center.region,
    say(center.role),
    wrong ? ['bad', say('wrong-cluster')] : [seenTone(center.api), seenText(center.api, say)],
    [seenTone(center.gateway), seenText(center.gateway, say)],
    ready === undefined ? ['warn', say('unknown')] : [ready.ready < ready.wanted ? 'warn' : 'good', `${ready.ready}/${ready.wanted}`],
    center.share === undefined ? ['warn', say('unknown')] : percent(center.share),
    center.routes === undefined ? ['warn', say('unknown')] : String(center.routes),
    center.deferred ? ['warn', say('yes')] : '-',
  ]
}

/** One line for a rule that all clusters hold alike; else one line per cluster, with the reason where it could not be read. */
function ruleTable(rules: readonly RuleStatus[], names: readonly string[], say: Say, fits: { readonly width?: number }): readonly Line[] {
  const services = new Set(rules.map(({ service }) => service))
  const rows = rules.flatMap((rule, i): (readonly Segment[])[] => {
    const route = rules[i - 1]?.route === rule.route ? '' : rule.route
    const label = services.size > 1 ? `${rule.rule} (${rule.service})` : rule.rule
    const cells = Object.entries(rule.clusters)
    const [, any] = cells.find(([, { state }]) => state === 'present') ?? []
    if (rule.same && any !== undefined) return [[route, label, '', ...weightCells(any, names, say, false)]]
    return cells.map(([cluster, cell], at) => [at === 0 ? route : '', at === 0 ? label : '', cluster, ...weightCells(cell, names, say, true)])
  })
  return table([{ title: say('ROUTE') }, { title: say('RULE') }, { title: rules.every(({ same }) => same) ? '' : say('CLUSTER') }, ...names.map((title) => ({ title, align: 'right' as const })), { title: '' }], rows, { gap: 2, ...fits })
}

function weightCells(cell: RuleCell, names: readonly string[], say: Say, differs: boolean): readonly Segment[] {
  if (cell.state !== 'present') return [...names.map(() => '-'), ['warn', cell.state === 'absent' ? say('absent') : cell.why]]
  const notes = cell.unmanaged > 0 ? say('unmanaged', { unmanaged: cell.unmanaged }) : ''
  return [...names.map((name): Segment => (cell.weights[name] === undefined ? '-' : differs ? ['warn', String(cell.weights[name])] : String(cell.weights[name]))), ['dim', notes]]
}

function problems(document: StatusDocument, say: Say): readonly string[] {
  return [
    ...new Set(document.conditions.map((one) => conditionText(one, say))),
    ...document.marks.map(({ cluster, route, state }) => say(`${state}-mark`, { cluster, route })),
    ...document.faults.map(({ run, center, workload, desired, replicas, abandoned }) => say(abandoned ? 'drill-abandoned' : 'drill-running', { run, center, workload, desired, replicas })),
  ]
}

function conditionText({ cluster, route, condition, state, status, reason, generation, observedGeneration }: ConditionStatus, say: Say): string {
  if (state === 'unreported') return say('unreported', { cluster, route })
  if (state === 'stale') return say('stale-report', { cluster, route, seen: observedGeneration ?? 0, live: generation })
  const generations = observedGeneration === undefined ? '' : say('generations', { live: generation, seen: observedGeneration })
  return say('condition', { cluster, route, condition, status: status ?? '', reason: reason ?? '', generation: generations })
}

function sameText({ rules, centers }: StatusDocument, say: Say): string {
  if (rules.length === 0) return ''
  const differing = rules.filter(({ same }) => !same).length
  if (differing > 0) return say('differ-in', { count: differing })
  const read = centers.filter(({ center }) => rules.every(({ clusters }) => clusters[center]?.state === 'present' || clusters[center]?.state === 'absent')).length
  return read === centers.length ? say('same-in', { count: read }) : say('same-in-read', { count: read, read, all: centers.length })
}

function situationText({ situation, centers }: StatusDocument, say: Say): string {
  const { out, seq, run, verb, progress, going, split, behind, unread } = situation
  const space = say('normal').endsWith('。') ? '' : ' '
  if (centers.length > 0 && unread.length === centers.length) return say('situation-unknown')
  const facts = { run: run ?? '', verb: verb ?? '', progress: `${progress ?? 0} %` }
  const inForce = run === undefined ? say('no-run') : progress === undefined ? say('in-force', facts) : say(going ? 'in-progress' : 'progress-left', facts)
  return [
    split ? say('situation-split', { seq }) : out.length === 0 ? say('normal') : say('situation-out', { out: out.join(', ') }),
    inForce,
    ...(behind.length > 0 ? [say('behind', { list: behind.join(', ') })] : []),
    ...(unread.length > 0 ? [say('not-read', { list: unread.join(', ') })] : []),
  ].join(space)
}
