import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import type { Answer } from './prepared-answer.ts'

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
