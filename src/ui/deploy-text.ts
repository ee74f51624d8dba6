import type { DeployView, FoldedChange, ReleaseView } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Language } from '../domain/words.ts'
import { seconds } from '../report/figures.ts'
import { foldFindings } from './fold-findings.ts'
import { cut, type Line, type Segment } from './line.ts'
import { findingLines, type ScreenOptions } from './decision-screen.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'
import type { Say } from './words.ts'

/** The chart, and a row for each release, side by side: what is there, for how long, and what becomes of it. */
export function releaseTable({ releases, recover }: DeployView, say: Say, language: Language, width: number): readonly Line[] {
  const names = new Set(releases.map(({ name, namespace }) => `${namespace}/${name}`))
  const [name = ''] = names
  const rows = releases.map((one): readonly Segment[] => [
    ['dim', String(one.wave)],
    ['name', one.center],
    names.size === 1 ? '' : one.name,
    nowSegment(one, say),
    ['dim', one.now === undefined || one.age === undefined ? '' : ageText(one.age, say, language)],
    thenSegment(one, recover, say),
  ])
  const titles = ['WAVE', 'CENTER', 'RELEASE', 'IS', 'AGE', 'BECOMES'] as const
  const charts = [...new Set(releases.map(({ chart }) => chart))].filter((chart) => chart !== '').join(', ')
  return [
    [names.size === 1 ? say('chart-as', { chart: charts, name }) : charts],
    ...table(
      titles.map((title) => ({ title: title === 'RELEASE' && names.size === 1 ? '' : say(title) })),
      rows,
      { width },
    ),
  ]
}

function nowSegment({ now, chart, unread }: ReleaseView, say: Say): Segment {
  if (unread !== undefined) return ['bad', say('release-not-read')]
  if (now === undefined) return ['dim', say('not-installed')]
  const text = `${now.revision} ${now.status}${now.chart === chart || now.status !== 'deployed' ? '' : ` ${now.chart}`}`
  return now.status === 'deployed' ? text : ['bad', text]
}

/** Whole units: minutes up to two hours, then hours, then days. */
function ageText(age: number, say: Say, language: Language): string {
  if (age < 120_000) return seconds(Math.round(age / 1000) * 1000, language)
  const minutes = Math.round(age / 60_000)
  if (minutes < 120) return say('age-minutes', { count: minutes })
  return minutes < 2880 ? say('age-hours', { count: Math.round(minutes / 60) }) : say('age-days', { count: Math.round(minutes / 1440) })
}

function thenSegment({ does, to = 0, now, recovery, kept, unread, live }: ReleaseView, recover: boolean, say: Say): Segment {
  if (unread !== undefined) return ''
  const then =
    does === 'rollback'
      ? say('recover-rollback', { revision: to })
      : say(does === 'nothing' ? 'stays' : does === 'install' ? 'installs' : 'upgrades')
  const text = [then, ...(kept.length === 0 ? [] : [say('keeps-weights')]), ...(live === undefined ? [] : [say(`live-${live}`)])].join(', ')
  if (recovery === undefined && live !== undefined) return ['warn', text]
  if (recovery === undefined || now?.status === 'failed') return text
  const fit = recovery.kind === 'rollback' ? say('recover-rollback', { revision: recovery.revision }) : say(`recover-${recovery.kind}`)
  const mends = recovery.kind === 'rollback' || recovery.kind === 'uninstall'
  return recover && mends ? ['warn', say('recovers-first', { fit, next: text })] : ['bad', say('must-recover', { fit })]
}

/** What each unfinished revision would have changed of what is deployed; those that are alike in several centers once. */
export function pendingLines({ releases }: DeployView, say: Say, rows: number, width: number): readonly Line[] {
  const stuck = releases.filter(({ pending }) => pending !== undefined)
  const groups = Map.groupBy(stuck, ({ pending, deployed, now }) => JSON.stringify([pending, now?.status, deployed === undefined]))
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike
    if (first === undefined) return []
    const centers = alike.map(({ center, now }) => `${center} ${now?.revision ?? ''}`.trim())
    const head = say(first.deployed === undefined ? 'pending-first' : 'pending-head', {
      centers: centers.join(', '),
      status: first.now?.status ?? '',
      count: first.pending?.length ?? 0,
    })
    const changes = (first.pending ?? []).map((one): FoldedChange => ({
      ...one,
      centers: [],
      leaves: one.leaves.map((leaf) => ({ ...leaf, centers: [] })),
    }))
    return [...wrap(head, width).map((text): Line => [text]), ...changeLines(changes, [], say, rows, width)]
  })
}

/** An object a line, a value a line below it, each with the centers where they are not all; at most `rows` lines, of which the last says how many are left. */
export function changeLines(
  changes: readonly FoldedChange[],
  all: readonly CenterName[],
  say: Say,
  rows: number,
  width: number,
): readonly Line[] {
  const lines = changes.flatMap((change): readonly Line[] => {
    const where = inCenters(change.centers, all)
    const tone = change.kind === 'removed' ? 'bad' : change.kind === 'added' ? 'good' : 'name'
    const head: Line = ['  ', [tone, say(`object-${change.kind}`)], ' ', cut(`${change.object}${where}`, width - 12)]
    const leaves = change.leaves.map((leaf): Line => {
      const place = inCenters(leaf.centers, change.centers)
      const hand = leaf.byHand === true ? `  (${say('by-hand')})` : ''
      const text = `${leaf.pointer}${place}  ${valueText(leaf, 'before', say)} → ${valueText(leaf, 'after', say)}${hand}`
      return [`    ${cut(text, width - 4)}`]
    })
    return [head, ...leaves]
  })
  if (lines.length <= rows) return lines
  const left = changes.length
  return [...lines.slice(0, rows - 1), [['dim', `  ${say('objects-in-all', { count: left })}`]]]
}

function inCenters(centers: readonly CenterName[], all: readonly CenterName[]): string {
  return centers.length === 0 || centers.length === all.length ? '' : ` (${centers.join(', ')})`
}

function valueText(leaf: { readonly before?: unknown; readonly after?: unknown }, side: 'before' | 'after', say: Say): string {
  const value = leaf[side]
  if (value === undefined) return say('no-value')
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : JSON.stringify(value)
}

const VALUES: ReadonlySet<string> = new Set([
  'value-not-read',
  'values-not-read',
  'value-behind-condition',
  'values-equal-default',
  'values-not-examined',
])

export function isValueFinding({ reason }: Finding): boolean {
  return VALUES.has(reason)
}

/** Findings of a deploy, the same in several centers once, refusals first. */
export function foldedFindingLines(
  findings: readonly Finding[],
  all: readonly CenterName[],
  { phrasebook, language, width }: ScreenOptions,
): readonly (readonly Line[])[] {
  const order = { refuse: 0, leave: 1, warn: 2 }
  return foldFindings(findings, all)
    .toSorted((a, b) => order[a.effect] - order[b.effect])
    .map((finding) => findingLines(finding, phrasebook, language, width, false, finding.lead))
}

/** Each answer about the given values in its own words, as a list. */
export function valuesLines(
  findings: readonly Finding[],
  all: readonly CenterName[],
  { phrasebook, language, width }: ScreenOptions,
): readonly Line[] {
  return foldFindings(findings.filter(isValueFinding), all).flatMap(({ reason, facts, lead }) =>
    wrap(`${lead}${phrasebook.lookup(reason, facts, language)}`, width - 4).map((text, i): Line => [i === 0 ? `  ${text}` : `    ${text}`]),
  )
}

/** How many given keys have no effect, where it is the same in all centers, else in the worst of them; undefined: none. */
export function valuesLine(findings: readonly Finding[], say: Say): string | undefined {
  const dead = findings.filter((one) => DEAD.has(one.reason))
  const counts = [...Map.groupBy(dead, ({ where }) => where.center ?? '').values()].map((own) => ({
    count: own.reduce((sum, { facts }) => sum + Number(facts['count'] ?? 1), 0),
    of: Number(own[0]?.facts['of'] ?? 0),
  }))
  const [worst] = counts.toSorted((a, b) => b.count - a.count)
  return worst === undefined ? undefined : say('values-dead', worst)
}

const DEAD: ReadonlySet<string> = new Set(['value-not-read', 'values-not-read', 'value-behind-condition'])
