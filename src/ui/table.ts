import type { Tone } from './color.ts'
import { cut, padded, type Line, type Segment, textOf, widthOf } from './line.ts'

export interface Column {
  readonly title?: string
  readonly align?: 'left' | 'right'
  /** A wider cell is cut with `…`. */
  readonly max?: number
  /** Spaces before it, where that is not the table's gap. */
  readonly gap?: number
}

/**
 * Rows in aligned columns, `gap` (2) spaces apart, measured by display width.
 * Columns whose title and cells are all empty vanish. When `width` is given and the table is wider, the widest left-aligned columns are cut until it fits.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Segment[])[],
  options: { readonly gap?: number; readonly width?: number } = {},
): readonly Line[] {
  const gap = options.gap ?? 2
  const titled = columns.some(({ title }) => title !== undefined)
  const all = titled ? [columns.map(({ title }): Segment => ['dim', title ?? '']), ...rows] : rows
  const widths = columns.map((column, i) =>
    Math.min(column.max ?? Infinity, Math.max(0, ...all.map((row) => widthOf(textOf(row[i] ?? ''))))),
  )
  shrink(widths, columns, gap, options.width)
  const used = widths.flatMap((width, i) => (width > 0 ? [i] : []))
  return all.map((row) =>
    used.flatMap((i, at): Line => {
      const cell = row[i] ?? ''
      const last = at === used.length - 1
      const text = cut(textOf(cell), widths[i] ?? 0)
      const filled = last && columns[i]?.align !== 'right' ? text : padded(text, widths[i] ?? 0, columns[i]?.align)
      return [...(at === 0 ? [] : [' '.repeat(columns[i]?.gap ?? gap)]), toned(cell, text, filled)]
    }),
  )
}

function toned(cell: Segment, text: string, filled: string): Segment {
  if (typeof cell === 'string' || text === '') return filled
  const tone: Tone = cell[0]
  return [tone, filled]
}

function shrink(widths: number[], columns: readonly Column[], gap: number, width: number | undefined): void {
  if (width === undefined) return
  const total = () => widths.reduce((sum, one, i) => sum + (one === 0 ? 0 : one + (sum === 0 ? 0 : (columns[i]?.gap ?? gap))), 0)
  while (total() > width) {
    const widest = widths.reduce((best, one, i) => (columns[i]?.align !== 'right' && one > (widths[best] ?? 0) ? i : best), 0)
    if ((widths[widest] ?? 0) <= 8) return
    widths[widest] = (widths[widest] ?? 0) - 1
  }
}
