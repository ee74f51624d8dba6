import { byKey, leafChanges, manifestsOf, type Manifest } from './manifests.ts'
import { keyText, withLeaves, withoutLeaves, type Leaf, type ValuePath, type Values } from './values.ts'

/** One render of the chart: the documents that came out, parsed, or what Helm said instead. */
export type RenderAnswer =
  | { readonly kind: 'rendered'; readonly documents: readonly unknown[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** There is no time left for it: nothing is known. */
  | { readonly kind: 'late' }
/** The chart as a function of its values, everything else held still. */
export type Render = (values: Values) => Promise<RenderAnswer>

/** How a render with other values compares with that of a ground. `spent`: the allowance of renders is used up. */
export type Comparison = 'same' | 'differs' | 'failed' | 'spent'

/** Values that render, and what is known of the output: leaves that two equal renders have differently (random passwords, times) tell nothing. */
export interface Ground {
  readonly values: Values
  /** How the output looks with these values instead. */
  compare(values: Values): Promise<Comparison>
  /** Of these leaves, with the value that each carries, those that alone make the output another; found by halving. */
  reading(leaves: readonly Leaf[]): Promise<ReadonlySet<string>>
  /** Leaves out these keys. */
  without(paths: readonly ValuePath[]): Promise<Comparison>
}

export interface Prober {
  ground(values: Values): Promise<Ground | { readonly failed: string }>
  readonly renders: () => number
  readonly spent: () => boolean
}

/** Renders at most `limit` times; grounds are kept, so that asking twice costs nothing. */
export function createProber(render: Render, namespace: string, limit: number): Prober {
  let renders = 0
  let spent = false
  const grounds = new Map<string, Promise<Ground | { readonly failed: string }>>()
  const once = async (values: Values): Promise<Exclude<RenderAnswer, { kind: 'late' }> | undefined> => {
    if (spent || renders >= limit) {
      spent = true
      return undefined
    }
    renders++
    const answer = await render(values)
    if (answer.kind !== 'late') return answer
    spent = true
    return undefined
  }
  const makeGround = async (values: Values): Promise<Ground | { readonly failed: string }> => {
    const [one, two] = [await once(values), await once(values)]
    if (one?.kind !== 'rendered' || two?.kind !== 'rendered')
      return { failed: one?.kind === 'failed' ? one.message : two?.kind === 'failed' ? two.message : '' }
    const base = byKey(manifestsOf(one.documents), namespace)
    const noise = new Set(differences(base, byKey(manifestsOf(two.documents), namespace)))
    const compare = async (other: Values): Promise<Comparison> => {
      const answer = await once(other)
      if (answer === undefined) return 'spent'
      if (answer.kind === 'failed') return 'failed'
      return differences(base, byKey(manifestsOf(answer.documents), namespace)).every((difference) => noise.has(difference))
        ? 'same'
        : 'differs'
    }
    return {
      values,
      compare,
      reading: async (leaves) => await halving(leaves, async (group) => await compare(withLeaves(values, group))),
      without: async (paths) => await compare(withoutLeaves(values, paths)),
    }
  }
  return {
    ground: async (values) => {
      const key = JSON.stringify(values)
      const ground = grounds.get(key) ?? makeGround(values)
      grounds.set(key, ground)
      return await ground
    },
    renders: () => renders,
    spent: () => spent,
  }
}

/** `object pointer` of each leaf in which two renders differ. */
function differences(before: ReadonlyMap<string, Manifest>, after: ReadonlyMap<string, Manifest>): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((object) =>
    leafChanges(before.get(object), after.get(object)).map(({ pointer }) => `${object} ${pointer}`),
  )
}

/**
 * Switches are turned one by one, because two of them together may hide each other; all else goes in groups that are halved while their output differs. What
 * is found was found alone. About k·log2(n) renders for k of n.
 */
async function halving(leaves: readonly Leaf[], ask: (group: readonly Leaf[]) => Promise<Comparison>): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const search = async (group: readonly Leaf[], known: boolean): Promise<number> => {
    const [only] = group
    if (only === undefined) return 0
    if (group.length === 1 || !known) {
      const answer = await ask(group)
      if (answer === 'same' || answer === 'spent') return 0
      if (group.length === 1) return found.add(keyText(only.path)).size > 0 ? 1 : 0
    }
    const middle = Math.ceil(group.length / 2)
    const left = await search(group.slice(0, middle), false)
    return left + (await search(group.slice(middle), left === 0))
  }
  for (const leaf of leaves) if (typeof leaf.value === 'boolean') await search([leaf], false)
  await search(
    leaves.filter(({ value }) => typeof value !== 'boolean'),
    false,
  )
  return found
}
