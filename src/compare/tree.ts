import type { PathPart } from '../domain/compare.ts'
import { itemKeys } from './list-keys.ts'
import { meaningOf } from './meaning.ts'
import { isDeclared, itemsOf, propertyOf, type SchemaNode } from './schema.ts'

/** A value by identity: lists whose items can be told apart are maps, and each end has one text for all values that mean the same. */
export type Tree = Leaf | Branch

export interface Leaf {
  readonly kind: 'leaf'
  readonly pointer: string
  readonly value: unknown
  readonly meaning: string
}

export interface Branch {
  readonly kind: 'map' | 'list'
  readonly pointer: string
  readonly value: unknown
  readonly entries: ReadonlyMap<string, { readonly part: PathPart; readonly tree: Tree }>
  readonly ordered: boolean
  readonly schema: SchemaNode | undefined
  /** Inside a text: its pointer is that of the text. */
  readonly embedded?: true
}

/** Text → the document that it holds, if it holds a map or a list; undefined: it is only text. */
export type ParseEmbedded = (text: string) => unknown

export interface TreeOptions {
  readonly schema: SchemaNode | undefined
  readonly namespace: string
  readonly rulesByName: boolean
  /** Of a ConfigMap: texts of `data` that hold documents are compared as documents. */
  readonly embedded?: ParseEmbedded
}

/** Where an empty map says something else than no map. */
const EMPTY_COUNTS = /^(?:emptyDir|.*[sS]elector|from|to|ingress|egress)$/

export function treeOf(value: unknown, options: TreeOptions): Tree {
  return (
    build(value, options.schema, '', [], options) ?? {
      kind: 'map',
      pointer: '',
      value,
      entries: new Map(),
      ordered: false,
      schema: options.schema,
    }
  )
}

/** `keys`: the keys above, without the items of lists. Undefined: empty, which is as good as absent. */
function build(
  value: unknown,
  schema: SchemaNode | undefined,
  pointer: string,
  keys: readonly string[],
  options: TreeOptions,
): Tree | undefined {
  if (value === null || value === undefined) return undefined
  const key = keys.at(-1) ?? ''
  if (Array.isArray(value)) {
    if (value.length === 0 && !EMPTY_COUNTS.test(key)) return undefined
    const found = itemKeys(value, { field: key, schema, namespace: options.namespace, rulesByName: options.rulesByName })
    if (found === undefined && !value.some((item) => typeof item === 'object')) return leaf(value, schema, pointer, keys)
    const entries = new Map<string, { part: PathPart; tree: Tree }>()
    value.forEach((item: unknown, i) => {
      const { item: name, label } = found?.keys[i] ?? { item: String(i), label: String(i) }
      const at = `${pointer}/${i}`
      const own = REFERENCES.has(key) ? asReference(item, options.namespace, key === 'backendRefs') : item
      const tree = build(own, itemsOf(schema), at, keys, options) ?? leaf(item, undefined, at, keys)
      entries.set(name, { part: { item: name, label }, tree })
    })
    return { kind: 'list', pointer, value, entries, ordered: found?.ordered ?? false, schema }
  }
  if (typeof value === 'object') {
    const entries = new Map<string, { part: PathPart; tree: Tree }>()
    for (const [name, inner] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      const at = `${pointer}/${escaped(name)}`
      const tree =
        inner === '' && isDeclared(schema, name) ? undefined : build(inner, propertyOf(schema, name), at, [...keys, name], options)
      if (tree !== undefined) entries.set(name, { part: { key: name }, tree })
    }
    if (entries.size === 0 && !EMPTY_COUNTS.test(key)) return undefined
    return { kind: 'map', pointer, value, entries, ordered: false, schema }
  }
  if (options.embedded !== undefined && typeof value === 'string' && keys.length === 2 && keys[0] === 'data') {
    const document = options.embedded(value)
    if (typeof document === 'object' && document !== null) {
      const inside = { ...options, schema: undefined }
      delete (inside as { embedded?: ParseEmbedded }).embedded
      const tree = build(document, undefined, '', keys, inside)
      if (tree !== undefined) return { ...anchored(tree, pointer), value }
    }
  }
  return leaf(value, schema, pointer, keys)
}

/** A reference without a namespace means the object's own, a backend without a weight has weight 1. */
const REFERENCES = new Set(['backendRefs', 'parentRefs'])
function asReference(item: unknown, own: string, weighted: boolean): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
  const { namespace, ...rest } = item as Readonly<Record<string, unknown>>
  const weight = weighted ? { weight: rest['weight'] ?? 1 } : {}
  return { ...(namespace === undefined || namespace === own ? {} : { namespace }), ...rest, ...weight }
}

function leaf(value: unknown, schema: SchemaNode | undefined, pointer: string, keys: readonly string[]): Leaf {
  return { kind: 'leaf', pointer, value, meaning: meaningOf(value, schema, keys) }
}

/** Inside an embedded document every pointer leads to the text that holds it. */
function anchored(tree: Tree, pointer: string): Tree {
  if (tree.kind === 'leaf') return { ...tree, pointer }
  return {
    ...tree,
    pointer,
    embedded: true,
    entries: new Map([...tree.entries].map(([key, { part, tree: inner }]) => [key, { part, tree: anchored(inner, pointer) }])),
  }
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
