import { latency } from './figures.ts'
import {
  brokenText,
  countsText,
  evidenceTexts,
  outTexts,
  placesText,
  rowsOf,
  saidOf,
  stateText,
  titleOf,
  unaskedLines,
  type Said,
  type VerifyReading,
} from './verify-reading.ts'
import { verifySpeaker } from './verify-words.ts'

/** A page for a ticket or a summary: the counts, the table of checks by center, then everything that is not well, with its evidence. */
export function verifyMarkdown(reading: VerifyReading, now: number): string {
  const { verification, centers, language } = reading
  const say = verifySpeaker(language)
  const rows = rowsOf(reading)
  const all = rows.some((row) => row.all !== undefined)
  const head = [say('CHECK'), ...centers, ...(all ? [say('ALL')] : [])]
  const cells = rows.map(({ id, check, by, all: together }) => [
    `${id} ${titleOf(reading, check)}`,
    ...centers.map((center) => stateText(by[center] ?? { state: 'skipped' }, say)),
    ...(all ? [say(together ?? 'skipped')] : []),
  ])
  const broken = brokenText(verification, say, language)
  return [
    `## ${say('title')}`,
    `${countsText(verification, say)} · ${say('took', { took: latency(verification.took, language) })}`,
    ...(broken === undefined ? [] : [broken]),
    ...outTexts(verification, say),
    [head, head.map(() => '---'), ...cells].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n'),
    ...saidOf(reading, ['failed', 'inconclusive', 'warning']).map((one) => problem(one, reading, now)),
    ...unaskedLines(verification, say),
    '',
  ].join('\n\n')
}

function problem({ state, out, checks, places, lines, evidence }: Said, { language }: VerifyReading, now: number): string {
  const say = verifySpeaker(language)
  const texts = evidenceTexts(evidence, now, language)
  return [
    `### ${stateText({ state, out }, say)}: ${checks.join(', ')}`,
    text(placesText(places, say)),
    lines.map(text).join('  \n'),
    ...(texts.length === 0 ? [] : [texts.map((one) => `* ${code(one)}`).join('\n')]),
  ].join('\n\n')
}

const cell = (value: string): string => value.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
const text = (value: string): string => value.replaceAll(/([\\<>*_[\]#`])/g, '\\$1')

/** Code that may hold backticks itself: a longer fence of them. */
function code(value: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const gap = longest > 0 ? ' ' : ''
  return `${fence}${gap}${value.replaceAll(/\s+/g, ' ')}${gap}${fence}`
}
