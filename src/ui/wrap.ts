import { safeText } from './safe-text.ts'
import { cut, widthOf } from './line.ts'

/** A space after a digit binds a figure to its unit (`9.4 s`, `1 204`), one before `·` keeps it at the end of a line. Chinese breaks between any two characters, but not before closing or after opening punctuation. */
const pieces =
  /\s+|(?=\S)[（《“]*(?:\p{Script=Han}|(?:[^\s\p{Script=Han}，。；：、（）“”《》]|(?<=\d) (?:\p{Script=Han}|(?=[^\s（]))| (?=·))+)?[，。；：、）”》]*/gu

/** Lines of at most `width` columns. A word wider than a line (a long name, a command) keeps a line of its own, whole, unless `hard`. */
export function wrap(text: string, width: number, hard = false): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const [piece] of safeText(text).matchAll(pieces)) {
    if (line !== '' && widthOf(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = ''
    }
    if (line === '' && piece.trim() === '') continue
    line += hard ? cut(piece, width) : piece
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd())
  return lines.map((one) => one.replaceAll(GLUE, ' '))
}

const GLUE = '\uE000'

/** Text that `wrap` must not break: a command to paste. */
export function unbroken(text: string): string {
  return safeText(text).replaceAll(' ', GLUE)
}
