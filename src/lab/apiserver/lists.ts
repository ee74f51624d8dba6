import { randomUUID } from 'node:crypto'
import { ApiError, badRequest, expired } from './api-error.ts'
import { keyOf, type Resource } from './resource.ts'
import type { KubeObject, Tree } from './json.ts'
import { both, fieldMatcher, labelMatcher, type Matcher } from './selectors.ts'
import type { Store } from './store.ts'

/** What is left of a paged list: all its pages are of one moment. */
interface Rest {
  readonly version: number
  readonly objects: readonly KubeObject[]
  readonly start: number
}

export interface Page {
  readonly objects: readonly KubeObject[]
  /** The `metadata` of the list. */
  readonly metadata: Tree
}

const mostTokens = 256

/** Lists of one cluster, with the continue tokens that are still good. */
export class Lists {
  readonly #store: Store
  readonly #rests = new Map<string, Rest>()

  constructor(store: Store) {
    this.#store = store
  }

  page(resource: Resource, namespace: string | undefined, query: URLSearchParams): Page {
    const limit = Number(query.get('limit') ?? 0)
    const token = query.get('continue')
    const { version, objects, start } = token ? this.#resume(token) : this.#start(resource, namespace, query)
    const filtered = matcherOf(resource, query) !== undefined
    const end = limit > 0 ? start + limit : objects.length
    const metadata: Tree = { resourceVersion: String(version) }
    if (end < objects.length) {
      metadata['continue'] = this.#keep({ version, objects, start: end })
      if (!filtered) metadata['remainingItemCount'] = objects.length - end
    }
    return { objects: start === 0 && end >= objects.length ? objects : objects.slice(start, end), metadata }
  }

  /** Makes every continue token worthless, as compaction does: the next page answers 410. */
  forget(): void {
    this.#rests.clear()
  }

  #start(resource: Resource, namespace: string | undefined, query: URLSearchParams): Rest {
    const { version } = this.#store
    const asked = Number(query.get('resourceVersion') || 0)
    if (Number.isNaN(asked)) throw badRequest(`resourceVersion: Invalid value: ${query.get('resourceVersion')}`)
    if (asked > version)
      throw new ApiError(504, 'Timeout', `Too large resource version: ${asked}, current: ${version}`, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      })
    if (query.get('resourceVersionMatch') === 'Exact' && asked !== version)
      throw expired('the provided resource version is no longer available')
    const all = this.#store.list(keyOf(resource), namespace)
    const matches = matcherOf(resource, query)
    return { version, objects: matches ? all.filter(matches) : all, start: 0 }
  }

  #resume(token: string): Rest {
    const rest = this.#rests.get(token)
    if (rest === undefined)
      throw expired('The provided continue parameter is too old to display a consistent list result; start a new list without it')
    return rest
  }

  #keep(rest: Rest): string {
    const token = Buffer.from(JSON.stringify({ v: 'lab/v1', id: randomUUID() })).toString('base64url')
    this.#rests.set(token, rest)
    const oldest = this.#rests.keys().next().value
    if (this.#rests.size > mostTokens && oldest !== undefined) this.#rests.delete(oldest)
    return token
  }
}

export function matcherOf({ kind }: Resource, query: URLSearchParams): Matcher | undefined {
  return both(labelMatcher(query.get('labelSelector')), fieldMatcher(query.get('fieldSelector'), kind))
}
