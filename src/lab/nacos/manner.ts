import type { Registration } from './registration.ts'

/** How a center's registry behaves; what a test sets. */
export interface NacosManner {
  /** Of every request but those for readiness: a proxy's page with status 200, refused, broken, or cut off in the middle. */
  readonly answer: 'well' | 'html' | 'forbidden' | 'error' | 'truncated'
  /** Which generations are served; v2 comes with v1. */
  readonly apis: 'v1' | 'v3' | 'both'
  /** False: catalog and admin APIs are refused, as they are to an ordinary user. */
  readonly catalog: boolean
  /** Who may read; absent: anybody. A token is good for `ttl` ms. */
  readonly credentials?: { readonly username: string; readonly password: string; readonly ttl: number }
  /** ms between looks at the other centers' registries; null: none, what was copied stays. */
  readonly copyEvery: number | null
  /** Changes what this registry has; undefined: it has no such instance. All unhealthy: its lists are protected. None: they are empty. */
  readonly change: (one: Registration) => Registration | undefined
}

export const ORDINARY: NacosManner = { answer: 'well', apis: 'both', catalog: true, copyEvery: 1000, change: (one) => one }
