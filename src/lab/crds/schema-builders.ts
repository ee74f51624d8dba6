import type { Tree } from '../apiserver/json.ts'

/** A map with these fields; a name that ends in `!` is required. */
export function fields(given: Readonly<Record<string, Tree>>, more: Tree = {}): Tree {
  const required = Object.keys(given)
    .filter((name) => name.endsWith('!'))
    .map((name) => name.slice(0, -1))
  const properties = Object.fromEntries(Object.entries(given).map(([name, schema]) => [name.replace(/!$/, ''), schema]))
  return { type: 'object', properties, ...(required.length > 0 && { required }), ...more }
}

export const text = (more: Tree = {}): Tree => ({ type: 'string', ...more })
/** A string of `shortest` to `longest` characters that fits `pattern`. */
export const sized = (shortest: number, longest: number, pattern?: string, more: Tree = {}): Tree =>
  text({ minLength: shortest, maxLength: longest, ...(pattern !== undefined && { pattern }), ...more })
export const oneOf = (...values: readonly (string | number)[]): Tree => ({
  type: typeof values[0] === 'number' ? 'integer' : 'string',
  enum: values,
})
export const whole = (more: Tree = {}): Tree => ({ type: 'integer', ...more })
export const flag: Tree = { type: 'boolean' }
export const list = (items: Tree, more: Tree = {}): Tree => ({ type: 'array', items, ...more })
/** A list of at most `most` items, each known by the values of its `keys`. */
export const keyed = (keys: readonly string[], items: Tree, more: Tree = {}): Tree =>
  list(items, { 'x-kubernetes-list-map-keys': keys, 'x-kubernetes-list-type': 'map', ...more })
export const mapOf = (values: Tree, more: Tree = {}): Tree => ({ type: 'object', additionalProperties: values, ...more })
/** A map of whatever anybody puts in. */
export const anything: Tree = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** How one kind is named and served. `stored` is the version that the real CRD stores; all share one schema here as there. */
export interface Definition {
  readonly group: string
  readonly kind: string
  readonly plural: string
  readonly shortNames?: readonly string[]
  readonly categories: readonly string[]
  readonly cluster?: true
  readonly versions: readonly string[]
  readonly stored: string
  readonly status?: false
  /** Name → JSONPath of what `kubectl get` prints after the name; the age comes by itself. */
  readonly columns?: Readonly<Record<string, string>>
  readonly schema: Tree
}

/** The CustomResourceDefinition of a kind. */
export function define({
  group,
  kind,
  plural,
  shortNames,
  categories,
  cluster,
  versions,
  stored,
  status,
  columns = {},
  schema,
}: Definition): Tree {
  const printed = Object.entries(columns).map(([name, jsonPath]) => ({ name, jsonPath, type: 'string' }))
  const age = { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date' }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List`, categories, ...(shortNames && { shortNames }) },
      scope: cluster ? 'Cluster' : 'Namespaced',
      versions: versions.map((name) => ({
        name,
        served: true,
        storage: name === stored,
        schema: { openAPIV3Schema: schema },
        ...(status !== false && { subresources: { status: {} } }),
        additionalPrinterColumns: [...printed, age],
      })),
    },
  }
}
