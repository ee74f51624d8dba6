import type { User } from './authorization.ts'

/** A request as hooks and tests see it. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly contentType: string
  readonly userAgent: string
  readonly user: User
  readonly body: Buffer
}

/** What a path under `/api` or `/apis` names. */
export interface ResourcePath {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

/** Undefined for paths that name no resource (discovery, health and whatever else). */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const [, root, ...rest] = path.split('/').map((part) => decodeURIComponent(part))
  if (root !== 'api' && root !== 'apis') return undefined
  const group = root === 'api' ? '' : (rest.shift() ?? '')
  const [version = '', first = '', ...parts] = rest
  if (first === '') return undefined
  const scoped = first === 'namespaces' && parts.length > 1 && parts[1] !== 'status' && parts[1] !== 'finalize'
  const [plural = '', name, ...subresource] = scoped ? parts.slice(1) : [first, ...parts]
  return {
    group,
    version,
    plural,
    namespace: scoped ? parts[0] : undefined,
    name: name || undefined,
    subresource: subresource.join('/') || undefined,
  }
}

/** The verb that roles know a request by. */
export function verbOf({ method, query }: Pick<ApiRequest, 'method' | 'query'>, { name }: Pick<ResourcePath, 'name'>): string {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete'
    default:
      if (isWatch(query)) return 'watch'
      return name === undefined ? 'list' : 'get'
  }
}

export const isWatch = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('watch') ?? '')

/** Whether a request could change the world: an access review and a dry run cannot. */
export function isMutating({ method, path, query }: Pick<ApiRequest, 'method' | 'path' | 'query'>): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  return query.get('dryRun') !== 'All' && !/^\/apis\/auth(orization|entication)\.k8s\.io\//.test(path)
}
