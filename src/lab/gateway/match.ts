import type { HttpMatch, NamedMatch } from './http-route.ts'

/** A request as far as routing looks at it; header names in lower case. */
export interface RoutedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** One match of one rule, ready to be asked. */
export interface Matcher {
  readonly matches: (request: RoutedRequest) => boolean
  /** Precedence by Gateway API, compared from the left, higher first: kind of path, its length, method, number of headers, number of query parameters. */
  readonly rank: readonly number[]
}

/** `Exact` before `PathPrefix`; the standard leaves regular expressions to the implementation: Istio, and so Higress, puts them last. */
const PATH_RANK = { Exact: 2, PathPrefix: 1, RegularExpression: 0 } as const

export function compileMatch({ path, method, headers = [], queryParams = [] }: HttpMatch): Matcher {
  const type = path?.type ?? 'PathPrefix'
  const value = path?.value ?? '/'
  const onPath = pathTest(type, value)
  const onHeaders = headers.map((one) => ({ name: one.name.toLowerCase(), test: valueTest(one) }))
  const onQuery = queryParams.map((one) => ({ name: one.name, test: valueTest(one) }))
  return {
    rank: [PATH_RANK[type], value.length, method === undefined ? 0 : 1, headers.length, queryParams.length],
    matches: (request) =>
      onPath(request.path) &&
      (method === undefined || method === request.method) &&
      onHeaders.every(({ name, test }) => test([request.headers[name]].flat().join(','), request.headers[name] !== undefined)) &&
      onQuery.every(({ name, test }) => test(request.query.get(name) ?? '', request.query.has(name))),
  }
}

/** A prefix matches whole path elements: `/api` matches `/api` and `/api/x`, not `/apis`. */
function pathTest(type: keyof typeof PATH_RANK, value: string): (path: string) => boolean {
  if (type === 'Exact') return (path) => path === value
  if (type === 'RegularExpression') return wholeTest(value)
  const prefix = value.replace(/\/+$/, '')
  return (path) => path === prefix || path.startsWith(`${prefix}/`)
}

function valueTest({ type, value }: NamedMatch): (found: string, present: boolean) => boolean {
  if (type !== 'RegularExpression') return (found, present) => present && found === value
  const whole = wholeTest(value)
  return (found, present) => present && whole(found)
}

/** The whole text must match. An expression that cannot be read matches nothing. */
function wholeTest(expression: string): (text: string) => boolean {
  try {
    const whole = new RegExp(`^(?:${expression})$`)
    return (text) => whole.test(text)
  } catch {
    return () => false
  }
}

/** For sorting: the higher rank first. */
export function byRank(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) {
    const difference = (b[i] ?? 0) - rank
    if (difference !== 0) return difference
  }
  return 0
}
