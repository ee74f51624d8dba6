import type { Column, KindCount, Unread, Verdict } from '../domain/compare.ts'
import type { DiffObject } from '../domain/diff-document.ts'
import type { FollowedCenter } from '../domain/drift-record.ts'
import { redactText } from '../domain/redact.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { outByMarks } from './diff.ts'
import type { KindState } from './kind-state.ts'

/** What stands now, as a `diff` at this moment says it. */
export interface FollowState {
  readonly totals: Readonly<Record<Verdict, number>>
  readonly counts: readonly KindCount[]
  /** Those that differ, or are written differently, by kind and identity; none that are merely unknown. */
  readonly objects: readonly DiffObject[]
  readonly unread: readonly Unread[]
  /** Centers that the marks take out of traffic: they are not needed. */
  readonly out: readonly CenterName[]
  /** Characters of objects that are held. */
  readonly held: number
}

export function followState(topology: Topology, kinds: readonly KindState[], columns: readonly Column[]): FollowState {
  const marked = kinds.map((kind) => {
    const keys = [...kind.objects.all].filter(([, { held }]) => held.flat().some((one) => one?.marked === true)).map(([key]) => key)
    return kind.input(keys)
  })
  return {
    ...tally(kinds),
    objects: kinds.flatMap(({ objects }) =>
      [...objects.all].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { found }]) => found ?? []),
    ),
    unread: unreadNow(kinds, columns),
    out: outByMarks(topology, marked),
    held: kinds.reduce((sum, { objects }) => sum + objects.size(), 0),
  }
}

/** Objects by verdict, and by kind and verdict. */
export function tally(kinds: readonly KindState[]): { readonly totals: Record<Verdict, number>; readonly counts: readonly KindCount[] } {
  const totals: Record<Verdict, number> = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
  const counts = kinds.map(({ served, objects }): KindCount => {
    const mine: Record<Verdict, number> = { equal: 0, intended: 0, drift: 0, 'odd-one-out': 0, unknown: 0 }
    for (const { verdict } of objects.all.values()) if (verdict !== undefined) mine[verdict]++
    const count = Object.values(mine).reduce((sum, one) => sum + one, 0)
    for (const verdict of Object.keys(mine) as Verdict[]) totals[verdict] += mine[verdict]
    const { kind, group } = served()
    return { kind, group, objects: count, ...mine }
  })
  return { totals, counts }
}

/** How many objects each column has, and what of it cannot be read. */
export function centersNow(kinds: readonly KindState[], columns: readonly Column[]): readonly FollowedCenter[] {
  const unread = unreadNow(kinds, columns)
  return columns.map(({ name }, column) => ({
    center: name,
    objects: Object.fromEntries(
      kinds.flatMap((kind) => (kind.columnState(column) === 'present' ? [[kind.served().kind, kind.objects.count(column)]] : [])),
    ),
    unread: unread.filter((one) => one.column === name).map(({ kind, gap, why }) => ({ kind, gap, why })),
  }))
}

function unreadNow(kinds: readonly KindState[], columns: readonly Column[]): readonly Unread[] {
  return kinds.flatMap((kind) =>
    kind.takingPart().flatMap((column): readonly Unread[] => {
      const state = kind.columnState(column)
      if (state === undefined || state === 'present' || state === 'pending' || state.state === 'kind-missing') return []
      return [{ column: columns[column]?.name ?? '', kind: kind.served().kind, gap: state.state, why: redactText(state.why ?? '') }]
    }),
  )
}
