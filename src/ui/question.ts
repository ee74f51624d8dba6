import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
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

/** ms that an interrupt may take to come back as a signal. */
const PASSED_ON = 250

/** Asks on a terminal. Ctrl-C, an abort and the end of input answer nothing; `interrupted` hears of Ctrl-C, which readline would otherwise swallow. */
export async function askTerminal(
  prompt: string,
  input: Readable,
  output: Writable,
  signal: AbortSignal,
  interrupted: () => void,
): Promise<Answer | undefined> {
  if (signal.aborted) return undefined
  const lines = createInterface({ input, output, terminal: true })
  const ended = new AbortController()
  lines.once('SIGINT', () => {
    interrupted()
    // The signal arrives in its own time and aborts the question; only if nobody passes it on does the question end by itself.
    setTimeout(() => ended.abort(), PASSED_ON).unref()
  })
  lines.once('close', () => ended.abort())
  try {
    const answer = await lines.question(prompt, { signal: AbortSignal.any([signal, ended.signal]) })
    return { answer: answer.trim(), by: 'terminal' }
  } catch {
    return undefined
  } finally {
    lines.close()
  }
}
