import { ApiError } from './api-error.ts'
import type { Tree } from './json.ts'
import type { Sink } from './watches.ts'

/** What goes back to a client: a whole body, or a stream that a watch writes until it is stopped. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface StreamAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Starts writing; the returned function is called when the client has gone. */
  readonly start: (sink: Sink) => () => void
}

/**
 * What a fault hook does to a request:
 * an answer in place of the server's own (the request is not processed);
 * `reset` cuts the connection and `hang` stays silent, both before anything is processed;
 * `lose` processes the request and cuts the connection without an answer, `reset-mid-answer` cuts it after half of the answer;
 * `truncate` ends the body half-way as if it were whole;
 * `drip` sends the true answer so many bytes at a time, every so many ms.
 */
export type Intervention =
  | CannedAnswer
  | 'reset'
  | 'hang'
  | 'lose'
  | 'reset-mid-answer'
  | 'truncate'
  | { readonly drip: { readonly bytes: number; readonly every: number } }

export interface CannedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export const jsonAnswer = (status: number, body: Tree | string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** A Failure as the real server words it, for fault hooks: `failing(429, 'TooManyRequests', {'retry-after': '1'})`. */
export function failing(
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
  message = `fault made by the lab: ${reason}`,
): Answer {
  return jsonAnswer(status, new ApiError(status, reason, message).status(), headers)
}
