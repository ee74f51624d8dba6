import type { Question } from '../domain/record.ts'

export interface Answer {
  readonly answer: string
  readonly by: 'terminal' | 'flag' | 'rule'
}

/** What the command line has answered in advance. `yes` never answers a question that wants a value typed. */
export interface Prepared {
  readonly confirm?: string
  readonly yes: boolean
}

/** The answer that flags give: `--confirm` for a value, as it stands (the engine compares); `--yes` or `--confirm=y` for yes or no. */
export function preparedAnswer(question: Question, { confirm, yes }: Prepared): Answer | undefined {
  if (question.kind === 'yes-no') return yes || /^y(es)?$/i.test(confirm ?? '') ? { answer: 'y', by: 'flag' } : undefined
  return confirm === undefined ? undefined : { answer: confirm, by: 'flag' }
}
