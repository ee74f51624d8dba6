import type { CheckOutcome } from '../domain/verify.ts'
import { conclusionLines, doesNotCount, evidenceText, titleOf, type VerifyReading } from './verify-reading.ts'
import { verifySpeaker } from './verify-words.ts'

/** JUnit: one suite per center (and one for all centers together), one case per check. Failure: the check says no; error: it could not be told; skipped: not applicable, or of a center out of traffic. */
export function verifyJUnit(reading: VerifyReading, now: number): string {
  const { verification, centers, language } = reading
  const suites = [...centers, undefined].map((center) => ({
    name: center ?? verifySpeaker(language)('all-centers'),
    cases: verification.outcomes.filter((one) => one.center === center),
  }))
  const shown = suites.filter(({ cases }) => cases.length > 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="tricenter verify"${totals(verification.outcomes)} time="${seconds(verification.took)}">`,
    ...shown.flatMap(({ name, cases }) => [
      `  <testsuite name="${xml(name)}"${totals(cases)} timestamp="${new Date(verification.startedAt).toISOString()}">`,
      ...cases.flatMap((outcome) => testCase(reading, outcome, name, now)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(reading: VerifyReading, outcome: CheckOutcome, suite: string, now: number): readonly string[] {
  const took = Math.max(0, ...outcome.conclusions.flatMap(({ evidence }) => evidence.map((one) => one.took ?? 0)))
  const name = `${outcome.id} ${titleOf(reading, outcome.check)}`
  const told = outcome.conclusions.filter(({ state }) => state === outcome.state)
  const texts = told.map((conclusion) => {
    const subject = conclusion.subject === undefined ? '' : `${conclusion.subject}: `
    const evidence = conclusion.evidence.map((one) => `  ${evidenceText(one, now, reading.language)}`)
    return [`${subject}${conclusionLines(reading, outcome, conclusion).join('\n')}`, ...evidence].join('\n')
  })
  const first = told[0]
  const line = first === undefined ? '' : (conclusionLines(reading, outcome, first)[0] ?? '')
  const message = doesNotCount(outcome) ? verifySpeaker(reading.language)('out-case', { state: line }) : line
  const body = (tag: string): string =>
    `      <${tag} message="${xml(message)}" type="${xml(first?.reason ?? outcome.state)}">${xml(texts.join('\n'))}</${tag}>`
  const inner = {
    failed: () => [body('failure')],
    inconclusive: () => [body('error')],
    skipped: () => [`      <skipped message="${xml(message || verifySpeaker(reading.language)('nothing-here'))}"/>`],
    warning: () => [`      <system-out>${xml(texts.join('\n'))}</system-out>`],
    passed: () => [],
  }[stateIn(outcome)]()
  const open = `    <testcase classname="${xml(`${suite}.${outcome.group}.${outcome.check}`)}" name="${xml(name)}" time="${seconds(took)}"`
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...inner, '    </testcase>']
}

function stateIn(outcome: CheckOutcome): CheckOutcome['state'] {
  return doesNotCount(outcome) ? 'skipped' : outcome.state
}

function totals(outcomes: readonly CheckOutcome[]): string {
  const of = (state: CheckOutcome['state']): number => outcomes.filter((one) => stateIn(one) === state).length
  return ` tests="${outcomes.length}" failures="${of('failed')}" errors="${of('inconclusive')}" skipped="${of('skipped')}"`
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }
// oxlint-disable-next-line no-control-regex -- XML 1.0 has no such characters, escaped or not
const impossible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g

function xml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(impossible, '\uFFFD')
    .replaceAll(/[&<>"\n]/g, (one) => ENTITIES[one] ?? one)
}
