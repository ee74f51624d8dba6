import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { readDuration } from '../promql/durations.ts'
import { type Labels, keyOf } from '../promql/labels.ts'
import { parseSelector } from '../promql/parse.ts'
import { type Answer, instantQuery, rangeQuery } from '../promql/query.ts'
import { QueryRefusal } from '../promql/refusal.ts'
import type { RuleEvaluator } from './alerts.ts'
import { alertJson, labelNames, labelValues, metadataJson, resultJson, rulesJson, targetsJson } from './api-json.ts'
import type { Scraper } from './scraper.ts'
import type { Tsdb } from './tsdb.ts'

export interface PrometheusParts {
  readonly tsdb: Tsdb
  readonly rules: RuleEvaluator
  readonly scraper: Scraper
  /** Where the rules stand. */
  readonly rulesFile: string
  readonly startedAt: number
  /** ms since the epoch. */
  readonly now: () => number
}

/** What the lab's stand-in says of itself: the version whose rules it follows, and that it is not that program. */
const BUILD = { version: '3.0.0+lab', revision: 'lab', branch: 'lab', buildUser: 'tricenter', buildDate: '', goVersion: '' }
const LONGEST = 1024 * 1024 // bytes of a form
const MOST_POINTS = 11_000

interface Reply {
  readonly data: unknown
  readonly warnings?: readonly string[]
  readonly infos?: readonly string[]
}
type Parameters = URLSearchParams
type Handler = (parts: PrometheusParts, parameters: Parameters, path: string) => Reply

const HANDLERS: readonly (readonly [path: RegExp, methods: string, handler: Handler])[] = [
  [/^query$/, 'GET POST', query],
  [/^query_range$/, 'GET POST', queryRange],
  [/^series$/, 'GET POST', (parts, parameters) => limited(found(parts, parameters, true), parameters)],
  [/^labels$/, 'GET POST', (parts, parameters) => limited(labelNames(found(parts, parameters)), parameters)],
  [
    /^label\/[^/]+\/values$/,
    'GET',
    (parts, parameters, path) => limited(labelValues(found(parts, parameters), decodeURIComponent(path.split('/')[1] ?? '')), parameters),
  ],
  [/^rules$/, 'GET', (parts, parameters) => ({ data: rulesJson(parts.rules, parts.rulesFile, parameters.get('type') ?? '') })],
  [
    /^alerts$/,
    'GET',
    ({ rules }) => ({ data: { alerts: rules.groups().flatMap(({ states }) => states.flatMap(({ alerts }) => alerts.map(alertJson))) } }),
  ],
  [/^targets$/, 'GET', ({ scraper }) => ({ data: targetsJson(scraper) })],
  [/^metadata$/, 'GET', ({ scraper }, parameters) => ({ data: metadataJson(scraper, parameters.get('metric') ?? '') })],
  [/^status\/buildinfo$/, 'GET', () => ({ data: BUILD })],
  [
    /^status\/runtimeinfo$/,
    'GET',
    ({ startedAt, tsdb }) => ({
      data: { startTime: new Date(startedAt).toISOString(), timeSeriesCount: tsdb.series([], 0, Infinity).length },
    }),
  ],
]

/** The HTTP API of Prometheus over one center's samples. What it does not have is 404; a query that it does not compute is 422. */
export function prometheusServer(parts: PrometheusParts): Server {
  return createServer((request, response) => void answer(parts, request, response))
}

async function answer(parts: PrometheusParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '/', search = ''] = (request.url ?? '/').split('?', 2)
  if (path === '/-/ready' || path === '/-/healthy') {
    request.resume()
    return void response
      .writeHead(200, { 'content-type': 'text/plain' })
      .end(`Prometheus Server is ${path === '/-/ready' ? 'Ready' : 'Healthy'}.\n`)
  }
  const name = path.startsWith('/api/v1/') ? path.slice('/api/v1/'.length) : ''
  const handlers = HANDLERS.filter(([pattern]) => pattern.test(name))
  if (handlers.length === 0) {
    request.resume()
    return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
  }
  const handler = handlers.find(([, methods]) => methods.split(' ').includes(request.method ?? ''))?.[2]
  if (handler === undefined) {
    request.resume()
    return void response.writeHead(405, { allow: handlers.map(([, methods]) => methods).join(' ') }).end()
  }
  try {
    const parameters = new URLSearchParams(search)
    const form = await readForm(request)
    for (const [key, value] of form) parameters.append(key, value)
    const { data, warnings = [], infos = [] } = handler(parts, parameters, name)
    const said = { ...(warnings.length === 0 ? {} : { warnings }), ...(infos.length === 0 ? {} : { infos }) }
    send(response, 200, { status: 'success', data, ...said })
  } catch (error) {
    const kind = error instanceof QueryRefusal ? error.kind : 'internal'
    const status = { bad_data: 400, execution: 422, internal: 500 }[kind]
    send(response, status, { status: 'error', errorType: kind, error: error instanceof Error ? error.message : String(error) })
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > LONGEST) throw new QueryRefusal('bad_data', 'the form is too long')
  }
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  return new URLSearchParams(isForm ? text : '')
}

function query({ tsdb, now }: PrometheusParts, parameters: Parameters): Reply {
  known(parameters, ['query', 'time'])
  const time = parameters.get('time') === null || parameters.get('time') === '' ? now() : timeOf(parameters, 'time')
  return replied(() => instantQuery(parameters.get('query') ?? '', time, tsdb))
}

function queryRange({ tsdb }: PrometheusParts, parameters: Parameters): Reply {
  known(parameters, ['query', 'start', 'end', 'step'])
  const [start, end] = [timeOf(parameters, 'start'), timeOf(parameters, 'end')]
  if (end < start) throw invalid('end', 'end timestamp must not be before start time')
  const step = stepOf(parameters.get('step') ?? '')
  if (step <= 0) throw invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer')
  if ((end - start) / step > MOST_POINTS)
    throw new QueryRefusal(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  return replied(() => rangeQuery(parameters.get('query') ?? '', { start, end, step }, tsdb))
}

function replied(ask: () => Answer): Reply {
  try {
    const { result, warnings, infos } = ask()
    return { data: resultJson(result), warnings, infos }
  } catch (error) {
    if (error instanceof QueryRefusal && error.kind === 'bad_data') throw invalid('query', error.message)
    throw error
  }
}

/** Parameters that would change the answer are refused where the lab does not know them. */
function known(parameters: Parameters, names: readonly string[]): void {
  for (const [key, value] of parameters) {
    if (![...names, 'timeout', 'stats', 'dedup', 'partial_response'].includes(key) && value !== '')
      throw new QueryRefusal('execution', `the lab's Prometheus does not offer the parameter ${key}`)
  }
}

function found({ tsdb }: PrometheusParts, parameters: Parameters, needsMatch = false): readonly Labels[] {
  const selectors = parameters.getAll('match[]')
  if (needsMatch && selectors.length === 0) throw new QueryRefusal('bad_data', 'no match[] parameter provided')
  const start = parameters.has('start') ? timeOf(parameters, 'start') : -Infinity
  const end = parameters.has('end') ? timeOf(parameters, 'end') : Infinity
  if (selectors.length === 0) return tsdb.series([], start, end)
  const all = selectors.flatMap((one) => {
    try {
      return tsdb.series(parseSelector(one).matchers, start, end)
    } catch (error) {
      if (error instanceof QueryRefusal && error.kind === 'bad_data') throw invalid('match[]', error.message)
      throw error
    }
  })
  return [...new Map(all.map((labels) => [keyOf(labels), labels])).values()]
}

function limited(all: readonly unknown[], parameters: Parameters): Reply {
  const limit = Number(parameters.get('limit') ?? 0)
  if (!Number.isInteger(limit) || limit < 0) throw invalid('limit', `cannot parse ${JSON.stringify(parameters.get('limit'))} to a limit`)
  return limit > 0 && all.length > limit ? { data: all.slice(0, limit), warnings: ['results truncated due to limit'] } : { data: all }
}

/** Seconds since the epoch, or RFC 3339; in ms. */
function timeOf(parameters: Parameters, name: string): number {
  const text = parameters.get(name) ?? ''
  const seconds = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
  const ms = seconds !== undefined ? Math.round(seconds * 1000) : /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN
  if (!Number.isFinite(ms)) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return ms
}

function stepOf(text: string): number {
  const seconds = text.trim() === '' ? NaN : Number(text)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : readDuration(text)
  if (ms === undefined) throw invalid('step', `cannot parse ${JSON.stringify(text)} to a valid duration`)
  return ms
}

function invalid(parameter: string, what: string): QueryRefusal {
  return new QueryRefusal('bad_data', `invalid parameter ${JSON.stringify(parameter)}: ${what}`)
}
