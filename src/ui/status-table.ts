import { percent } from '../domain/percent.ts'
import type { Seen } from '../domain/record.ts'
import type { Language } from '../domain/words.ts'
import { latency } from '../report/figures.ts'
import { seenText, seenTone } from './center-state.ts'
import { type Line, type Segment, widthOf } from './line.ts'
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
  const text = (line: string, tone?: 'bad' | 'warn'): readonly Line[] =>
    (width === undefined ? [line] : wrap(line, width)).map((one): Line => [tone === undefined ? one : [tone, one]])
  const names = document.centers.map(({ center }) => center)
  return [
    ...text(
      say('status-head', {
        name: document.topology,
        regions: document.regions,
        centers: names.length,
        took: latency(document.took, language),
      }),
    ),
    [],
    ...table(
      [
        { title: say('CENTER') },
        { title: say('REGION') },
        { title: say('ROLE') },
        { title: say('API-title') },
        { title: say('GATEWAY') },
        { title: say('READY') },
        { title: say('SHARE'), align: 'right' },
        { title: say('ROUTES'), align: 'right' },
        { title: say('DEFERRED-title') },
      ],
      document.centers.map((center) => centerRow(center, say)),
      fits,
    ),
    ...document.centers.flatMap((center) => unseenText(center, say)).flatMap((line) => text(line, 'bad')),
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
    wrong ? ['bad', say('wrong-cluster')] : [seenTone(center.api), shortSeen(center.api, say)],
    [seenTone(center.gateway), shortSeen(center.gateway, say)],
    ready === undefined ? ['warn', '?'] : [ready.ready < ready.wanted ? 'warn' : 'good', `${ready.ready}/${ready.wanted}`],
    center.share === undefined ? ['warn', '?'] : percent(center.share),
    center.routes === undefined ? ['warn', '?'] : String(center.routes),
    center.deferred ? ['warn', say('yes')] : '-',
  ]
}

/** Reasons up to this width stand in their cell, longer ones in a line of their own. */
const CELL = 14

function shortSeen(seen: Seen, say: Say): string {
  const text = seenText(seen, say)
  return widthOf(text) <= CELL ? text : say(seen.state)
}

function unseenText({ center, api, gateway, identity, workloadsUnread }: CenterStatus, say: Say): readonly string[] {
  const long = (seen: Seen, word: 'API' | 'gateway') =>
    widthOf(seenText(seen, say)) > CELL ? [say(word, { seen: seenText(seen, say) })] : []
  const unproved = identity === 'unknown' && api.state === 'ok' ? [say('identity-unread')] : []
  const unready = workloadsUnread === undefined ? [] : [say('workloads-unread', { why: say(workloadsUnread as 'forbidden') })]
  const parts = [...long(api, 'API'), ...long(gateway, 'gateway'), ...unproved, ...unready]
  return parts.length === 0 ? [] : [`${center}: ${parts.join(' · ')}`]
}

/** One line for a rule that all clusters hold alike; else one line below it per cluster, with the reason where it could not be read. */
function ruleTable(rules: readonly RuleStatus[], names: readonly string[], say: Say, fits: { readonly width?: number }): readonly Line[] {
  const services = new Set(rules.map(({ service }) => service))
  const rows = rules.flatMap((rule, i): (readonly Segment[])[] => {
    const route = rules[i - 1]?.route === rule.route ? '' : rule.route
    const label = services.size > 1 ? `${rule.rule} (${rule.service})` : rule.rule
    const cells = Object.entries(rule.clusters)
    const [, any] = cells.find(([, { state }]) => state === 'present') ?? []
    if (rule.same && any !== undefined) return [[route, label, ...weightCells(any, names, say)]]
    return [
      [route, label],
      ...cells.map(([cluster, cell]) => ['', clusterLabel(cluster, cell, say), ...weightCells(cell, names, say, 'warn')]),
    ]
  })
  const weights = names.map((title, i) => ({ title, align: 'right' as const, ...(i === 0 ? {} : { gap: 1 }) }))
  return table([{ title: say('ROUTE') }, { title: say('RULE') }, ...weights, { title: '' }], rows, fits)
}

function clusterLabel(cluster: string, cell: RuleCell, say: Say): Segment {
  const where = `  ${say('in-cluster', { cluster })}`
  if (cell.state === 'present') return where
  const why = cell.state !== 'absent' && cell.why !== '' && widthOf(cell.why) <= CELL ? cell.why : say(cell.state)
  return ['warn', `${where}: ${why}`]
}

function weightCells(cell: RuleCell, names: readonly string[], say: Say, tone?: 'warn'): readonly Segment[] {
  if (cell.state !== 'present') return names.map(() => '-')
  const shown = names.map((name): Segment => {
    const weight = cell.weights[name]
    return weight === undefined ? '-' : tone === undefined ? String(weight) : [tone, String(weight)]
  })
  return [...shown, ['dim', cell.unmanaged > 0 ? say('unmanaged', { unmanaged: cell.unmanaged }) : '']]
}

function problems(document: StatusDocument, say: Say): readonly string[] {
  return [
    ...new Set(document.conditions.map((one) => conditionText(one, say))),
    ...document.marks.map(({ cluster, route, state }) => say(`${state}-mark`, { cluster, route })),
    ...document.faults.map(({ run, center, workload, desired, replicas, abandoned }) =>
      say(abandoned ? 'drill-abandoned' : 'drill-running', { run, center, workload, desired, replicas }),
    ),
  ]
}

function conditionText(
  { cluster, route, condition, state, status, reason, generation, observedGeneration }: ConditionStatus,
  say: Say,
): string {
  if (state === 'unreported') return say('unreported', { cluster, route })
  if (state === 'stale') return say('stale-report', { cluster, route, seen: observedGeneration ?? 0, live: generation })
  const generations = observedGeneration === undefined ? '' : say('generations', { live: generation, seen: observedGeneration })
  return say('condition', { cluster, route, condition, status: status ?? '', reason: reason ?? '', generation: generations })
}

function sameText({ rules, centers }: StatusDocument, say: Say): string {
  if (rules.length === 0) return ''
  const differing = rules.filter(({ same }) => !same).length
  if (differing > 0) return say('differ-in', { count: differing })
  const read = centers.filter(({ center }) =>
    rules.every(({ clusters }) => clusters[center]?.state === 'present' || clusters[center]?.state === 'absent'),
  ).length
  return read === centers.length ? say('same-in', { count: read }) : say('same-in-read', { count: read, read, all: centers.length })
}

function situationText({ situation, centers, unread }: StatusDocument, say: Say): string {
  const { out, seq, run, verb, progress, going, split, behind } = situation
  const space = say('normal').endsWith('。') ? '' : ' '
  if (centers.length > 0 && unread.length === centers.length) return say('situation-unknown')
  const facts = { run: run ?? '', verb: verb ?? '', progress: `${progress ?? 0} %` }
  const inForce =
    run === undefined
      ? say('no-run')
      : progress === undefined
        ? say('in-force', facts)
        : say(going ? 'in-progress' : 'progress-left', facts)
  return [
    split ? say('situation-split', { seq }) : out.length === 0 ? say('normal') : say('situation-out', { out: out.join(', ') }),
    inForce,
    ...(behind.length > 0 ? [say('behind', { list: behind.join(', ') })] : []),
    ...(unread.length > 0
      ? [
          say('not-read', {
            list: unread.map(({ cluster, state, why }) => `${cluster} (${why === '' ? say(state as 'absent') : why})`).join(', '),
          }),
        ]
      : []),
  ].join(space)
}
