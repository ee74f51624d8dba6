import { conclusionStates, evidenceTexts, placesText, saidOf, stateText, type VerifyReading } from './verify-reading.ts'
import { verifySpeaker } from './verify-words.ts'

/** Workflow commands of GitHub Actions: an error for what failed, a warning for what could not be told or is warned of, a notice of what does not count or where nothing is wrong. */
export function verifyGithub(reading: VerifyReading, counts: string, now: number): string {
  const say = verifySpeaker(reading.language)
  const bad = saidOf(reading, conclusionStates.slice(0, 3)).map(({ state, out, checks, places, lines, evidence }) => {
    const title = `${out ? `${stateText({ state, out }, say)} ` : ''}${checks.join(' ')} ${placesText(places, say, 3)}`
    const message = [...lines, ...evidenceTexts(evidence, now, reading.language)].join('\n')
    return `::${out ? 'notice' : state === 'failed' ? 'error' : 'warning'} title=${property(title)}::${data(message)}\n`
  })
  return bad.length > 0 ? bad.join('') : `::notice title=tricenter verify::${data(counts)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
