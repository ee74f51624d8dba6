import type { ColumnGap } from '../compare/compare.ts'
import type { Column, ColumnName } from '../domain/compare.ts'
import type { DriftEvent } from '../domain/drift-record.ts'
import { redactText } from '../domain/redact.ts'
import type { Clock } from '../ports/clock.ts'
import type { KindState } from './kind-state.ts'

/** Tells each gap once, and its end. `quiet`: those of this moment are told otherwise. */
export function gapTeller(
  kinds: readonly KindState[],
  columns: readonly Column[],
  { clock, tell }: { readonly clock: Clock; readonly tell: (event: DriftEvent) => void },
): (quiet: boolean) => void {
  const told = new Map<ColumnName, Map<string, { readonly gap: ColumnGap['state']; readonly since: number }>>()
  return (quiet) => {
    for (const [column, { name, center }] of columns.entries()) {
      if (center === undefined) continue
      const before = told.get(name) ?? new Map<string, { readonly gap: ColumnGap['state']; readonly since: number }>()
      told.set(name, before)
      const begun = new Map<ColumnGap['state'], { readonly kinds: string[]; readonly why: string }>()
      const back: string[] = []
      let since = clock.now()
      for (const kind of kinds) {
        const state = kind.columnState(column)
        if (state === undefined || state === 'pending') continue
        const label = kind.served().kind
        const known = before.get(label)
        const gap = state === 'present' || state.state === 'kind-missing' ? undefined : state
        if (gap === undefined && known !== undefined) {
          back.push(label)
          since = Math.min(since, known.since)
          before.delete(label)
        } else if (gap !== undefined && known?.gap !== gap.state) {
          before.set(label, { gap: gap.state, since: known?.since ?? clock.now() })
          const group = begun.get(gap.state) ?? { kinds: [], why: redactText(gap.why ?? '') }
          begun.set(gap.state, group)
          group.kinds.push(label)
        }
      }
      if (quiet) continue
      for (const [gap, one] of begun) tell({ type: 'unread', column: name, gap, ...one })
      if (back.length > 0) tell({ type: 'read', column: name, kinds: back, since })
    }
  }
}
