import type { JournalRecord, RunEvent } from '../../domain/record.ts'
import type { Console } from '../../ports/console.ts'
import { preparedAnswer } from '../../ui/prepared-answer.ts'
import type { Context } from '../context.ts'
import { text } from './request.ts'

type Shown = Console & { reported?(path: string): void }

/** A console that is loaded beside the run; nobody waits for it but a question that flags have not answered. */
export interface SoonConsole extends Console {
  reported(path: string): void
  /** Everything that was told is shown. */
  caughtUp(): Promise<void>
}

/** How long (ms) a switch may go on before its screens are drawn all the same. */
const PATIENCE = 1_000

/**
 * The console of a run. Where a switch was confirmed on the command line, its screens are loaded and drawn when its writes are answered:
 * the first second of an outage is not spent on drawing. Anything else that people should see or answer loads it at once.
 */
export function consoleSoon(context: Context, options: Readonly<Record<string, unknown>>, urgent: boolean): SoonConsole {
  const confirm = text(options['confirm'])
  const prepared = { yes: options['yes'] === true, ...(confirm === undefined ? {} : { confirm }) }
  const waiting: ((shown: Shown) => void)[] = []
  let shown: Shown | undefined
  let loading: Promise<Shown> | undefined
  let unanswered = 0
  const load = (): Promise<Shown> => {
    clearTimeout(timer)
    return (loading ??= import('./console.ts').then(({ consoleOf }) => {
      const loaded = consoleOf(context, options)
      for (const one of waiting.splice(0)) one(loaded)
      return (shown = loaded)
    }))
  }
  const timer = setTimeout(() => void load().catch(() => undefined), PATIENCE).unref()
  if (!urgent || (confirm === undefined && !prepared.yes)) void load().catch(() => undefined)

  const pass = (one: (console: Shown) => void): void => {
    if (shown === undefined) waiting.push(one)
    else one(shown)
  }
  return {
    tell(event) {
      pass((console) => console.tell(event))
      if (isIntended(event)) unanswered += 1
      else if (isWritten(event)) unanswered -= 1
      if (shown === undefined && isDue(event, unanswered)) setImmediate(() => void load().catch(() => undefined))
    },
    async ask(question, signal) {
      const answer = preparedAnswer(question, prepared)
      if (answer === undefined) return await (await load()).ask(question, signal)
      // Its screen is drawn all the same.
      pass((console) => void console.ask(question, signal))
      return answer
    },
    reported: (path) => pass((console) => console.reported?.(path)),
    caughtUp: async () => void (await load()),
  }
}

/** The writes are answered, somebody has interrupted, or the run is over. */
function isDue(event: RunEvent, unanswered: number): boolean {
  return event.type === 'progress' || event.type === 'run-ended' || (isWritten(event) && unanswered <= 0)
}

function isIntended(event: RunEvent): boolean {
  return event.type === ('intended' satisfies JournalRecord['type'])
}

function isWritten(event: RunEvent): boolean {
  return event.type === ('written' satisfies JournalRecord['type'])
}
