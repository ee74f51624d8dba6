import type { Writable } from 'node:stream'
import type { Question, RunEvent } from '../domain/record.ts'
import type { Console } from '../ports/console.ts'
import { type Answer, preparedAnswer, type Prepared } from './prepared-answer.ts'
import { createSink } from './sink.ts'

export const API_VERSION = 'tricenter.io/v1'

/** Every event as one line of JSON: `{apiVersion, kind: Record | Progress, …}`. It asks nobody: what flags did not answer is not answered. */
export function createNdjsonConsole(options: { readonly output: Writable; readonly prepared: Prepared }): Console {
  const sink = createSink(options.output)
  return {
    tell(event: RunEvent) {
      try {
        sink.write(
          `${JSON.stringify({ apiVersion: API_VERSION, kind: event.type === 'progress' ? 'Progress' : 'Record', ...withoutKind(event) })}\n`,
        )
      } catch {
        // An event that cannot be written as JSON is in the journal; the run goes on.
      }
    },
    ask: async (question: Question): Promise<Answer | undefined> => preparedAnswer(question, options.prepared),
  }
}

/** A progress has a `kind` of its own; on the wire it is `progress`. */
function withoutKind(event: RunEvent): object {
  if (event.type !== 'progress') return event
  const { kind, ...rest } = event
  return { ...rest, progress: kind }
}
