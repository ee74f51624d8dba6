import type { DiffObject } from '../domain/diff-document.ts'
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
} from './diff-text.ts'
import { diffSpeaker, type DiffSay } from './diff-words.ts'

/** A page for a ticket or a summary: the totals, then a table for each object. */
export function diffMarkdown(reading: DiffReading): string {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const columns = document.columns.map(({ name }) => name)
  return [
    `# ${escaped(say('title', { topology: document.topology }))}`,
    '',
    escaped(headText(document, language)),
    '',
    `**${escaped(totalText(document, say))}**`,
    ...list([...unreadTexts(document, say), ...warningTexts(reading)]),
    ...document.objects.flatMap((object) => section(object, columns, say)),
    '',
  ].join('\n')
}

function section(object: DiffObject, columns: readonly string[], say: DiffSay): readonly string[] {
  const notes = object.leaves.flatMap((leaf) => leafNotes(leaf, say).map((note) => `${leafText(leaf, say)}: ${note}`))
  return [
    '',
    `## ${escaped(objectText(object))}`,
    '',
    escaped(verdictText(object, say)),
    '',
    row([say('FIELD'), ...columns, '']),
    row(['---', ...columns.map(() => '---'), '---']),
    ...object.leaves.map((leaf) =>
      row([
        escaped(leafText(leaf, say)),
        ...columns.map((column) => escaped(leafCellText(leaf, column, say))),
        escaped(leaf.sameEffect ? say('same-effect') : say(leaf.verdict)),
      ]),
    ),
    ...list(notes),
  ]
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const list = (items: readonly string[]): readonly string[] => (items.length === 0 ? [] : ['', ...items.map((item) => `- ${escaped(item)}`)])

/** Control characters, and those that reorder text. */
const hostile = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(hostile, '\uFFFD')
    .replaceAll(/[\\`*_[\]<>|#&~]/g, String.raw`\$&`)
}
