import type { Change, Edit } from '../domain/change.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { table } from './table.ts'
import { type Line, lineWidth, type Segment, textOf } from './line.ts'
import type { Say } from './words.ts'

/** Edits that change the same centers alike: one row of a screen. `places` are rules, each counted once however many clusters hold it. */
interface EditGroup {
  readonly edits: readonly Edit[]
  readonly places: ReadonlySet<string>
  readonly clusters: ReadonlySet<CenterName>
}

/** Folds edits that change the same centers by the same figures into groups, the largest first. */
function groupEdits(changes: readonly Change[]): readonly EditGroup[] {
  const all = changes.flatMap((change) => change.edits.map((edit) => ({ change, edit })))
  return [...Map.groupBy(all, ({ edit }) => JSON.stringify([movesOf(edit), edit.added, edit.removed, edit.unmanaged])).values()]
    .map((group) => ({
      edits: group.map(({ edit }) => edit),
      places: new Set(group.map(({ change, edit }) => placeOf(change, edit))),
      clusters: new Set(group.map(({ change }) => change.center)),
    }))
    .toSorted((a, b) => b.edits.length - a.edits.length)
}

/** Only what changes: a center without a ref and one whose weight stays 0 read the same. */
function movesOf({ before, after }: Edit): readonly (readonly [string, number | undefined, number | undefined])[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.filter((name) => before[name] !== after[name]).map((name) => [name, before[name], after[name]] as const)
}

/** A group's figures for one center; `…` where its rules hold different weights that stay. */
function groupCell({ edits }: EditGroup, center: CenterName): Segment {
  const cells = [...new Map(edits.map((edit) => beforeAfter(edit, center)).map((cell) => [textOf(cell), cell])).values()]
  const told = cells.length > 1 ? cells.filter((cell) => textOf(cell) !== '-') : cells
  return told.length === 1 ? (told[0] ?? '-') : '…'
}

/** `ai-system/chat /v1/chat`: a rule and the object that holds it. */
function placeOf(change: Change, edit: Edit): string {
  const object = `${change.object.namespace}/${change.object.name}`
  return edit.where.includes(change.object.name) ? edit.where : `${object} ${edit.where}`
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
  const changed = named.filter((name) => groups.some(({ edits: alike }) => alike.some((edit) => edit.before[name] !== edit.after[name])))
  const urgent = [...changed, ...named.filter((name) => !changed.includes(name))]
  const shown = groups.slice(0, rows)
  const draw = (count: number, limit: number): readonly Line[] => {
    const columns = named.filter((name) => urgent.indexOf(name) < count)
    const cells = shown.map((group): readonly Segment[] => [
      `  ${labelOf(group, clusters, groups.length, say)}`,
      ...columns.map((center) => groupCell(group, center)),
      ['dim', group.edits[0] === undefined ? '' : notes(group.edits[0], say)],
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
  if (groups === 1 && group.places.size > 1) return say('every-rule')
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
