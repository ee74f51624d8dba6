/** What a run answers, and what it did to the world. The exit code is one total function of both. */
export interface RunOutcome {
  readonly answer: Answer
  readonly world: WorldState
}

export type Answer =
  /** Done, held, nothing to do. */
  | 'yes'
  /** Checked, and the answer is no. */
  | 'no'
  | 'usage'
  | 'refused'
  /** A center that was needed could not be read. */
  | 'unreachable'
  /** Failed part-way. */
  | 'failed'
  | 'inconclusive'
  | 'bug'
  | { readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }

/** untouched: as found · as-planned: changed as said · restored: brought back to the last proved state, verified · partial: a person must act. */
export type WorldState = 'untouched' | 'as-planned' | 'restored' | 'partial'

/** Exit code of a process that a signal ended: 128 + its number. */
export const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/**
 * The exit code of an outcome, as printed by `tricenter help exit-codes`.
 * A world that a person must put right is 6 whatever the answer; a failure that was brought back is 5, except that "checked, and no" stays 1.
 */
export function exitCode({ answer, world }: RunOutcome): number {
  if (answer === 'bug') return 8
  if (answer === 'usage') return 2
  if (world === 'partial') return 6
  if (typeof answer === 'object') return SIGNAL_CODES[answer.signal]
  switch (answer) {
    case 'yes':
      return 0
    case 'no':
      return 1
    case 'refused':
      return world === 'untouched' ? 3 : 5
    case 'failed':
      return world === 'restored' ? 5 : 6
    case 'unreachable':
      return 4
    case 'inconclusive':
      return 7
  }
}
