import { canonical } from '../domain/canonical.ts'
import type { AnyObject, Column, ComparedKind, ObjectDiff } from '../domain/compare.ts'
import { contentOf } from '../domain/object-content.ts'
import { NO_OBJECTS, wantName, type FieldEdit, type ObjectWant, type ObjectWork } from '../domain/object-want.ts'
import { inOrder, type CenterName, type Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { list, record, text } from '../gateways/strange.ts'
import { ownersOf } from '../gateways/owners.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { compare, schemaFor, type ColumnObjects, type KindInput } from './compare.ts'
import { diffDocument } from './document.ts'
import { keepWeights } from './kept-weights.ts'
import type { ParseEmbedded } from './tree.ts'
import { versionOf } from './version-check.ts'
import { desiredVersion, isEnabled, versionVerdict, withRows, type DesiredRow, type VersionVerdict } from './version-table.ts'
import { wantedObject } from './wanted.ts'

export interface ReconcileInput {
  readonly topology: Topology
  /** Every kind as the source and the targets have it; a source that takes no part in a kind says nothing of it. */
  readonly kinds: readonly KindInput[]
  readonly source: Column
  readonly targets: readonly CenterName[]
  readonly embedded?: ParseEmbedded
  readonly now: number
  /** Centers out of traffic by the situation in force. */
  readonly out: readonly CenterName[]
  /** The source's weights are those of the situation in force. */
  readonly sourceInForce: boolean
  readonly rows?: readonly DesiredRow[]
  /** Objects that a person named; the shares of what would be removed are counted over all. */
  readonly only?: (want: Pick<ObjectWant, 'served' | 'namespace' | 'name'>) => boolean
}

/**
 * What it takes to make the targets what the source is: pure, no flag in it. Values that are meant to differ stay, weights of managed rules come from the situation in
 * force, marks are never copied. A source that is empty or was not read whole says nothing at all, for silence is no wish.
 */
export function reconcile(input: ReconcileInput): ObjectWork {
  const { source } = input
  const kinds = input.kinds.map((one) => withSource(one, input))
  const parts = kinds.map(({ kind }) => kind.columns.get(source.name))
  const broken = parts.find((seen) => seen !== undefined && seen.state !== 'present' && seen.state !== 'kind-missing')
  if (broken !== undefined && broken.state !== 'present')
    return { ...NO_OBJECTS, source: { reason: 'source-unread', name: source.name, why: broken.why ?? broken.state } }
  if (!parts.some((seen) => seen?.state === 'present' && seen.objects.length > 0))
    return { ...NO_OBJECTS, source: { reason: 'source-empty', name: source.name, why: '' } }
  const works = inOrder(input.topology, input.targets).flatMap((center) => kinds.map((one) => oneKind(one, center, input)))
  return {
    wants: works.flatMap(({ wants }) => wants).toSorted(byRank),
    counts: works.flatMap(({ counts }) => counts),
    notes: works.flatMap(({ notes }) => notes),
    unread: [...new Set(works.flatMap(({ unread }) => unread))],
  }
}

/** Secrets by number: it shows that two differ, and nothing else of them. */
function numbered(): (secret: string) => string {
  const known = new Map<string, number>()
  return (secret) => {
    const number = known.get(secret) ?? known.size + 1
    known.set(secret, number)
    return `secret-${number}`
  }
}

interface Prepared {
  readonly kind: KindInput
  /** Places, `namespace/name`, of rows without an object. */
  readonly bare: ReadonlySet<string>
  /** Places that the desired side has switched off. */
  readonly disabled: ReadonlySet<string>
}

/** The source's column with what rows say, and without the objects that it has switched off: they shall not be there. */
function withSource(kind: KindInput, { source, rows = [] }: ReconcileInput): Prepared {
  const seen = kind.columns.get(source.name)
  const fed = rows.some((row) => row.kind === kind.kind.kind)
  if (source.source !== 'desired' || (seen === undefined && !fed)) return { kind, bare: new Set(), disabled: new Set() }
  const { objects, bare } = withRows(seen?.state === 'present' ? seen.objects : [], rows, kind.kind)
  const off = objects.filter((object) => !isEnabled(object))
  const column: ColumnObjects = { ...(seen?.state === 'present' ? seen : {}), state: 'present', objects: objects.filter(isEnabled) }
  return {
    kind: { ...kind, columns: new Map([...kind.columns, [source.name, column]]) },
    bare,
    disabled: new Set(off.map((object) => placeOf(object, kind.kind))),
  }
}

function oneKind({ kind, bare, disabled }: Prepared, center: CenterName, input: ReconcileInput): ObjectWork {
  const { source, topology } = input
  const { intents = [], aliases = {} } = topology.compare ?? {}
  const from = kind.columns.get(source.name)
  const there = kind.columns.get(center)
  if (from?.state !== 'present' || there === undefined) return NO_OBJECTS
  const label = kind.kind.kind
  if (there.state === 'kind-missing')
    return from.objects.length === 0 ? NO_OBJECTS : { ...NO_OBJECTS, notes: [{ reason: 'kind-not-served', center, object: label }] }
  if (there.state !== 'present') return { ...NO_OBJECTS, unread: [center] }
  const role = topology.centers.find(({ name }) => name === center)?.role ?? 'active'
  const comparison = compare({
    columns: [source, { name: center, source: 'live', center, role }],
    kinds: [{ kind: kind.kind, columns: new Map([...kind.columns].filter(([name]) => name === source.name || name === center)) }],
    intents,
    aliases,
    now: input.now,
    ...(input.embedded === undefined ? {} : { embedded: input.embedded }),
  })
  const told = diffDocument(comparison, { topology: topology.name, took: 0, fingerprint: numbered() }).objects
  const wants: ObjectWant[] = []
  const notes: ObjectWork['notes'][number][] = []
  comparison.objects.forEach((diff, i) => {
    if (diff.verdict !== 'drift' && diff.verdict !== 'odd-one-out') return
    const fields = (told[i]?.leaves ?? []).flatMap((leaf): readonly FieldEdit[] =>
      leaf.verdict === 'equal' || leaf.verdict === 'intended' || leaf.kind === 'object'
        ? []
        : [{ path: leaf.path, before: cellText(leaf.cells[center]), after: cellText(leaf.cells[source.name]) }],
    )
    const found = oneObject(diff, kind, center, input, { bare, disabled })
    if (found === undefined) return
    const { verdict, live, want, reason, failedWrite } = found
    const metadata = record((live ?? want)?.['metadata'])
    const one = {
      center,
      served: kind.kind,
      ...(diff.identity.namespace === undefined ? {} : { namespace: diff.identity.namespace }),
      name: text(metadata['name']) ?? diff.identity.name,
    }
    if (input.only !== undefined && !input.only(one)) return
    if (reason !== undefined) return void notes.push({ reason, center, object: wantName(one) })
    wants.push({
      ...one,
      served: servedOf(kind.kind),
      verdict,
      owners: live === undefined ? [] : ownersOf(live as KubeObject),
      fields: verdict === 'update' ? fields : [],
      ...(live === undefined ? {} : { live }),
      ...(want === undefined ? {} : { want }),
      ...(failedWrite === undefined ? {} : { failedWrite }),
    })
  })
  return { wants, counts: [{ center, kind: label, live: there.objects.length }], notes, unread: [] }
}

interface Verdict {
  readonly verdict: ObjectWant['verdict']
  readonly live?: AnyObject
  readonly want?: AnyObject
  /** It is left as it is. */
  readonly reason?: string
  readonly failedWrite?: true
}

/** Undefined: nothing is to be done with it, and nothing to be said. */
function oneObject(
  diff: ObjectDiff,
  kind: KindInput,
  center: CenterName,
  input: ReconcileInput,
  { bare, disabled }: Omit<Prepared, 'kind'>,
): Verdict | undefined {
  const { source, topology } = input
  const { intents = [], aliases = {} } = topology.compare ?? {}
  const [from, there] = [diff.cells[source.name], diff.cells[center]]
  const given = from !== undefined && 'object' in from ? from.object : undefined
  const live = there !== undefined && 'object' in there ? there.object : undefined
  const either = given ?? live
  if (either === undefined) return undefined
  const place = placeOf(either, kind.kind)
  const own = live === undefined ? {} : { live }
  const isDisabled = disabled.has(place)
  const byVersion = kind.kind.check.by === 'version'
  const wished =
    given !== undefined ? desiredVersion(given, kind.kind.check) : isDisabled ? { version: undefined, enabled: false } : undefined
  const { verdict, failedWrite }: VersionVerdict = byVersion
    ? versionVerdict({
        ...(wished === undefined ? {} : { desired: wished }),
        ...(live === undefined ? {} : { live: { version: versionOf(live, kind.kind.check) } }),
      })
    : { verdict: given === undefined ? 'remove' : live === undefined ? 'create' : 'update' }
  if (verdict === 'nothing') return undefined
  if (isOwned(verdict === 'create' ? given : live)) return { verdict, reason: 'owned-object' }
  if (from?.state === 'terminating' || there?.state === 'terminating') return { verdict, ...own, reason: 'terminating-object' }
  if (verdict === 'remove') return live === undefined ? undefined : { verdict, live }
  if (given === undefined) return undefined
  if (bare.has(place)) return { verdict, ...own, reason: 'no-content' }
  const schema = schemaFor(kind, { name: center })
  const wanted = wantedObject({
    diff,
    kind: kind.kind,
    source: { name: source.name, object: given, ...(source.center === undefined ? {} : { center: source.center }) },
    target: { center, ...own },
    schema,
    intents,
    aliases,
  })
  if (wanted === undefined) return { verdict, ...own, reason: 'cannot-merge' }
  const want = keepWeights(wanted, live, { topology, center, out: input.out, sourceInForce: input.sourceInForce })
  if (want === undefined) return { verdict, ...own, reason: 'no-weight' }
  if (live !== undefined && canonical(contentOf(live)) === canonical(contentOf(want))) return undefined
  return { verdict, ...own, want, ...(failedWrite === undefined ? {} : { failedWrite }) }
}

/** Made by a controller from another object: whoever makes that one makes this one. */
function isOwned(object: AnyObject | undefined): boolean {
  return list(record(object?.['metadata'])['ownerReferences']).some((owner) => record(owner)['controller'] === true)
}

function placeOf(object: AnyObject, { namespaced }: ComparedKind): string {
  const { namespace, name } = record(object['metadata'])
  return `${namespaced ? String(namespace ?? 'default') : ''}/${String(name)}`
}

function cellText(cell: { readonly state: string; readonly value?: unknown } | undefined): string {
  if (cell?.state !== 'value') return '-'
  const said = typeof cell.value === 'string' ? cell.value : canonical(cell.value)
  return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said
}
const LONGEST = 60

function servedOf({ group, version, plural, kind, namespaced }: ComparedKind): ObjectWant['served'] {
  return { group, version, plural, kind, namespaced }
}

/** What others stand on comes first, and goes last. */
const RANKS = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'Service',
  'Deployment',
  'StatefulSet',
  'GatewayClass',
  'Gateway',
]

function byRank(a: ObjectWant, b: ObjectWant): number {
  const rank = ({ served: { kind } }: ObjectWant): number => (RANKS.includes(kind) ? RANKS.indexOf(kind) : RANKS.length)
  if ((a.verdict === 'remove') !== (b.verdict === 'remove')) return a.verdict === 'remove' ? 1 : -1
  const order = (rank(a) - rank(b)) * (a.verdict === 'remove' ? -1 : 1)
  return order !== 0 ? order : wantName(a) < wantName(b) ? -1 : 1
}

export const reconcileWords = {
  'kind-not-served': { en: '{center}: {object} is not served there; left', zh: '{center}：不提供 {object} 类型，保持不动' },
  'owned-object': { en: '{center}: {object} belongs to a controller; left', zh: '{center}：{object} 由控制器拥有，保持不动' },
  'terminating-object': { en: '{center}: {object} is being deleted; left', zh: '{center}：{object} 正在删除，保持不动' },
  'no-content': {
    en: '{center}: {object} has a row in the export and no manifest; left',
    zh: '{center}：{object} 在导出中有记录但没有清单，保持不动',
  },
  'cannot-merge': {
    en: '{center}: {object} holds a difference that is meant, in a place that the source does not have; left',
    zh: '{center}：{object} 含有声明的差异，而来源中没有对应位置，保持不动',
  },
  'no-weight': {
    en: '{center}: a rule of {object} would be left without any weight; left',
    zh: '{center}：{object} 的某条规则将没有任何权重，保持不动',
  },
  'source-empty': {
    en: '{source} holds nothing at all.\nAn empty source is an export that failed, not a wish.\nLook at it first: tricenter diff',
    zh: '{source} 为空。\n空的来源意味着导出失败，而不是意图。\n请先查看：tricenter diff',
  },
  'source-unread': {
    en: 'Will not sync from {source}: it could not be read whole ({why}).\nHalf a source would pass for deletions.\nLook first: tricenter diff',
    zh: '不会从 {source} 同步：未能完整读取（{why}）。\n不完整的来源会被误认为删除。\n请先查看：tricenter diff',
  },
  'source-gone': {
    en: 'Will not go on: what this run was to bring about is no longer at hand ({why}).\nNothing of it was written.\nBegin anew: tricenter sync --from …',
    zh: '不会继续：本次运行的内容已不存在（{why}）。\n尚未写入任何内容。\n请重新开始：tricenter sync --from …',
  },
} satisfies Words
