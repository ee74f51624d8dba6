import type { Question, RunEvent } from '../domain/record.ts'

/** Who is watching. It cannot drive the emergency: `tell` is never awaited and never throws. */
export interface Console {
  tell(event: RunEvent): void
  /** `undefined`: nobody can answer here (no terminal and no flag): the run is refused, never hung. */
  ask(question: Question, signal: AbortSignal): Promise<{ readonly answer: string; readonly by: 'terminal' | 'flag' | 'rule' } | undefined>
}
