import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Intervention, StreamAnswer } from './answer.ts'
import type { ApiRequest } from './request.ts'

/** What may be done to an API server's requests from outside; absent: nothing. */
export interface ApiHooks {
  /** Asked for each request; what it answers happens instead of, or to, the true answer. */
  intercept: ((request: ApiRequest) => Intervention | undefined) | undefined
  /** Told of each request as it arrives. */
  observe: ((request: ApiRequest) => void) | undefined
  /** Awaited before a request is processed. */
  before: ((request: ApiRequest) => void | Promise<void>) | undefined
  /** Awaited when a request has been processed and before its answer is sent. */
  after: ((request: ApiRequest, status: number) => void | Promise<void>) | undefined
}

type Headers = Readonly<Record<string, string | string[]>>
type Fault = Exclude<Intervention, { status: number }> | undefined

/** A whole answer, as bytes or text. */
export interface WholeAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Buffer
}

/** Answers one request with what `process` makes of it and what the hooks make of that. Rejects where a hook or `process` does: the caller cuts the connection. */
export async function serve(
  hooks: ApiHooks,
  request: ApiRequest,
  response: ServerResponse,
  process: () => WholeAnswer | StreamAnswer | Promise<WholeAnswer | StreamAnswer>,
): Promise<void> {
  hooks.observe?.(request)
  await hooks.before?.(request)
  const intervention = hooks.intercept?.(request)
  if (intervention === 'hang') return
  if (intervention === 'reset') return cut(response)
  if (typeof intervention === 'object' && 'status' in intervention) {
    const { status, headers = { 'content-type': 'application/json' }, body = '' } = intervention
    return send(response, { status, headers, body })
  }
  const answer = await process()
  await hooks.after?.(request, answer.status)
  if (intervention === 'lose') return cut(response)
  if ('start' in answer) stream(response, answer, intervention)
  else send(response, answer, intervention)
}

const cut = (response: ServerResponse): void => void response.socket?.destroy()

export function send(response: ServerResponse, { status, headers, body }: WholeAnswer, fault?: Fault): void {
  const whole = Buffer.from(body)
  const half = whole.subarray(0, whole.length >> 1)
  const bytes = fault === 'truncate' ? half : whole
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  if (fault === 'reset-mid-answer') response.write(half, () => cut(response))
  else if (typeof fault === 'object') drip(response, bytes, fault.drip)
  else response.end(bytes)
}

function stream(response: ServerResponse, { status, headers, start }: StreamAnswer, fault: Fault): void {
  response.writeHead(status, headers)
  response.flushHeaders()
  const write = (line: string | Uint8Array): void => {
    if (fault === undefined || response.destroyed) return void response.write(line)
    const bytes = Buffer.from(line as string)
    if (typeof fault === 'object') drip(response, bytes, fault.drip, false)
    else if (fault === 'truncate') response.end(bytes.subarray(0, bytes.length >> 1))
    else response.write(bytes.subarray(0, bytes.length >> 1), () => cut(response))
  }
  response.once('close', start({ write, end: () => response.end() }))
}

function drip(response: ServerResponse, whole: Buffer, { bytes, every }: { bytes: number; every: number }, ends = true): void {
  let sent = 0
  const timer = setInterval(() => {
    if (!response.destroyed && sent < whole.length) return void response.write(whole.subarray(sent, (sent += bytes)))
    clearInterval(timer)
    if (ends) response.end()
  }, every)
}

/** The whole body; undefined when it is longer than `most` bytes. */
export async function bodyOf(incoming: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += chunk.length
    if (length <= most) chunks.push(chunk)
  }
  return length <= most ? Buffer.concat(chunks) : undefined
}
