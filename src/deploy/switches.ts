import type { Ground, Prober } from './rendering.ts'
import { keyText, leavesOf, otherThan, withLeaves, type Leaf, type ValuePath, type Values } from './values.ts'

/** A key that is read only while a switch of the chart stands otherwise: `key` with the value under which it is read. */
export interface Condition {
  readonly key: string
  readonly value: boolean
}

/** At most so many switches that are on are turned off one by one: each costs three renders. */
const TURNED_OFF = 16

/**
 * For keys that nothing reads now: does something read them with switches turned? First everything that is off is turned on together, and the fewest switches
 * that each key needs are found by halving; then what is on near a key is turned off, one at a time (`replicas` counts only without autoscaling).
 * `computed`: the chart's defaults with the given values over them.
 */
export async function behindSwitches(
  prober: Prober,
  given: Values,
  computed: Values,
  keys: readonly Leaf[],
): Promise<ReadonlyMap<string, readonly Condition[]>> {
  const dead = new Set(keys.map(({ path }) => keyText(path)))
  const switches = leavesOf(computed).filter(({ path, value }) => typeof value === 'boolean' && !dead.has(keyText(path)))
  const found = new Map<string, readonly Condition[]>()
  const off = switches.filter(({ value }) => value === false)
  for (const { group, ground } of await groundsWith(prober, given, off)) {
    const left = keys.filter(({ path }) => !found.has(keyText(path)))
    const read = await ground.reading(perturbed(left))
    for (const leaf of left.filter(({ path }) => read.has(keyText(path))))
      found.set(keyText(leaf.path), await fewest(prober, given, leaf, group))
  }
  const on = switches.filter(({ value }) => value === true)
  const near = on.filter((one) => keys.some((key) => isNear(one.path, key.path))).slice(0, TURNED_OFF)
  for (const one of near) {
    const left = keys.filter(({ path }) => !found.has(keyText(path)) && isNear(one.path, path))
    if (left.length === 0) continue
    const ground = await prober.ground(withLeaves(given, [{ path: one.path, value: false }]))
    if ('failed' in ground) continue
    for (const key of await ground.reading(perturbed(left))) found.set(key, [{ key: keyText(one.path), value: false }])
  }
  return found
}

const perturbed = (leaves: readonly Leaf[]): readonly Leaf[] => leaves.map(({ path, value }) => ({ path, value: otherThan(value) }))
const turnedOn = (switches: readonly Leaf[]): readonly Leaf[] => switches.map(({ path }) => ({ path, value: true }))

/** All of them on; where that does not render, those of each part of the chart. */
async function groundsWith(
  prober: Prober,
  given: Values,
  off: readonly Leaf[],
): Promise<readonly { group: readonly Leaf[]; ground: Ground }[]> {
  if (off.length === 0) return []
  const all = await prober.ground(withLeaves(given, turnedOn(off)))
  if (!('failed' in all)) return [{ group: off, ground: all }]
  const parts = [...Map.groupBy(off, ({ path }) => path[0]).values()]
  const grounds = []
  for (const group of parts.length === 1 ? off.map((one) => [one]) : parts) {
    const ground = await prober.ground(withLeaves(given, turnedOn(group)))
    if (!('failed' in ground)) grounds.push({ group, ground })
  }
  return grounds
}

/** The fewest switches with which the key is read: the smallest prefix that suffices ends with one that is needed; and again, with that one on. */
async function fewest(prober: Prober, given: Values, leaf: Leaf, group: readonly Leaf[]): Promise<readonly Condition[]> {
  const reads = async (on: readonly Leaf[]): Promise<boolean> => {
    const ground = await prober.ground(withLeaves(given, turnedOn(on)))
    return !('failed' in ground) && (await ground.reading(perturbed([leaf]))).size > 0
  }
  const nearest = group.toSorted((a, b) => distance(a.path, leaf.path) - distance(b.path, leaf.path))
  const needed: Leaf[] = []
  while (needed.length < nearest.length && !prober.spent() && !(needed.length > 0 && (await reads(needed)))) {
    let [none, all] = [0, nearest.length]
    while (all - none > 1) {
      const middle = Math.floor((none + all) / 2)
      if (await reads([...needed, ...nearest.slice(0, middle)])) all = middle
      else none = middle
    }
    const last = nearest[all - 1]
    if (last === undefined || needed.includes(last)) break
    needed.push(last)
  }
  return needed.map(({ path }) => ({ key: keyText(path), value: true }))
}

const common = (one: ValuePath, other: ValuePath): number => {
  const differs = one.findIndex((part, i) => part !== other[i])
  return differs === -1 ? one.length : differs
}
/** Steps from one key up to the map that holds both, and down. */
const distance = (one: ValuePath, other: ValuePath): number => one.length + other.length - 2 * common(one, other)

/** In the same map, in one above it, or in one below the map that holds the key. */
function isNear(one: ValuePath, key: ValuePath): boolean {
  const shared = common(one, key)
  return shared > 0 && (shared >= one.length - 1 || shared >= key.length - 1)
}
