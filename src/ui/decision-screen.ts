import type { Finding } from '../domain/finding.ts'
import { percent } from '../domain/percent.ts'
import type { CenterLoad, CenterSummary, Planned, RunStarted, SituationInForce } from '../domain/record.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Language } from '../domain/words.ts'
import { listed, seconds } from '../report/figures.ts'
import type { Phrasebook } from '../report/phrasebook.ts'
import { seenText, stateOf } from './center-state.ts'
import { changeSection } from './edits.ts'
import { type Line, lineWidth, padded, type Segment, withFigure } from './line.ts'
import { objectLines } from './object-changes.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'
import { type Say, speaker } from './words.ts'

export interface Decision {
  readonly started: RunStarted
  /** `lab, embedded API` where a lab's marker was seen. */
  readonly lab?: string
  readonly observed?: { readonly centers: readonly CenterSummary[]; readonly situation: SituationInForce; readonly ms: number }
  readonly planned?: Planned & { readonly ms: number }
}

export interface ScreenOptions {
  readonly language: Language
  readonly phrasebook: Phrasebook
  /** Columns; 80 when the stream is no terminal. */
  readonly width: number
}

/** Of 24 lines two belong to the question. */
const HEIGHT = 22
const LABEL = 10

/** Who does what to which centers, with the run's name at the right edge. */
export function titleLine({ started, lab }: Pick<Decision, 'started' | 'lab'>, { language, width }: ScreenOptions): Line {
  const say = speaker(language)
  const centers = centersOf(started)
  const regions = [...new Set(started.topology.centers.filter(({ name }) => centers.includes(name)).map(({ region }) => region))]
  const named = `${listed(centers, language)}${regions.length === 0 ? '' : ` (${regions.join(', ')})`}`
  const what = say(titleOf(started), {
    from: String(started.params['from'] ?? ''),
    centers: started.verb === 'drill' ? listed(centers, language) : named,
    of: started.of ?? '',
    runbook: started.runbook.name.replace(/^drill-/, ''),
  })
  const title: Segment = ['strong', lab === undefined ? what : `${what} · ${lab}`]
  const line = withFigure([title], ['dim', say('run', { run: started.run })], width)
  return lineWidth(line) <= width ? line : [title]
}

/** The word of a run's title. */
export function titleOf({ verb, runbook }: Pick<RunStarted, 'verb' | 'runbook'>): `title-${RunStarted['verb']}` | 'title-reconcile' {
  return runbook.name === 'reconcile' ? 'title-reconcile' : `title-${verb}`
}

/** The centers that a run's parameters name: a list, a comma list or a region, by whatever key. */
export function centersOf({ params, topology, runbook }: Pick<RunStarted, 'params' | 'topology' | 'runbook'>): readonly CenterName[] {
  const named = [params, ...(topology.deploy === undefined ? [] : runbook.steps.map((step) => ('with' in step ? step.with : {})))]
  const words = new Set(
    named
      .flatMap((one) => Object.entries(one).flatMap(([key, value]) => (key === 'from' ? [] : [value])))
      .flatMap((value) => (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [])),
  )
  return topology.centers.filter(({ name, region }) => words.has(name) || words.has(region)).map(({ name }) => name)
}

/** Everything that a person needs before she types the name, in at most 22 lines. Sections with many rows give up rows, and say how many. */
export function decisionScreen(decision: Decision, options: ScreenOptions): readonly Line[] {
  for (let rows = 8; rows > 1; rows--) {
    const lines = screenWith(decision, options, rows)
    if (lines.length <= HEIGHT) return lines
  }
  return screenWith(decision, options, 1).slice(0, HEIGHT)
}

function screenWith(decision: Decision, options: ScreenOptions, rows: number): readonly Line[] {
  const say = speaker(options.language)
  const { started, observed, planned } = decision
  const width = options.width - LABEL
  const sections: (readonly [Parameters<Say>[0], readonly Line[]])[] = []
  if (observed !== undefined) sections.push(['NOW', nowSection(decision, observed, options, rows, width)])
  if (planned !== undefined) {
    const objects = objectLines(planned.changes, say, rows, width)
    const moved = objects.length > 0 ? planned.next : planned.changes
    sections.push(['CHANGE', [...objects, ...(moved === undefined ? [] : changeSection(started.topology, moved, say, rows, width))]])
    const duties = planned.deferred.flatMap((one) => wrapped(say('deferred-duty', { center: one.center, rules: one.rules }), width))
    if (duties.length > 0) sections.push(['DEFERRED', limited(duties, rows, say)])
    sections.push(['COST', limited(costSection(planned.load, started.topology, options, width), rows, say)])
    sections.push(['GUARDS', guardSection(decision, options, rows, width)])
  }
  const entries = entriesNotMoved(decision)
  if (entries.length > 0)
    sections.push([
      'NOT MOVED',
      limited(
        entries.flatMap((center) => wrapped(entryText(started.topology, center, 'entry-screen', say, options.language), width)),
        rows,
        say,
      ),
    ])
  // A sync is not undone: it only brings a cluster to what is in force.
  if ((started.verb !== 'sync' || started.runbook.name === 'reconcile') && started.verb !== 'undo')
    sections.push(['UNDO', [[`tricenter undo ${started.run}`]]])
  sections.push(['TAKES', wrapped(takesText(started, say, options.language), width)])
  return [
    titleLine(decision, options),
    [],
    ...sections.flatMap(([label, lines]) => lines.map((line, i): Line => [['strong', padded(i === 0 ? say(label) : '', LABEL)], ...line])),
  ]
}

function nowSection(
  { started, planned }: Decision,
  observed: NonNullable<Decision['observed']>,
  { language }: ScreenOptions,
  rows: number,
  width: number,
): readonly Line[] {
  const say = speaker(language)
  const concerned = new Set([...(planned?.situation ?? []), ...centersOf(started), ...(planned?.load.map(({ center }) => center) ?? [])])
  const sorted = [...observed.centers].toSorted(
    (a, b) => Number(concerned.has(b.center)) - Number(concerned.has(a.center)) || place(started.topology, a) - place(started.topology, b),
  )
  const shown = sorted.slice(0, Math.max(rows, 3)).toSorted((a, b) => place(started.topology, a) - place(started.topology, b))
  const cells = shown.map((center): readonly Segment[] => {
    const { word, tone } = stateOf(center, observed.situation)
    return [
      ['name', center.center],
      [tone, say(word)],
      nowText(center, word === 'lost' || word === 'silent' || word === 'cannot-tell' || word === 'not-serving', say),
    ]
  })
  const lines = table([{}, {}, {}], cells, { width })
  const age = planned === undefined ? [] : ageOf(planned.ms - observed.ms, say, language)
  const more = sorted.length - shown.length
  return [
    ...lines.map((line, i) => (i === lines.length - 1 ? fitted(line, age, width) : line)),
    ...(more > 0 ? [[['dim', say('more', { count: more })] as const]] : []),
  ]
}

function ageOf(ms: number, say: Say, language: Language): Line {
  return [['dim', say('observed', { age: seconds(Math.max(0, Math.round(ms / 10) * 10), language) })]]
}

function fitted(line: Line, figure: Line, width: number): Line {
  const [segment] = figure
  return segment === undefined || lineWidth(line) + lineWidth(figure) + 2 > width ? line : withFigure(line, segment, width)
}

function place(topology: Topology, { center }: CenterSummary): number {
  return topology.centers.findIndex(({ name }) => name === center)
}

function nowText(center: CenterSummary, troubled: boolean, say: Say): string {
  const ready = center.ready === undefined ? say('ready-unknown') : say('ready', { ready: center.ready.ready, wanted: center.ready.wanted })
  const identity = center.identity === 'wrong' ? [say('wrong-cluster')] : []
  const answers = [say('API', { seen: seenText(center.api, say) }), say('gateway', { seen: seenText(center.gateway, say) })]
  if (troubled) return [...identity, ...answers, ...(center.ready === undefined && center.api.state !== 'ok' ? [] : [ready])].join(' · ')
  const apiFails = center.api.state === 'ok' ? [] : [answers[0] ?? '']
  const share = center.share === undefined ? [] : [say('share-of-all', { share: percent(center.share, 1, ' ') })]
  const capacity = center.capacity === undefined ? [] : [say('capacity', { capacity: center.capacity })]
  return [...identity, ...apiFails, ready, ...share, ...capacity].join(' · ')
}

function costSection(load: readonly CenterLoad[], topology: Topology, { language }: ScreenOptions, width: number): readonly Line[] {
  const say = speaker(language)
  if (load.length === 0) return [[say('load-unknown')]]
  return load.flatMap((one) => wrapped(loadText(one, topology, say, language), width))
}

/** What a center will carry, against what it can. */
export function loadText({ center, load, capacity, source, age }: CenterLoad, topology: Topology, say: Say, language: Language): string {
  const from = age === undefined ? say(source) : say('measured-ago', { age: seconds(Math.round(age / 1000) * 1000, language) })
  const facts = { center, load: Math.round(load), source: from }
  if (capacity === undefined || capacity === 0) return say('load', facts)
  const { margin } = topology.policy
  return say('load-capacity', { ...facts, capacity: Math.round(capacity), margin, part: percent((load * margin) / capacity, 0, ' ') })
}

/** The guards that had nothing to say on one line, then each finding in its own words, refusals first. */
function guardSection(decision: Decision, { language, phrasebook }: ScreenOptions, rows: number, width: number): readonly Line[] {
  const say = speaker(language)
  const fine = fineGuards(decision, say, language)
  const order = { refuse: 0, leave: 1, warn: 2 }
  const findings = [...(decision.planned?.findings ?? [])].toSorted((a, b) => order[a.effect] - order[b.effect])
  const said = findings.map((finding) => findingLines(finding, phrasebook, language, width, true))
  const head: readonly Line[] = fine.length === 0 ? [] : wrap(`ok ${fine.join(' · ok ')}`, width).map((text): Line => [['good', text]])
  const shown = said.slice(0, Math.max(1, rows - 1))
  const more = said.length - shown.length
  return [...head, ...shown.flat(), ...(more > 0 ? [[['dim', say('more', { count: more })] as const]] : [])]
}

/** Only guards whose figures are on the screen, or that speak for every rule of the plan, are said to be ok. */
function fineGuards({ observed, planned, started }: Decision, say: Say, language: Language): readonly string[] {
  if (planned === undefined || planned.changes.length === 0) return []
  const found = new Set(planned.findings.map(({ guard }) => guard))
  const fits = ({ load, capacity }: CenterLoad) => capacity !== undefined && load * started.topology.policy.margin <= capacity
  const gaining = new Set(
    planned.changes.flatMap(({ edits }) =>
      edits.flatMap(({ before, after }) => Object.keys(after).filter((name) => (after[name] ?? 0) > (before[name] ?? 0))),
    ),
  )
  const proved = (observed?.centers ?? [])
    .filter(({ center, serving }) => gaining.has(center) && serving.verdict === 'yes')
    .map(({ center }) => center)
  const touched = new Set(planned.changes.map(({ center }) => center))
  const known = (observed?.centers ?? []).filter(({ center }) => touched.has(center))
  return [
    ...(!found.has('identity') && known.length > 0 && known.every(({ identity }) => identity === 'ok') ? [say('guard-ok-identity')] : []),
    ...(!found.has('capacity') && planned.load.length > 0 && planned.load.every(fits) ? [say('guard-ok-capacity')] : []),
    ...(!found.has('survivor-not-serving') && proved.length > 0 && proved.length === gaining.size
      ? [say('guard-ok-serving', { centers: listed(proved, language) })]
      : []),
    ...(found.has('unresolved-route') ? [] : [say('guard-ok-resolved')]),
    ...(found.has('foreign-owner') || found.has('helm-owned') ? [] : [say('guard-ok-owners')]),
  ]
}

/** A finding in its own words, the guard before it, all lines but the first indented. `hard` cuts a name that is wider than a line. */
export function findingLines(
  finding: Finding,
  phrasebook: Phrasebook,
  language: Language,
  width: number,
  hard = false,
  lead = '',
): readonly Line[] {
  const say = speaker(language)
  const effect = finding.overridden === undefined ? say(`guard-${finding.effect}`) : `${say('guard-overridden')} "${finding.overridden}"`
  const head = finding.guard === undefined ? effect : `${finding.guard} ${effect}`
  const [first = '', ...rest] = phrasebook.lookup(finding.reason, finding.facts, language).split('\n')
  const tone = finding.effect === 'warn' ? 'warn' : 'bad'
  const lines = [
    ...wrap(`${head}${language === 'zh' ? '：' : ': '}${lead}${first}`, width - 2, hard),
    ...rest.flatMap((line) => wrap(line, width - 2, hard)),
  ]
  return lines.map((text, i): Line => (i === 0 ? [[tone, text]] : [`  ${text}`]))
}

/** Centers of the situation whose gateway answers nothing, and where clients enter: no weight moves those. */
export function entriesNotMoved({ observed, planned, started }: Decision): readonly CenterName[] {
  const leaving = new Set(started.verb === 'failover' ? (planned?.situation ?? []) : [])
  return (observed?.centers ?? [])
    .filter(({ center, gateway, entryShare }) => leaving.has(center) && gateway.state !== 'ok' && entryShare > 0)
    .map(({ center }) => center)
}

export function entryText(
  topology: Topology,
  center: CenterName,
  word: 'entry-screen' | 'entry-not-moved',
  say: Say,
  language: Language,
): string {
  const declared = topology.centers.find(({ name }) => name === center)
  const ttl =
    declared?.entryTtl === undefined ? '' : say(word === 'entry-screen' ? 'ttl' : 'dns-ttl', { ttl: seconds(declared.entryTtl, language) })
  return say(word, { center, share: `${declared?.entryShare ?? 0} %`, ttl })
}

function takesText({ topology, runbook, verb }: RunStarted, say: Say, language: Language): string {
  const { policy } = topology
  const paced = runbook.mode === 'change' && (verb === 'failback' || verb === 'rebalance')
  const each = policy.hold + 1000
  const most = policy.deadlines.read + policy.deadlines.write + policy.deadlines.prove
  if (paced)
    return say('takes-paced', {
      steps: policy.steps.length,
      each: seconds(each, language),
      longest: seconds(policy.steps.length * most, language),
    })
  return say('takes', { write: seconds(1000, language), prove: seconds(each, language), longest: seconds(most, language) })
}

function wrapped(text: string, width: number): readonly Line[] {
  return wrap(text, width).map((line): Line => [line])
}

function limited(lines: readonly Line[], rows: number, say: Say): readonly Line[] {
  return lines.length <= rows ? lines : [...lines.slice(0, rows - 1), [['dim', say('more', { count: lines.length - rows + 1 })]]]
}
