import type { DiffLeaf, DiffObject } from '../domain/diff-document.ts'
import {
  headText,
  leafCellText,
  leafNotes,
  leafText,
  objectText,
  totalText,
  unreadTexts,
  verdictText,
  warningTexts,
  type DiffReading,
} from '../report/diff-text.ts'
import { diffSpeaker, type DiffSay } from '../report/diff-words.ts'
import type { Tone } from './color.ts'
import { padded, textOf, widthOf, withFigure, type Line, type Segment } from './line.ts'
import { safeText } from './safe-text.ts'
import { table } from './table.ts'
import { wrap } from './wrap.ts'

export interface DiffScreenOptions {
  /** Columns of a terminal; undefined: a pipe, nothing is cut. */
  readonly width?: number
  /** What mends it, said last. */
  readonly mend?: string
}

const TONES: Readonly<Record<DiffObject['verdict'], Tone>> = {
  equal: 'good',
  intended: 'dim',
  drift: 'bad',
  'odd-one-out': 'bad',
  unknown: 'warn',
}
const SIGNS: Readonly<Record<DiffObject['verdict'], string>> = { equal: '=', intended: '~', drift: '!', 'odd-one-out': '!', unknown: '?' }
/** Values up to this width stand in columns, longer ones on lines of their own. */
const SHORT = 14

/** What is the same everywhere is counted, not printed; what differs stands under its object, a value per center. */
export function diffScreen(reading: DiffReading, { width, mend }: DiffScreenOptions): readonly Line[] {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const columns = document.columns.map(({ name }) => name)
  const text = (line: string, tone?: Tone): readonly Line[] =>
    (width === undefined ? [safeText(line)] : wrap(line, width)).map((one): Line => [tone === undefined ? one : [tone, one]])
  const drifts = document.totals.drift + document.totals['odd-one-out'] > 0
  return [
    ...text(headText(document, language)),
    ...(document.objects.length === 0 ? [] : [[], ...columnHead(columns, width)]),
    ...document.objects.flatMap((object) => objectLines(object, columns, say, width)),
    ...(document.objects.length === 0 ? [] : [[]]),
    ...unreadTexts(document, say).flatMap((line) => text(line, 'warn')),
    ...warningTexts(reading).flatMap((line) => text(line, 'warn')),
    ...text(totalText(document, say), drifts ? 'bad' : document.totals.unknown > 0 ? 'warn' : 'good'),
    ...(mend === undefined || !drifts ? [] : [[say('mend', { command: '' }), ['strong', mend] as const]]),
  ]
}

const cellWidths = (columns: readonly string[]): readonly number[] =>
  columns.map((name) => Math.max(SHORT / 2, Math.min(SHORT, widthOf(name))))

function columnHead(columns: readonly string[], width: number | undefined): readonly Line[] {
  const names = columns.map((name, i) => padded(name, cellWidths(columns)[i] ?? 0, 'right')).join('  ')
  return [[['dim', `${' '.repeat(Math.max(2, pathWidth(columns, width)))}  ${names}`]]]
}

/** What the values leave for the path. */
function pathWidth(columns: readonly string[], width = 120): number {
  return Math.max(24, width - cellWidths(columns).reduce((sum, one) => sum + one + 2, 0))
}

function objectLines(object: DiffObject, columns: readonly string[], say: DiffSay, width: number | undefined): readonly Line[] {
  const tone = TONES[object.verdict]
  const same = object.verdict === 'equal'
  const [name, said] = [objectText(object), same ? say('same-effect') : verdictText(object, say)]
  const sign: Segment = [tone, `${SIGNS[object.verdict]} `]
  const fits = width === undefined || widthOf(name) + widthOf(said) + 4 <= width
  // What does not fit beside the name stands below it, whole.
  const head: readonly Line[] = fits
    ? [withFigure([sign, ['strong', name]], [tone, said], width ?? 120)]
    : [
        ...cutPath(name, width - 2).map((one, i): Line => [i === 0 ? sign : '  ', ['strong', one.trimStart()]]),
        ...wrap(said, width - 2).map((one): Line => [[tone, `  ${one}`]]),
      ]
  return [...head, ...object.leaves.flatMap((leaf) => leafLines(leaf, columns, say, width))]
}

function leafLines(leaf: DiffLeaf, columns: readonly string[], say: DiffSay, width: number | undefined): readonly Line[] {
  const path = `  ${leafText(leaf, say)}`
  const values = columns.map((column) => safeText(leafCellText(leaf, column, say)))
  const notes = leafNotes(leaf, say).flatMap((note) =>
    (width === undefined ? [safeText(note)] : wrap(note, width - 4)).map((one): Line => [['dim', `    ${one}`]]),
  )
  const room = pathWidth(columns, width)
  const toned = (column: string, value: string): Segment =>
    leaf.odd.includes(column) && leaf.verdict !== 'equal' ? [leaf.verdict === 'intended' ? 'dim' : 'bad', value] : value
  if (values.every((value, i) => widthOf(value) <= (cellWidths(columns)[i] ?? 0))) {
    const cells = columns.flatMap((column, i): Line => ['  ', toned(column, padded(values[i] ?? '', cellWidths(columns)[i] ?? 0, 'right'))])
    const note: Line = leaf.sameEffect ? ['  ', ['dim', say('same-effect')]] : []
    const fits = widthOf(safeText(path)) <= room
    const wide = width === undefined ? [path] : cutPath(path, width)
    return [...(fits ? [] : wide.map((one): Line => [one])), [padded(fits ? safeText(path) : '', room), ...cells, ...note], ...notes]
  }
  const name = Math.max(...columns.map(widthOf))
  return [
    ...(width === undefined ? [path] : cutPath(path, width)).map((one): Line => [one]),
    ...columns.flatMap((column, i): readonly Line[] => {
      const lines = width === undefined ? [values[i] ?? ''] : wrap(values[i] ?? '', Math.max(20, width - name - 6), true)
      return lines.map((one, at): Line => [`    ${padded(at === 0 ? column : '', name)}  `, toned(column, one)])
    }),
    ...notes,
  ]
}

/** A path that is wider than the terminal goes on in the next line; none of it is lost. */
function cutPath(path: string, width: number): readonly string[] {
  const text = safeText(path)
  const lines: string[] = []
  let line = ''
  for (const letter of text) {
    if (widthOf(line + letter) > width) {
      lines.push(line)
      line = '    '
    }
    line += letter
  }
  return [...lines, line]
}

/** `--stat`: objects that are not equal with the number of fields, and the counts by kind. */
export function diffStat(reading: DiffReading): readonly Line[] {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const objects = document.objects.filter(({ verdict }) => verdict !== 'equal')
  const right = (title: string) => ({ title, align: 'right' as const })
  return [
    ...table(
      [{ title: say('OBJECT') }, right(say('FIELDS')), { title: '' }],
      objects.map((object): readonly Segment[] => [
        objectText(object),
        String(object.leaves.length),
        [TONES[object.verdict], verdictText(object, say)],
      ]),
    ),
    ...(objects.length === 0 ? [] : [[]]),
    ...table(
      [
        { title: say('KIND') },
        right(say('OBJECTS')),
        right(say('EQUAL')),
        right(say('INTENDED')),
        right(say('DRIFT')),
        right(say('UNKNOWN')),
      ],
      document.counts.map((count): readonly Segment[] => {
        const drift = count.drift + count['odd-one-out']
        return [
          count.kind,
          String(count.objects),
          String(count.equal),
          String(count.intended),
          drift > 0 ? ['bad', String(drift)] : '0',
          count.unknown > 0 ? ['warn', String(count.unknown)] : '0',
        ]
      }),
    ),
    ...unreadTexts(document, say).map((line): Line => [['warn', line]]),
    ...warningTexts(reading).map((line): Line => [['warn', line]]),
  ]
}

/** `--name-only`: objects that drift, one a line. */
export function diffNames({ document }: Pick<DiffReading, 'document'>): string {
  return document.objects
    .filter(({ verdict }) => verdict === 'drift' || verdict === 'odd-one-out')
    .map(
      (object) =>
        `${textOf(`${object.kind}${object.group === '' ? '' : `.${object.group}`}/${object.namespace === null ? '' : `${object.namespace}/`}${object.name}`)}\n`,
    )
    .join('')
}
