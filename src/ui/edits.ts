import type { Change, Edit } from '../domain/change.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { table } from './table.ts'
import { type Line, lineWidth, type Segment } from './line.ts'
import type { Say } from './words.ts'

/** Edits that read the same: one row of a screen. `places` are rules, each counted once however many clusters hold it. */
interface EditGroup {
  readonly edit: Edit
  readonly places: ReadonlySet<string>
  readonly clusters: ReadonlySet<CenterName>
}

/** Folds edits with equal figures into groups, the largest first. */
export function groupEdits(changes: readonly Change[]): readonly EditGroup[] {
  const groups = new Map<string, { edit: Edit; places: Set<string>; clusters: Set<CenterName> }>()
  for (const change of changes) {
    for (const edit of change.edits) {
      const key = JSON.stringify([figures(edit.before), figures(edit.after), edit.added, edit.removed, edit.unmanaged])
      const group = groups.get(key) ?? { edit, places: new Set(), clusters: new Set() }
      group.places.add(placeOf(change, edit))
      group.clusters.add(change.center)
      groups.set(key, group)
    }
  }
  return [...groups.values()].toSorted((a, b) => b.places.size * b.clusters.size - a.places.size * a.clusters.size)
}

/** `ai-system/chat /v1/chat`: a rule and the object that holds it. */
export function placeOf(change: Change, edit: Edit): string {
  const object = `${change.object.namespace}/${change.object.name}`
  return edit.where.includes(change.object.name) ? edit.where : `${object} ${edit.where}`
}

function figures(weights: Readonly<Record<CenterName, number>>): readonly (readonly [string, number])[] {
  return Object.entries(weights).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** `50 → 0`, `0` where nothing changes, `-` where the rule names no backend of the center. */
export function beforeAfter(edit: Edit, center: CenterName): Segment {
  const before = edit.before[center]
  const after = edit.after[center]
  if (before === after) return before === undefined ? '-' : String(before)
  const text = `${before ?? '-'} → ${after ?? '-'}`
  return (after ?? 0) > (before ?? 0) ? ['good', text] : ['warn', text]
}

/** Rules × clusters, and a row of before → after by center for each kind of edit, the whole folded to one row where all clusters get the same. At most `rows` rows; centers that do not fit are counted, those that change are shown first. */
export function changeSection(topology: Topology, changes: readonly Change[], say: Say, rows: number, width: number): readonly Line[] {
  const edited = changes.filter(({ edits }) => edits.length > 0)
  if (edited.length === 0) return [[changes.length === 0 ? say('change-none') : say('marks-only', { count: changes.length })]]
  const clusters = new Set(edited.map(({ center }) => center))
  const groups = groupEdits(edited)
  const places = new Set(edited.flatMap((change) => change.edits.map((edit) => placeOf(change, edit))))
  const edits = edited.reduce((sum, change) => sum + change.edits.length, 0)
  const [only] = clusters
  const scope =
    clusters.size === 1
      ? say('change-one', { rules: places.size, cluster: only ?? '' })
      : edits === places.size * clusters.size
        ? say('change-scope', { rules: places.size, clusters: clusters.size })
        : say('change-uneven', { edits, clusters: clusters.size })
  const named = namedCenters(topology, edited)
  const changed = named.filter((name) => groups.some(({ edit }) => edit.before[name] !== edit.after[name]))
  const urgent = [...changed, ...named.filter((name) => !changed.includes(name))]
  const shown = groups.slice(0, rows)
  const draw = (count: number, limit: number): readonly Line[] => {
    const columns = named.filter((name) => urgent.indexOf(name) < count)
    const cells = shown.map((group): readonly Segment[] => [
      `  ${labelOf(group, clusters, groups.length, say)}`,
      ...columns.map((center) => beforeAfter(group.edit, center)),
      ['dim', notes(group.edit, say)],
    ])
    return table([{ title: scope }, ...columns.map((title) => ({ title, align: 'right' as const })), { title: '' }], cells, {
      gap: 3,
      width: limit,
    })
  }
  let count = named.length
  while (count > 1 && Math.max(...draw(count, width).map(lineWidth)) > width) count--
  const hidden = [
    ...(groups.length > shown.length ? [say('more', { count: groups.length - shown.length })] : []),
    ...(count < named.length ? [say('more-centers', { count: named.length - count })] : []),
  ]
  return [...draw(count, width), ...(hidden.length > 0 ? [[['dim', `  ${hidden.join(' · ')}`] as const]] : [])]
}

/** Centers that any of these edits names, in the topology's order. */
export function namedCenters(topology: Topology, changes: readonly Change[]): readonly CenterName[] {
  const named = new Set(
    changes.flatMap(({ edits }) => edits.flatMap(({ before, after }) => [...Object.keys(before), ...Object.keys(after)])),
  )
  return topology.centers.map(({ name }) => name).filter((name) => named.has(name))
}

function labelOf(group: EditGroup, clusters: ReadonlySet<CenterName>, groups: number, say: Say): string {
  if (groups === 1 && clusters.size > 1) return clusters.size === 2 ? say('same-both') : say('same-all', { count: clusters.size })
  const [place] = group.places
  if (group.places.size === 1) return group.clusters.size === clusters.size ? (place ?? '') : `${place} (${[...group.clusters].join(', ')})`
  return say('rules-in', { rules: group.places.size, clusters: [...group.clusters].join(', ') })
}

/** What beside the weights is to be known of an edit. */
export function notes(edit: Edit, say: Say): string {
  const said = [
    ...(edit.added.length > 0 ? [say('added')] : []),
    ...(edit.removed.length > 0 ? [say('removed')] : []),
    ...(edit.unmanaged > 0 ? [say('unmanaged', { unmanaged: edit.unmanaged })] : []),
  ]
  return said.join(', ')
}
