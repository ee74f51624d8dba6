import stringWidth from 'string-width'
import type { Paint, Tone } from './color.ts'
import { safeText } from './safe-text.ts'

/** Text, or text with a tone. Nothing is painted before it is made safe, which `renderLine` alone does. */
export type Segment = string | readonly [Tone, string]
export type Line = readonly Segment[]

export function textOf(segment: Segment): string {
  return safeText(typeof segment === 'string' ? segment : segment[1])
}

/** What our own words are made of: printable Latin, dashes, quotes, arrows, lines of tables. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u257f]*$/

/** Columns on a terminal: CJK characters take two. Plain text is told at once, for the full rules take longer to load than a switch may. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text)
}

export function lineWidth(line: Line): number {
  return widthOf(line.map(textOf).join(''))
}

/** One line as it goes to a stream: safe, painted, without trailing spaces. */
export function renderLine(line: Line, paint: Paint): string {
  const segments = line.map((segment) => ({ tone: typeof segment === 'string' ? undefined : segment[0], text: textOf(segment) }))
  for (const last of segments.toReversed()) {
    last.text = last.text.trimEnd()
    if (last.text !== '') break
  }
  return segments.map(({ tone, text }) => (tone === undefined ? text : paint(tone, text))).join('')
}

export function renderLines(lines: readonly Line[], paint: Paint): string {
  return lines.map((line) => `${renderLine(line, paint)}\n`).join('')
}

/** Filled up to `width` columns; text that is wider is left as it is. */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + gap : gap + text
}

/** Cut to `width` columns, `…` at its end where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** A line with `figure` at the right edge. */
export function withFigure(line: Line, figure: Segment, width: number): Line {
  const gap = Math.max(1, width - lineWidth(line) - widthOf(textOf(figure)))
  return [...line, ' '.repeat(gap), figure]
}
