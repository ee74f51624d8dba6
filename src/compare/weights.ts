import type { Branch, Tree } from './tree.ts'
import { NOTHING } from './walk.ts'

/**
 * Weights are shares: 1/1 and 50/50 send the same traffic, and a backend of weight 0 gets none, there or not. For the trees of one object in several columns,
 * answers what a weight, or a whole backendRef, means where its text alone says something else.
 */
export function weightMeanings(trees: readonly (Tree | undefined)[]): (tree: Tree) => string | undefined {
  const meanings = new Map<Tree, string>()
  const rules = new Map<string, { readonly refs: ReadonlyMap<string, Tree>; readonly shares: string }[]>()
  for (const tree of trees) {
    const list = entry(entry(tree, 'spec'), 'rules')
    if (list?.kind !== 'list') continue
    for (const [key, { tree: rule }] of list.entries) {
      const refs = entry(rule, 'backendRefs')
      if (refs?.kind !== 'list') continue
      const backends = new Map([...refs.entries].map(([name, { tree: ref }]) => [name, ref]))
      rules.set(key, [...(rules.get(key) ?? []), { refs: backends, shares: sharesOf(backends) }])
    }
  }
  for (const columns of rules.values()) {
    const first = new Map<string, ReadonlyMap<string, Tree>>()
    for (const { refs, shares } of columns) {
      const like = first.get(shares) ?? refs
      first.set(shares, like)
      for (const [name, ref] of refs) {
        const weight = weightTree(ref)
        if (weight?.kind === 'leaf') meanings.set(weight, `weight ${weightOf(like.get(name))}`)
        if (weightOf(ref) === 0) meanings.set(ref, NOTHING)
      }
    }
  }
  return (tree) => meanings.get(tree)
}

/** The shares that count, in lowest terms. */
function sharesOf(refs: ReadonlyMap<string, Tree>): string {
  const weights = [...refs].map(([name, ref]) => [name, weightOf(ref)] as const).filter(([, weight]) => weight > 0)
  const common = weights.reduce((all, [, weight]) => divisor(all, weight), 0)
  return weights
    .map(([name, weight]) => `${name}=${weight / common}`)
    .sort()
    .join(' ')
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

function weightTree(ref: Tree | undefined): Tree | undefined {
  return entry(ref, 'weight')
}

/** Absent: 1. What is not there weighs nothing. */
export function weightOf(ref: Tree | undefined): number {
  if (ref === undefined) return 0
  const weight = weightTree(ref)
  if (weight === undefined) return 1
  return typeof weight.value === 'number' && Number.isSafeInteger(weight.value) && weight.value >= 0 ? weight.value : 1
}

function entry(tree: Tree | undefined, key: string): Branch | Tree | undefined {
  return tree === undefined || tree.kind === 'leaf' ? undefined : tree.entries.get(key)?.tree
}
