import type { DiffLeaf, DiffObject } from '../domain/diff-document.ts'
import {
  cellText,
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

/** JUnit: one suite per kind, one case per object that is not simply equal, and one for the rest. Failure: drift; error: not known. */
export function diffJUnit(reading: DiffReading): string {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const kinds = [...new Set(document.counts.map(({ kind }) => kind))]
  const suites = kinds.flatMap((kind) => {
    const counted = document.counts.filter((one) => one.kind === kind)
    const of = (verdicts: readonly (keyof typeof document.totals)[]): number =>
      counted.reduce((sum, one) => sum + verdicts.reduce((all, verdict) => all + one[verdict], 0), 0)
    const unread = document.unread.filter((one) => one.kind === kind)
    const objects = document.objects.filter((one) => one.kind === kind)
    const [equal, drift, unknown] = [of(['equal']), of(['drift', 'odd-one-out']), of(['unknown']) + unread.length]
    const listed = objects.filter(({ verdict }) => verdict !== 'equal')
    return [
      `  <testsuite name="${xml(kind)}" tests="${listed.length + unread.length + (equal > 0 ? 1 : 0)}" failures="${drift}" errors="${unknown}">`,
      ...(equal > 0 ? [`    <testcase classname="${xml(kind)}" name="${xml(say('total', { equal }))}"/>`] : []),
      ...listed.map((object) => testCase(object, say)),
      ...unread.map(
        ({ column, gap, why }) =>
          `    <testcase classname="${xml(kind)}" name="${xml(column)}"><error message="${xml(`${say(gap)} ${why}`.trim())}" type="${gap}"/></testcase>`,
      ),
      '  </testsuite>',
    ]
  })
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="tricenter diff">', ...suites, '</testsuites>', ''].join('\n')
}

function testCase(object: DiffObject, say: DiffSay): string {
  const open = `    <testcase classname="${xml(object.kind)}" name="${xml(objectText(object))}">`
  const lines = object.leaves.flatMap((leaf) => leafLines(leaf, say)).join('\n')
  const tag = object.verdict === 'unknown' ? 'error' : object.verdict === 'intended' ? undefined : 'failure'
  const body =
    tag === undefined
      ? `<system-out>${xml(lines)}</system-out>`
      : `<${tag} message="${xml(verdictText(object, say))}" type="${object.verdict}">${xml(lines)}</${tag}>`
  return `${open}${body}</testcase>`
}

function leafLines(leaf: DiffLeaf, say: DiffSay): readonly string[] {
  const values = Object.keys(leaf.cells).map((column) => `${column}=${leafCellText(leaf, column, say)}`)
  return [`${leafText(leaf, say)}: ${values.join(' ')}`, ...leafNotes(leaf, say).map((note) => `  ${note}`)]
}

/** Workflow commands of GitHub Actions: an error for each object that drifts, a warning for what is not known or not right with the declarations. */
export function diffGithub(reading: DiffReading): string {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const objects = document.objects.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'intended')
  const lines = [
    ...objects.map((object) =>
      command(
        object.verdict === 'unknown' ? 'warning' : 'error',
        `${objectText(object)} ${verdictText(object, say)}`,
        object.leaves.flatMap((leaf) => leafLines(leaf, say)).join('\n'),
      ),
    ),
    ...[...unreadTexts(document, say), ...warningTexts(reading)].map((text) => command('warning', 'tricenter diff', text)),
  ]
  return `${[...lines, command('notice', 'tricenter diff', `${headText(document, language)}\n${totalText(document, say)}`)].join('\n')}\n`
}

function command(level: string, title: string, text: string): string {
  const data = (one: string): string => safe(one).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  return `::${level} title=${data(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}::${data(text)}`
}

/** As `diff -u` shows it, for KUBECTL_EXTERNAL_DIFF and for eyes used to it: the first column against each of the others, one hunk a field. */
export function diffUnified({ document, language }: DiffReading): string {
  const say = diffSpeaker(language)
  const [first, ...others] = document.columns.map(({ name }) => name)
  if (first === undefined) return ''
  return document.objects
    .flatMap((object) =>
      others.flatMap((other) => {
        const hunks = object.leaves.flatMap((leaf) =>
          leaf.sameEffect || JSON.stringify(leaf.cells[first]) === JSON.stringify(leaf.cells[other])
            ? []
            : [`@@ ${safe(leafText(leaf, say))} @@`, ...side('-', leaf, first, say), ...side('+', leaf, other, say)],
        )
        const name = safe(objectText(object))
        return hunks.length === 0 ? [] : [`--- ${first}/${name}`, `+++ ${other}/${name}`, ...hunks]
      }),
    )
    .map((line) => `${line}\n`)
    .join('')
}

function side(sign: '-' | '+', leaf: DiffLeaf, column: string, say: DiffSay): readonly string[] {
  const cell = leaf.cells[column]
  if (cell === undefined || cell.state === 'unset' || cell.state === 'absent') return []
  const text =
    leaf.kind === 'object'
      ? say('present')
      : cell.state === 'value' && typeof cell.value === 'object'
        ? JSON.stringify(cell.value, null, 2)
        : cell.state === 'value' && typeof cell.value === 'string'
          ? cell.value
          : cellText(cell, say)
  return text.split('\n').map((line) => `${sign}${safe(line)}`)
}

/** Control characters and those that hide or reorder text; line breaks stay. */
const hostile = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu
function safe(text: string): string {
  return text.toWellFormed().replaceAll(hostile, (one) => (one === '\n' || one === '\t' ? one : '\uFFFD'))
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }
function xml(text: string): string {
  return safe(text).replaceAll(/[&<>"\n]/g, (one) => ENTITIES[one] ?? one)
}
