import type { Facts } from '../domain/finding.ts'
import type { CheckResult, JournalRecord } from '../domain/record.ts'
import type { Change } from '../domain/change.ts'
import type { Words } from '../domain/words.ts'
import type { Finding } from '../domain/finding.ts'

/** One change of state, as a line of a screen or of a report tells it. `label` and `reason` have words in `momentWords`, `says` in the files that gave them. */
export interface Moment {
  readonly at: string
  /** Since the run began. */
  readonly ms: number
  readonly step?: string
  readonly label: keyof typeof labelWords
  readonly reason?: keyof typeof momentWords
  readonly facts: Facts
  /** Findings and results of checks, in their own words. */
  readonly says: readonly (Finding | CheckResult)[]
  readonly title?: Readonly<Record<'en' | 'zh', string>>
  readonly tone: 'plain' | 'good' | 'bad' | 'warn'
  /** How long it took, ms. */
  readonly took?: number
}

interface Batch {
  readonly from: number
  readonly open: Map<string, Change>
  readonly centers: Map<string, { wanted: number; applied: number }>
  last: number
  at: string
  step: string
  /** Of Helm, not of routes. */
  readonly releases: boolean
}

/**
 * Turns records, one after the other, into moments; a step that ended well has said all in what went on inside it. Writes of one burst become one moment, when the last of them has its answer;
 * a write that was not simply applied is told at once. Samples and observations tell nothing here.
 */
export function createTimeline(): (record: JournalRecord) => readonly Moment[] {
  const changes = new Map<string, Change>()
  const titles = new Map<string, Moment['title']>()
  let batch: Batch | undefined
  let recovery: string | undefined
  let edits: Edits = { rules: 0, objects: 0, centers: 0, deferred: 0, releases: false }

  function settle(force: boolean): readonly Moment[] {
    if (batch === undefined || (batch.open.size > 0 && !force)) return []
    const done = batch
    batch = undefined
    const alike = Map.groupBy(done.centers, ([, { applied, wanted }]) => `${applied}/${wanted}`)
    const parts = [...alike].map(
      ([count, centers]) =>
        `${centers
          .map(([center]) => center)
          .toSorted()
          .join(', ')} ${count}`,
    )
    const whole = [...done.centers.values()].every(({ applied, wanted }) => applied === wanted)
    if ([...done.centers.values()].every(({ applied }) => applied === 0)) return []
    return [
      {
        at: done.at,
        ms: done.last,
        step: done.step,
        label: 'applied',
        reason: done.releases ? 'partsOfReleases' : 'objects',
        facts: { parts: parts.join(' · ') },
        says: [],
        tone: whole ? 'good' : 'warn',
        took: done.last - done.from,
      },
    ]
  }

  return (record): readonly Moment[] => {
    const base: Pick<Moment, 'at' | 'ms' | 'facts' | 'says'> = { at: record.at, ms: record.ms, facts: {}, says: [] }
    switch (record.type) {
      case 'intended': {
        changes.set(record.change.id, record.change)
        batch ??= {
          from: record.ms,
          open: new Map(),
          centers: new Map(),
          last: record.ms,
          at: record.at,
          step: record.step,
          releases: record.change.effect === 'release',
        }
        batch.open.set(record.change.id, record.change)
        const center = batch.centers.get(record.change.center) ?? { wanted: 0, applied: 0 }
        batch.centers.set(record.change.center, { ...center, wanted: center.wanted + 1 })
        return []
      }
      case 'written': {
        const change = changes.get(record.change)
        const arrived = record.outcome === 'applied' || record.settled === 'after'
        const center = batch?.centers.get(record.center)
        if (batch !== undefined && center !== undefined) {
          batch.open.delete(record.change)
          if (arrived) batch.centers.set(record.center, { ...center, applied: center.applied + 1 })
          batch.last = record.ms
          batch.at = record.at
        }
        if (record.outcome === 'applied') return []
        const object = change === undefined ? record.change : objectName(change)
        const facts = { center: record.center, object, detail: record.detail ?? '', settled: record.settled ?? 'unknown' }
        return [
          {
            ...base,
            step: record.step,
            label: record.outcome === 'unknown' ? 'uncertain' : record.outcome,
            reason: record.outcome === 'unknown' ? 'settled' : 'object',
            facts,
            tone: arrived ? 'plain' : 'warn',
          },
        ]
      }
      case 'planned':
        edits = {
          rules: new Set(record.changes.flatMap((change) => change.edits.map(({ where }) => `${objectName(change)} ${where}`))).size,
          objects: record.changes.filter(({ intent }) => intent.kind === 'object').length,
          centers: new Set(record.changes.map(({ center }) => center)).size,
          deferred: record.deferred.reduce((sum, { rules }) => sum + rules, 0),
          releases:
            record.deploy !== undefined || (record.changes.length > 0 && record.changes.every(({ effect }) => effect === 'release')),
        }
        return [
          ...settle(false),
          {
            ...base,
            step: record.step,
            label: 'planned',
            reason: editsReason(edits),
            facts: editsFacts(edits),
            says: record.findings,
            tone: record.findings.length > 0 ? 'warn' : 'plain',
          },
        ]
      case 'answered':
        return [...settle(false), { ...base, label: 'decided', reason: editsReason(edits), facts: editsFacts(edits), tone: 'plain' }]
      case 'step-started':
        titles.set(record.step, record.title)
        return [...settle(false), { ...base, step: record.step, label: 'step', title: record.title, tone: 'plain' }]
      case 'step-ended': {
        const title = titles.get(record.step)
        if (record.result === 'done') return settle(true)
        return [
          ...settle(true),
          {
            ...base,
            step: record.step,
            label: resultLabels[record.result],
            took: record.took,
            tone: record.result === 'skipped' ? 'plain' : 'bad',
            ...(title ? { title } : {}),
          },
        ]
      }
      case 'deferred':
        return [
          ...settle(false),
          ...record.deferred.map((one): Moment => ({
            ...base,
            step: record.step,
            label: 'deferred',
            reason: one.like === undefined ? 'duty' : 'dutyLike',
            facts: { center: one.center, rules: one.rules, like: one.like ?? '', why: one.why },
            tone: 'warn',
          })),
        ]
      case 'gated':
        return [
          ...settle(false),
          {
            ...base,
            step: record.step,
            label: gateLabels[record.verdict],
            says: record.checks,
            tone: record.verdict === 'yes' ? 'good' : record.verdict === 'no' ? 'bad' : 'warn',
          },
        ]
      case 'recovered': {
        // The same word said again after a later gate tells nothing new.
        const said = JSON.stringify(record.recovery)
        if (said === recovery) return settle(false)
        recovery = said
        return [
          ...settle(false),
          {
            ...base,
            label: record.recovery.recovered ? 'recovered' : 'not-recovered',
            reason: 'clients',
            facts: { through: record.recovery.through.join(', ') },
            tone: record.recovery.recovered ? 'good' : 'bad',
            ...(record.recovery.total === undefined ? {} : { took: record.recovery.total }),
          },
        ]
      }
      case 'witnessed': {
        const says = record.findings.filter(({ reason }) => reason !== 'witness-gap')
        const facts = { centers: record.centers.flatMap(({ center, verdict }) => (verdict === 'agree' ? [center] : [])).join(', ') }
        const good = record.verdict === 'agree'
        const tone = good ? 'good' : 'warn'
        return [
          ...settle(false),
          {
            ...base,
            facts,
            label: good ? 'held' : record.verdict === 'disagree' ? 'found' : 'cannot-tell',
            reason: `witness-${record.verdict}`,
            says,
            tone,
          },
        ]
      }
      case 'found':
        return [...settle(false), { ...base, step: record.step, label: 'found', says: record.findings, tone: 'warn' }]
      case 'signal':
        return [
          {
            ...base,
            label: 'signal',
            reason: record.then === 'restore' ? 'thenRestore' : 'thenStop',
            facts: { signal: record.signal },
            tone: 'warn',
          },
        ]
      case 'run-resumed':
        return [
          ...settle(true),
          {
            ...base,
            label: 'resumed',
            reason: 'takenUp',
            facts: { user: record.actor.user, host: record.actor.host, how: record.how },
            tone: 'plain',
          },
        ]
      case 'journal-recovered':
        return [{ ...base, label: 'resumed', reason: 'torn', facts: { cut: record.cut }, tone: 'warn' }]
      case 'run-ended':
        return settle(true)
      case 'run-started':
      case 'observed':
        return []
      default:
        return settle(false)
    }
  }
}

interface Edits {
  readonly rules: number
  /** Whole ones. */
  readonly objects: number
  readonly centers: number
  readonly deferred: number
  /** They are releases, and no rules. */
  readonly releases: boolean
}

function editsReason({ deferred, releases, objects }: Edits): 'releases' | 'edits' | 'editsDeferred' | 'wholeObjects' {
  return releases ? 'releases' : objects > 0 ? 'wholeObjects' : deferred > 0 ? 'editsDeferred' : 'edits'
}

function editsFacts({ rules, objects, centers, deferred }: Edits): Facts {
  return { rules, objects, centers, deferred }
}

const gateLabels = { yes: 'held', no: 'not-held', unknown: 'cannot-tell' } as const
const resultLabels = { no: 'not-held', unknown: 'cannot-tell', refused: 'refused', failed: 'failed', skipped: 'skipped' } as const

/** A pace's step ends in `@` and its per cent: what is told of it begins with that. */
export function paceOf({ step, label }: Pick<Moment, 'step' | 'label'>): readonly string[] {
  const share = /@(\d+)(?:-again)?$/.exec(step ?? '')?.[1]
  return share === undefined || label === 'planned' ? [] : [`${share} %`]
}

/** `HTTPRoute ai-system/chat`. */
export function objectName({ object }: Pick<Change, 'object'>): string {
  return `${object.kind} ${object.namespace}/${object.name}`
}

/** What stands before a moment, short enough for a column of 12. */
export const labelWords = {
  planned: { en: 'planned', zh: '已计划' },
  decided: { en: 'decided', zh: '已决策' },
  applied: { en: 'applied', zh: '已下发' },
  conflict: { en: 'conflict', zh: '冲突' },
  rejected: { en: 'rejected', zh: '被拒绝' },
  uncertain: { en: 'uncertain', zh: '结果未知' },
  deferred: { en: 'deferred', zh: '已推迟' },
  held: { en: 'held', zh: '成立' },
  'not-held': { en: 'not held', zh: '不成立' },
  'cannot-tell': { en: 'cannot tell', zh: '无法判断' },
  recovered: { en: 'recovered', zh: '已恢复' },
  'not-recovered': { en: 'not yet', zh: '未恢复' },
  found: { en: 'found', zh: '发现' },
  signal: { en: 'signal', zh: '信号' },
  resumed: { en: 'resumed', zh: '已接续' },
  step: { en: 'step', zh: '步骤' },
  refused: { en: 'refused', zh: '已拒绝' },
  failed: { en: 'failed', zh: '失败' },
  skipped: { en: 'skipped', zh: '已跳过' },
} as const satisfies Words

export const momentWords = {
  releases: { en: '{centers} releases', zh: '{centers} 个发布' },
  partsOfReleases: { en: '{parts} releases', zh: '{parts} 个发布' },
  objects: { en: '{parts} objects', zh: '{parts} 个对象' },
  object: { en: '{center} {object}: {detail}', zh: '{center} {object}：{detail}' },
  settled: {
    en: '{center} {object}: no certain answer, read back: {settled}',
    zh: '{center} {object}：未得到确定应答，回读结果：{settled}',
  },
  edits: { en: '{rules} rules in {centers} clusters', zh: '{centers} 个集群共 {rules} 条规则' },
  wholeObjects: { en: '{objects} objects in {centers} clusters', zh: '{centers} 个集群共 {objects} 个对象' },
  editsDeferred: {
    en: '{rules} rules in {centers} clusters, about {deferred} deferred',
    zh: '{centers} 个集群共 {rules} 条规则，推迟约 {deferred} 条',
  },
  duty: { en: "{center}'s cluster, about {rules} rules: {why}", zh: '{center} 集群，约 {rules} 条规则：{why}' },
  dutyLike: {
    en: "{center}'s cluster, about {rules} rules, as in {like}: {why}",
    zh: '{center} 集群，约 {rules} 条规则（参照 {like}）：{why}',
  },
  'witness-agree': { en: 'Prometheus agrees with the clients at {centers}', zh: 'Prometheus 与客户端一致：{centers}' },
  'witness-disagree': { en: 'the witnesses disagree', zh: '两个证人不一致' },
  'witness-cannot-compare': {
    en: 'Prometheus has nothing that can be held against the clients’ probes',
    zh: 'Prometheus 没有可与客户端探测比较的数据',
  },
  clients: { en: 'clients through {through}', zh: '经 {through} 的客户端' },
  thenRestore: { en: '{signal}: restoring', zh: '{signal}：正在恢复' },
  thenStop: { en: '{signal}: stopping where it is safe', zh: '{signal}：在安全处停止' },
  torn: { en: 'the journal ended in the middle of a record; {cut} bytes were cut off', zh: '日志在一条记录中间中断，已截去 {cut} 字节' },
  takenUp: { en: '{how} by {user}@{host}', zh: '由 {user}@{host} 执行 {how}' },
} as const satisfies Words
