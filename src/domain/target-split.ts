import type { CenterName, Topology, Weights } from './topology.ts'

/**
 * The shares of a rule's backends while the centers `out` are out. `ruleNormal` are its weights at normal, by center; only ratios mean something.
 * A rule with the policy's normal ratio follows the policy's entry for exactly this situation. One with a split of its own keeps it among survivors.
 * Without either, each region's part stays in the region (by normal weight, else capacity), and only where nobody is left there it goes to the others.
 * `undefined`: nobody is left.
 */
export function targetSplit(topology: Topology, ruleNormal: Weights, out: Iterable<CenterName>): Weights | undefined {
  const lost = new Set(out)
  if (lost.size === 0) return ruleNormal
  const survivors = topology.centers.map(({ name }) => name).filter((name) => !lost.has(name))
  if (survivors.length === 0) return undefined
  const entry = topology.policy.without.find(({ centers }) => centers.length === lost.size && centers.every((center) => lost.has(center)))
  const byPolicy = entry && pick(entry.weights, survivors)
  if (sameRatio(topology, ruleNormal, topology.policy.normal)) return byPolicy ?? byRegion(topology, ruleNormal, survivors)
  return pick(ruleNormal, survivors) ?? byPolicy ?? byRegion(topology, ruleNormal, survivors)
}

/** Are two sets of weights in one ratio? A center that is missing has 0. */
export function sameRatio(topology: Topology, a: Weights, b: Weights): boolean {
  const sumA = total(a)
  const sumB = total(b)
  return topology.centers.every(({ name }) => BigInt(a[name] ?? 0) * BigInt(sumB) === BigInt(b[name] ?? 0) * BigInt(sumA))
}

/** Weights of these centers alone; `undefined` when that is nothing. */
export function pick(weights: Weights, centers: readonly CenterName[]): Weights | undefined {
  const picked = Object.fromEntries(centers.map((name) => [name, weights[name] ?? 0]))
  return total(picked) > 0 ? picked : undefined
}

export function total(weights: Weights): number {
  return Object.values(weights).reduce((a, b) => a + b, 0)
}

function byRegion(topology: Topology, normal: Weights, survivors: readonly CenterName[]): Weights | undefined {
  const parts = topology.regions.flatMap((region) => {
    const members = topology.centers.filter((center) => center.region === region).map(({ name }) => name)
    const part = members.reduce((sum, name) => sum + (normal[name] ?? 0), 0)
    const local = survivors.filter((name) => members.includes(name))
    return part === 0 ? [] : [{ part, split: fallback(topology, normal, local.length > 0 ? local : survivors) }]
  })
  // Shares of several regions over one denominator, in whole numbers.
  const denominator = parts.reduce((product, { split }) => product * total(split), 1)
  const share = (name: CenterName) =>
    parts.reduce((sum, { part, split }) => sum + (part * (split[name] ?? 0) * denominator) / total(split), 0)
  return pick(Object.fromEntries(survivors.map((name) => [name, share(name)])), survivors)
}

/** By the rule's normal weights, else by the policy's, else by capacity, else equally. */
function fallback(topology: Topology, normal: Weights, centers: readonly CenterName[]): Weights {
  const capacity = Object.fromEntries(topology.centers.map((center) => [center.name, Math.round(center.capacity ?? 0)]))
  return (
    pick(normal, centers) ??
    pick(topology.policy.normal, centers) ??
    pick(capacity, centers) ??
    Object.fromEntries(centers.map((name) => [name, 1]))
  )
}
