/** One entry of an HTTPRoute's `matches`, as the Gateway API has it; what is absent matches everything. */
export interface HttpMatch {
  readonly path?: { readonly type?: string; readonly value?: string }
  readonly method?: string
  readonly headers?: readonly NamedMatch[]
  readonly queryParams?: readonly NamedMatch[]
}

export interface NamedMatch {
  readonly name?: string
  readonly type?: string
  readonly value?: string
}

/** Kinds of path in the order in which they win: the standard leaves regular expressions to the implementation, and Istio, and so Higress, puts them last. */
const PATH_RANK: Readonly<Record<string, number>> = { Exact: 2, PathPrefix: 1, RegularExpression: 0 }

/** The match's place by Gateway API precedence, compared from the left, the higher first: kind of path, its length, a method, number of headers, number of query parameters. */
function matchRank({ path, method, headers = [], queryParams = [] }: HttpMatch): readonly number[] {
  const { type = 'PathPrefix', value = '/' } = path ?? {}
  return [PATH_RANK[type] ?? 0, value.length, method === undefined ? 0 : 1, headers.length, queryParams.length]
}

/** Positive: `a` is asked before `b`. 0: the older route, its name and the order in it decide. */
export function compareRank(a: HttpMatch, b: HttpMatch): number {
  const [first, second] = [matchRank(a), matchRank(b)]
  for (const [i, rank] of first.entries()) if (rank !== second[i]) return rank - (second[i] ?? 0)
  return 0
}

/** Does every request that meets `inner` also meet `outer`? False where a regular expression makes that untellable. */
export function covers(outer: HttpMatch, inner: HttpMatch): boolean {
  return (
    coversPath(outer.path, inner.path) &&
    (outer.method === undefined || outer.method === inner.method) &&
    hasAll(inner.headers, outer.headers) &&
    hasAll(inner.queryParams, outer.queryParams)
  )
}

/** Is there a request that meets both? True where that cannot be told. */
export function overlaps(a: HttpMatch, b: HttpMatch): boolean {
  return (
    (coversPath(a.path, b.path) || coversPath(b.path, a.path) || isRegular(a.path) || isRegular(b.path)) &&
    (a.method === undefined || b.method === undefined || a.method === b.method) &&
    agree(a.headers, b.headers) &&
    agree(a.queryParams, b.queryParams)
  )
}

const isRegular = (path: HttpMatch['path']): boolean => path?.type === 'RegularExpression'

/** A prefix is made of whole elements: `/api` covers `/api` and `/api/x`, not `/apis`. */
function coversPath(outer: HttpMatch['path'], inner: HttpMatch['path']): boolean {
  const [outerType, outerValue] = [outer?.type ?? 'PathPrefix', outer?.value ?? '/']
  const [innerType, innerValue] = [inner?.type ?? 'PathPrefix', inner?.value ?? '/']
  if (outerType !== 'PathPrefix') return outerType === innerType && outerValue === innerValue
  const prefix = outerValue.replace(/\/+$/, '')
  if (prefix === '') return true
  if (innerType === 'RegularExpression') return false
  const value = innerType === 'PathPrefix' ? innerValue.replace(/\/+$/, '') : innerValue
  return value === prefix || value.startsWith(`${prefix}/`)
}

function hasAll(inner: HttpMatch['headers'] = [], outer: HttpMatch['headers'] = []): boolean {
  return outer.every((wanted) =>
    inner.some((one) => sameName(one, wanted) && (one.type ?? 'Exact') === (wanted.type ?? 'Exact') && one.value === wanted.value),
  )
}

/** Two exact values of one name exclude each other. */
function agree(a: HttpMatch['headers'] = [], b: HttpMatch['headers'] = []): boolean {
  return a.every((one) => b.every((other) => !sameName(one, other) || !isExact(one) || !isExact(other) || one.value === other.value))
}

const isExact = ({ type = 'Exact' }: NamedMatch): boolean => type === 'Exact'
const sameName = (a: NamedMatch, b: NamedMatch): boolean => a.name?.toLowerCase() === b.name?.toLowerCase()

/** Two hostnames that some request could have both; none declared stands for every host. `*.example.com` takes any number of labels. */
export function hostsMeet(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return true
  const meets = (one: string, other: string): boolean =>
    one === other || (one.startsWith('*.') && other.endsWith(one.slice(1))) || (other.startsWith('*.') && one.endsWith(other.slice(1)))
  return a.some((one) => b.some((other) => meets(one.toLowerCase(), other.toLowerCase())))
}
