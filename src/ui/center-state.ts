import type { CenterSummary, Seen, SituationInForce } from '../domain/record.ts'
import { latency } from '../report/figures.ts'
import type { Tone } from './color.ts'
import type { Say } from './words.ts'

export interface CenterState {
  readonly word: 'lost' | 'silent' | 'out' | 'serving' | 'standby' | 'not-serving' | 'cannot-tell'
  readonly tone: Tone
}

/** One word for a center. Lost: neither its API nor its gateway answers; silent: they had not answered when the plan closed. Out: it answers, and gets no traffic by the situation in force. */
export function stateOf(center: CenterSummary, situation?: SituationInForce): CenterState {
  const silent = ({ state }: Seen) => state !== 'ok' && state !== 'forbidden'
  const late = center.api.state === 'late' || center.gateway.state === 'late'
  if (silent(center.api) && silent(center.gateway)) return { word: late ? 'silent' : 'lost', tone: 'bad' }
  if (situation?.out.includes(center.center) === true) return { word: 'out', tone: 'warn' }
  if (center.serving.verdict === 'no') return { word: 'not-serving', tone: 'bad' }
  if (center.serving.verdict === 'unknown') return { word: 'cannot-tell', tone: 'warn' }
  return center.role === 'standby' && (center.share ?? 0) === 0 ? { word: 'standby', tone: 'good' } : { word: 'serving', tone: 'good' }
}

/** `ok 12 ms`, `no answer in 3 s`, `forbidden`: what was seen, or why there is nothing. */
export function seenText(seen: Seen, say: Say): string {
  if (seen.state === 'ok') return seen.took === undefined ? say('ok') : `${say('ok')} ${latency(seen.took)}`
  if (seen.why !== undefined && seen.why !== '') return seen.why
  return seen.state === 'unreachable' && seen.took !== undefined ? `${say('unreachable')} ${latency(seen.took)}` : say(seen.state)
}

export function seenTone(seen: Seen): Tone {
  return seen.state === 'ok' ? 'good' : seen.state === 'late' ? 'warn' : 'bad'
}
