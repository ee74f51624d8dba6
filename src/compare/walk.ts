import type { PathPart } from '../domain/compare.ts'
import { canonical } from '../domain/canonical.ts'
import { drops, propertyOf, type SchemaNode } from './schema.ts'
import type { Branch, Tree } from './tree.ts'

/** One place where not all trees say the same. `meanings` are equal where values mean the same; undefined: not there. */
export interface Place {
  readonly path: readonly PathPart[]
  readonly kind: 'value' | 'order'
  readonly trees: readonly (Tree | undefined)[]
  readonly meanings: readonly (string | undefined)[]
  /** Values shown; for `order` the identities in their order. */
  readonly values: readonly unknown[]
  readonly pointers: readonly string[]
  /** This column's own schema does not know the field. */
  readonly dropped: readonly boolean[]
  readonly sameEffect: boolean
}

/** Every place where the trees differ. A map that some do not have is looked into, an item of a list that some do not have is one place, whatever is in it. */
export function differences(trees: readonly (Tree | undefined)[], meaningAt: (tree: Tree) => string | undefined): readonly Place[] {
  const found: Place[] = []
  visit(
    trees,
    [],
    trees.map(() => ({ pointer: '', schema: undefined, dropped: false, embedded: false })),
  )
  return found

  function visit(here: readonly (Tree | undefined)[], path: readonly PathPart[], spots: readonly Spot[]): void {
    const last = path.at(-1)
    const key = last !== undefined && 'key' in last ? last.key : undefined
    const present = here.filter((tree) => tree !== undefined)
    const branches = present.filter((tree) => tree.kind !== 'leaf')
    const alike = branches.length === present.length && new Set(branches.map(({ kind }) => kind)).size === 1
    const looked =
      branches.length === here.length || (key !== undefined && branches.every(({ kind, entries }) => kind === 'map' && entries.size > 0))
    if (alike && looked) {
      into(here as readonly (Branch | undefined)[], path, spots)
      return
    }
    const meanings = here.map((tree) => (tree === undefined ? undefined : (meaningAt(tree) ?? meaningOfTree(tree))))
    const nothing = here.map((tree, i) => tree === undefined || meanings[i] === NOTHING)
    const same = new Set(meanings).size === 1 || nothing.every(Boolean)
    // Texts that differ and mean the same are told of weights alone.
    const asWritten = present.length === here.length && new Set(present.map(({ value }) => canonical(value))).size === 1
    if (same && (asWritten || !present.some((tree) => meaningAt(tree) !== undefined))) return
    found.push({
      path,
      kind: 'value',
      trees: here,
      meanings: meanings.map((meaning, i) => (nothing[i] === true ? undefined : meaning)),
      values: here.map((tree) => tree?.value),
      pointers: here.map((tree, i) => tree?.pointer ?? spots[i]?.pointer ?? ''),
      dropped: here.map((tree, i) => tree === undefined && spots[i]?.dropped === true),
      sameEffect: same,
    })
  }

  function into(here: readonly (Branch | undefined)[], path: readonly PathPart[], spots: readonly Spot[]): void {
    const branches = here.filter((branch) => branch !== undefined)
    const keys = new Map<string, PathPart>()
    for (const { entries } of branches) for (const [name, { part }] of entries) if (!keys.has(name)) keys.set(name, part)
    if (branches.length === here.length && branches.some(({ ordered }) => ordered)) reordered(branches, path, keys)
    // Of maps by name, so that what is told does not depend on how an object was written; of lists as they stand.
    const sorted = branches[0]?.kind === 'list' ? [...keys] : [...keys].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [name, part] of sorted) {
      visit(
        here.map((branch) => branch?.entries.get(name)?.tree),
        [...path, part],
        here.map((branch, i) => spotOf(branch, part, spots[i])),
      )
    }
  }

  /** What stands in several lists, in another order there: one finding, whatever else differs. */
  function reordered(branches: readonly Branch[], path: readonly PathPart[], keys: ReadonlyMap<string, PathPart>): void {
    const common = [...keys.keys()].filter((key) => branches.every(({ entries }) => entries.has(key)))
    const orders = branches.map(({ entries }) => [...entries.keys()].filter((key) => common.includes(key)))
    if (new Set(orders.map((order) => canonical(order))).size === 1) return
    const labels = orders.map((order) => order.map((key) => labelOf(keys.get(key))))
    found.push({
      path,
      kind: 'order',
      trees: branches,
      meanings: orders.map((order) => canonical(order)),
      values: labels,
      pointers: branches.map(({ pointer }) => pointer),
      dropped: branches.map(() => false),
      sameEffect: false,
    })
  }
}

/** Where a field stands, or would stand, in one column. `dropped`: the schema there knows nothing of it, or of what is around it. */
interface Spot {
  readonly pointer: string
  readonly schema: SchemaNode | undefined
  readonly dropped: boolean
  readonly embedded: boolean
}

function spotOf(branch: Branch | undefined, part: PathPart, above: Spot | undefined): Spot {
  const pointer = branch?.pointer ?? above?.pointer ?? ''
  const embedded = branch?.embedded ?? above?.embedded ?? false
  if ('item' in part) return { pointer, schema: undefined, dropped: false, embedded }
  const schema = branch?.schema ?? above?.schema
  return {
    pointer: embedded ? pointer : `${pointer}/${escaped(part.key)}`,
    embedded,
    schema: propertyOf(schema, part.key),
    dropped: above?.dropped === true || (!(pointer === '' && OF_EVERY_OBJECT.has(part.key)) && drops(schema, part.key)),
  }
}

/** What an API server keeps whatever a schema says: definitions of custom kinds need not name it. */
const OF_EVERY_OBJECT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** As good as not being there: a backend of weight 0. */
export const NOTHING = 'nothing'

const labelOf = (part: PathPart | undefined): string => (part === undefined ? '' : 'item' in part ? part.label : part.key)

/** One text for trees that mean the same: entries of what has no order are sorted. */
export function meaningOfTree(tree: Tree): string {
  if (tree.kind === 'leaf') return tree.meaning
  const entries = [...tree.entries].map(([key, { tree: inner }]) => `${canonical(key)}:${meaningOfTree(inner)}`)
  return `${tree.kind}{${(tree.ordered ? entries : entries.sort()).join(',')}}`
}

/** The tree at an identity path, `*` for any one part: every place that fits. */
export function placesAt(
  tree: Tree,
  pattern: readonly string[],
  path: readonly PathPart[] = [],
): readonly { readonly path: readonly PathPart[]; readonly tree: Tree }[] {
  const [next, ...rest] = pattern
  if (next === undefined) return [{ path, tree }]
  if (tree.kind === 'leaf') return []
  return [...tree.entries.values()].flatMap(({ part, tree: inner }) => (fits(part, next) ? placesAt(inner, rest, [...path, part]) : []))
}

export function fits(part: PathPart, pattern: string): boolean {
  if (pattern === '*') return true
  return 'item' in part ? part.label === pattern || part.item === pattern : part.key === pattern
}

/** `spec.rules[/v1].backendRefs[a:80].weight` → its parts. */
export function patternParts(path: string): readonly string[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, bracketed]) => bracketed ?? whole)
}
