import { type Body, configMapOf, configMaps, routeOf, routes } from '../lab/apiserver/client.ts'

/** One write of chance to a fresh object, or the creation of one. */
export interface Attempt {
  readonly collection: string
  /** Created before, unless the attempt is itself a creation. */
  readonly base: Body
  readonly method: 'POST' | 'PUT' | 'PATCH'
  readonly type: string
  readonly body: unknown
  readonly query: string
}

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

const bases: readonly (readonly [collection: string, make: (name: string) => Body])[] = [
  [routes, (name) => ({ ...routeOf(name, [50, 50]), spec: { ...routeOf(name, [50, 50]).spec, hostnames: ['a.example'] } })],
  [configMaps, (name) => configMapOf(name, { a: '1', b: '2' }, { tier: 'x' })],
  [
    DEPLOYMENTS,
    (name) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: { app: 'web' }, annotations: { note: '1' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [{ name: 'main', image: 'web:1', ports: [{ name: 'http', containerPort: 80 }], env: [{ name: 'A', value: '1' }] }],
          },
        },
      },
    }),
  ],
]

/** What people and programs put into fields, right and wrong. Replicas stay few: nothing here runs. */
const values: readonly unknown[] = [
  0,
  1,
  2,
  80,
  100,
  -1,
  1_000_001,
  0.5,
  '',
  'a',
  'b.example',
  'UPPER',
  '1',
  true,
  false,
  null,
  {},
  [],
  ['a'],
  { a: '1' },
  { name: 'x' },
]
const keys = ['a', 'b', 'extra', 'weight', 'hostnames', 'replicas', 'name']

/** The attempt of that number; the same `random` gives the same one. */
export function attempt(number: number, random: () => number): Attempt {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const [collection, make] = one(bases)
  const base = make(`fuzz-${number}`)
  const query = `?fieldValidation=${one(['Strict', 'Warn', 'Ignore'])}`
  const places = pointersIn(base).filter((at) => /^\/(spec|data|metadata\/(labels|annotations))/.test(at))
  const place = (): string => (random() < 0.25 ? `${one(places)}/${one(keys)}` : one(places))
  const kind = one(['json', 'json', 'merge', 'merge', 'put', 'create'] as const)
  if (kind === 'json') {
    const operations = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
      const op = one(['add', 'replace', 'replace', 'remove', 'test', 'copy', 'move'])
      if (op === 'remove') return { op, path: place() }
      return op === 'copy' || op === 'move' ? { op, from: place(), path: place() } : { op, path: place(), value: one(values) }
    })
    return { collection, base, query, method: 'PATCH', type: 'application/json-patch+json', body: operations }
  }
  if (kind === 'merge') {
    const steps = place().slice(1).split('/')
    // A list is replaced whole: its index is no key.
    const named = steps.slice(0, steps.findIndex((step) => /^\d+$/.test(step)) >>> 0)
    const body = named.reduceRight<unknown>((inner, key) => ({ [key]: inner }), one(values))
    return { collection, base, query, method: 'PATCH', type: 'application/merge-patch+json', body }
  }
  const body = structuredClone(base)
  for (let left = 1 + Math.floor(random() * 2); left > 0; left--) set(body, place().slice(1).split('/'), one(values))
  return { collection, base, query, method: kind === 'put' ? 'PUT' : 'POST', type: 'application/json', body }
}

function pointersIn(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pointersIn(inner, `${path}/${key}`))]
}

/** Where the way ends early, at what is no map or list, nothing is set. */
function set(target: Body, [key = '', ...rest]: readonly string[], value: unknown): void {
  const holder = target as Record<string, unknown>
  if (rest.length === 0) holder[key] = value
  else if (typeof holder[key] === 'object' && holder[key] !== null) set(holder[key], rest, value)
}
