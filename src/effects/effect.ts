import type { Change } from '../domain/change.ts'
import type { Finding } from '../domain/finding.ts'
import type { Intent } from '../domain/intent.ts'

/** The pure half of a way to change the world: an intent and what was read become one change, which carries its own way back, or a finding that says why not. */
export interface Effect<Wanted extends Intent, Seen> {
  readonly name: Change['effect']
  prepare(intent: Wanted, seen: Seen): Change | Finding
}
