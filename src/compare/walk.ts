import type { PathPart } from '../domain/compare.ts'
import { canonical } from '../domain/canonical.ts'
import { drops } from './schema.ts'
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

/** Every place where the trees differ, deepest first to be told apart: a field that some do not have is one place, whatever is below it. */
export function differences(trees: readonly (Tree | undefined)[], meaningAt: (tree: Tree) => string | undefined): readonly Place[] {
  const found: Place[] = []
  visit(
    trees,
    [],
    trees.map(() => undefined),
    undefined,
  )
  return found

  function visit(
    here: readonly (Tree | undefined)[],
    path: readonly PathPart[],
    above: readonly (Branch | undefined)[],
    key: string | undefined,
  ): void {
    const present = here.filter((tree) => tree !== undefined)
    const branches = present.filter((tree) => tree.kind !== 'leaf')
    if (branches.length === here.length && new Set(branches.map(({ kind }) => kind)).size === 1) {
      into(branches, path)
      return
    }
    const meanings = here.map((tree) => (tree === undefined ? undefined : (meaningAt(tree) ?? meaningOfTree(tree))))
    const nothing = here.map((tree, i) => tree === undefined || meanings[i] === NOTHING)
    const same = new Set(meanings).size === 1 || nothing.every(Boolean)
    if (same && !(present.length < here.length || new Set(here.map((tree) => canonical(tree?.value))).size > 1)) return
    if (same && !present.some((tree) => meaningAt(tree) !== undefined)) return
    found.push({
      path,
      kind: 'value',
      trees: here,
      meanings: meanings.map((meaning, i) => (nothing[i] === true ? undefined : meaning)),
      values: here.map((tree) => tree?.value),
      pointers: here.map((tree, i) => tree?.pointer ?? `${above[i]?.pointer ?? ''}${key === undefined ? '' : `/${key}`}`),
      dropped: here.map((tree, i) => tree === undefined && key !== undefined && above[i]?.kind === 'map' && drops(above[i].schema, key)),
      sameEffect: same,
    })
  }

  function into(branches: readonly Branch[], path: readonly PathPart[]): void {
    const keys = new Map<string, PathPart>()
    for (const { entries } of branches) for (const [name, { part }] of entries) if (!keys.has(name)) keys.set(name, part)
    if (branches.some(({ ordered }) => ordered)) reordered(branches, path, keys)
    for (const [name, part] of keys) {
      visit(
        branches.map(({ entries }) => entries.get(name)?.tree),
        [...path, part],
        branches,
        'key' in part ? part.key : undefined,
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
