import type { CenterName } from '../domain/topology.ts'
import { arrived, type Write } from './writes.ts'

type Figures = Readonly<Record<CenterName, number>>

/** One rule of one object (or one workload) in one cluster, as this run found, passed through and left it. */
export interface WeightRow {
  readonly cluster: CenterName
  readonly object: string
  readonly where: string
  readonly before: Figures
  /** What stood between, each once in a row; empty when one write did all. */
  readonly during: readonly Figures[]
  readonly after: Figures
  readonly unmanaged: number
  readonly added: readonly CenterName[]
}

/** Releases have none. Only writes that arrived count: what was announced and not applied left the figures as they were. */
export function weightTable(writes: readonly Write[]): readonly WeightRow[] {
  const rows = new Map<string, WeightRow>()
  for (const { change } of writes.filter((write) => arrived(write) && write.change.effect !== 'release')) {
    const object = `${change.object.kind} ${change.object.namespace}/${change.object.name}`
    for (const edit of change.edits) {
      const key = JSON.stringify([change.center, object, edit.where])
      const known = rows.get(key)
      const row = { cluster: change.center, object, where: edit.where, unmanaged: edit.unmanaged, added: edit.added }
      if (known === undefined) rows.set(key, { ...row, before: edit.before, during: [], after: edit.after })
      else if (!sameFigures(known.after, edit.after))
        rows.set(key, { ...row, before: known.before, during: [...known.during, known.after], after: edit.after, added: known.added })
    }
  }
  return [...rows.values()]
}

/** A center that is missing in one has no ref there, which is not the same as weight 0. */
function sameFigures(a: Figures, b: Figures): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
