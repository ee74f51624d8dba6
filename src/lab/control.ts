import { randomBytes } from 'node:crypto'
import { type IncomingMessage, createServer } from 'node:http'
import type { Fault, Faults } from './faults.ts'
import type { BackgroundLoad } from './background-load.ts'
import type { Ledger } from './ledger.ts'
import { LOOPBACK, listen } from './listen.ts'

/**
 * The lab's control over HTTP, on loopback. The URL holds a random token as its path: whoever can read the marker (ConfigMap kube-system/tricenter-lab) may use it.
 * Answers are JSON; what cannot be done is `{"error": "…"}`.
 *
 *   GET    /status               200 → what `status` of the options gives
 *   PUT    /fault/<center>       {kind, target, run?, until?} → 200 the fault in force · 400 · 404 no such center
 *   GET    /fault/<center>       200 → the fault in force, or null
 *   DELETE /fault/<center>       200 → null
 *   DELETE /fault                200 → null; heals every center
 *   GET    /ledger?prefix=<id>   200 → {"<request id>": times recorded by backends}
 *   PUT    /load                 {rate} → 200 {rate, sent, failed}; rate 0 stops it
 *   POST   /down                 202; the lab ends after it has answered
 */
export interface Control {
  readonly url: string
  close(): Promise<void>
}

export interface ControlOptions {
  readonly centers: readonly string[]
  readonly faults: Faults
  readonly ledger: Ledger
  readonly load: BackgroundLoad
  readonly status: () => unknown
  readonly down: () => void
}

interface Reply {
  readonly status: number
  readonly body: unknown
  readonly after?: () => void
}

export async function openControl(options: ControlOptions): Promise<Control> {
  const token = randomBytes(16).toString('hex')
  const server = createServer((request, response) => {
    void handle(request, token, options).then(({ status, body, after }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`, after)
    })
  })
  const port = await listen(server)
  return {
    url: `http://${LOOPBACK}:${port}/${token}`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function handle(
  request: IncomingMessage,
  token: string,
  { centers, faults, ledger, load, status, down }: ControlOptions,
): Promise<Reply> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const [, given, ...parts] = path.split('/')
  if (given !== token) return problem(404, 'not here')
  const center = parts[1]
  if (center !== undefined && !centers.includes(center)) return problem(404, `center ${center} is not one of ${centers.join(', ')}`)
  const asked = `${request.method} ${parts[0]}${center === undefined ? '' : '/'}`
  try {
    switch (asked) {
      case 'GET status':
        return { status: 200, body: status() }
      case 'GET fault/':
        return { status: 200, body: faults.of(center!) }
      case 'PUT fault/': {
        const wrong = await faults.set(center!, readFault(await json(request)))
        return wrong === undefined ? { status: 200, body: faults.of(center!) } : problem(400, wrong)
      }
      case 'DELETE fault/':
        await faults.set(center!, null)
        return { status: 200, body: null }
      case 'DELETE fault':
        await Promise.all(centers.map((one) => faults.set(one, null)))
        return { status: 200, body: null }
      case 'GET ledger':
        return { status: 200, body: Object.fromEntries(ledger.counts(new URLSearchParams(query).get('prefix') ?? '')) }
      case 'PUT load': {
        const { rate } = (await json(request)) as { rate?: unknown }
        if (typeof rate !== 'number' || !(rate >= 0)) return problem(400, 'rate must be a number of requests per second')
        await load.set(rate)
        return { status: 200, body: load.figures() }
      }
      case 'POST down':
        return { status: 202, body: null, after: down }
      default:
        return problem(404, `${asked} is not known`)
    }
  } catch (error) {
    return problem(400, error instanceof Error ? error.message : String(error))
  }
}

const problem = (status: number, error: string): Reply => ({ status, body: { error } })

async function json(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error('the body must be a JSON object')
  return value as Readonly<Record<string, unknown>>
}

function readFault({ kind, target = 'all', run, until }: Readonly<Record<string, unknown>>): Fault {
  if (typeof kind !== 'string' || typeof target !== 'string') throw new Error('kind and target must be texts')
  if (run !== undefined && typeof run !== 'string') throw new Error('run must be a text')
  if (until !== undefined && typeof until !== 'number') throw new Error('until must be milliseconds since the epoch')
  return { kind, target, ...(run === undefined ? {} : { run }), ...(until === undefined ? {} : { until }) }
}
