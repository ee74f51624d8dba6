import type { Planned } from '../domain/record.ts'
import { seconds } from '../report/figures.ts'
import { changeLines, foldedFindingLines, isValueFinding, pendingLines, releaseTable, valuesLine } from './deploy-text.ts'
import type { Decision, ScreenOptions } from './decision-screen.ts'
import { type Line, padded } from './line.ts'
import { type Say, speaker } from './words.ts'
import { wrap } from './wrap.ts'

const LABEL = 10
/** Of 24 lines two belong to the question. */
const HEIGHT = 22

/** What a person sees before she types the names: releases side by side, what changes, what was found, how to undo, how long it takes. */
export function deployScreen(
  title: Line,
  { started }: Pick<Decision, 'started'>,
  planned: Planned & { readonly deploy: NonNullable<Planned['deploy']> },
  options: ScreenOptions,
): readonly Line[] {
  for (let rows = 8; rows > 2; rows--) {
    const lines = screenWith(title, started, planned, options, rows)
    if (lines.length <= HEIGHT) return lines
  }
  const least = screenWith(title, started, planned, options, 2)
  return least.slice(0, HEIGHT)
}

function screenWith(
  title: Line,
  started: Decision['started'],
  { deploy, findings }: Planned & { readonly deploy: NonNullable<Planned['deploy']> },
  options: ScreenOptions,
  rows: number,
): readonly Line[] {
  const say = speaker(options.language)
  const width = options.width - LABEL
  const all = deploy.releases.map(({ center }) => center)
  const changed = deploy.changes
  const back = started.verb === 'undo'
  const change: readonly Line[] = back
    ? []
    : changed.length === 0
      ? [[say('change-none')]]
      : [[say('objects-change', { count: changed.length })], ...changeLines(changed, all, say, rows, width)]
  const said = foldedFindingLines(
    findings.filter((one) => !isValueFinding(one)),
    all,
    { ...options, width },
  )
  const shown = said.slice(0, Math.max(1, rows - 1))
  const dead = valuesLine(findings, say)
  const guards: readonly Line[] = [
    ...shown.flat(),
    ...(said.length > shown.length ? [[['dim', say('more', { count: said.length - shown.length })] as const]] : []),
  ]
  const pending = pendingLines(deploy, say, rows, width)
  const sections: (readonly [Parameters<Say>[0], readonly Line[]])[] = [
    ['RELEASES', releaseTable(deploy, say, options.language, width)],
    ['PENDING', pending],
    ['CHANGE', change],
    ['VALUES', dead === undefined ? [] : wrap(dead, width).map((text): Line => [['warn', text]])],
    ['GUARDS', guards],
    ['UNDO', back ? [] : [[`tricenter undo ${started.run}`]]],
    ['TAKES', wrap(takesText(started, deploy, say, options), width).map((text): Line => [text])],
  ]
  return [
    title,
    [],
    ...sections.flatMap(([label, lines]) => lines.map((line, i): Line => [['strong', padded(i === 0 ? say(label) : '', LABEL)], ...line])),
  ]
}

function takesText(
  { topology }: Decision['started'],
  { releases }: NonNullable<Planned['deploy']>,
  say: Say,
  { language }: ScreenOptions,
): string {
  const waves = new Set(releases.filter(({ does }) => does !== 'nothing').map(({ wave }) => wave)).size
  const { timeout = 0, hold = topology.policy.hold } = topology.deploy ?? {}
  const longest = waves * (timeout + hold + topology.policy.deadlines.prove)
  return say('takes-waves', { count: waves, hold: seconds(hold, language), longest: seconds(longest, language) })
}
