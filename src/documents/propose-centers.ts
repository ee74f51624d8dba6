import { PLACEHOLDER } from './read-shape.ts'

/** A kubeconfig context as `init` found it; `uid` of its namespace kube-system, where it answered. */
export interface FoundContext {
  readonly name: string
  readonly uid?: string
}

export interface ProposedCenter {
  readonly name: string
  /** `CHANGE-ME` where the name does not tell. */
  readonly region: string
  readonly role: 'active' | 'standby'
  readonly context: string
  readonly uid?: string
  readonly entryShare: number
}

/** Words that count centers and say nothing about where they are. */
const COUNTING = new Set(['zone', 'dc', 'az', 'idc', 'center', 'centre', 'cluster', 'site', 'k8s', 'kind', 'gateway', 'gw'])

/**
 * Guesses, to be corrected by a person: names from what tells the contexts apart (`prod-beijing-a`, `prod-beijing-b`, `prod-shanghai` → beijing-a, beijing-b, shanghai),
 * regions from the first word of such a name, and the last region, if it is one center beside a larger one, as standby.
 */
export function proposeCenters(contexts: readonly FoundContext[]): readonly ProposedCenter[] {
  const names = distinctNames(contexts.map(({ name }) => words(name)))
  const regions = names.map(regionOf)
  const last = regions.at(-1)
  const remote = last !== PLACEHOLDER && regions.length > 2 && regions.filter((region) => region === last).length === 1
  const shares = spread(remote ? contexts.length - 1 : contexts.length)
  return contexts.map(({ name: context, uid }, i) => ({
    name: names[i]!,
    region: regions[i]!,
    role: remote && i === contexts.length - 1 ? 'standby' : 'active',
    context,
    ...(uid === undefined ? {} : { uid }),
    entryShare: shares[i] ?? 0,
  }))
}

/** `arn:…:cluster/prod-a`, `admin@prod-a` and `prod-a` are all [prod, a]. */
function words(context: string): readonly string[] {
  const own = context.split(/[/@]/).at(-1) ?? ''
  const found = own
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return found.length > 0 ? found : ['center']
}

/** Leaves out the words that all contexts begin or end with, as long as something that can be a name remains of each. */
function distinctNames(all: readonly (readonly string[])[]): readonly string[] {
  const shortest = Math.min(...all.map((one) => one.length))
  let head = 0
  while (all.length > 1 && head < shortest - 1 && all.every((one) => one[head] === all[0]![head] && !COUNTING.has(one[head]!))) head++
  let tail = 0
  while (all.length > 1 && tail < shortest - head - 1 && all.every((one) => one.at(-1 - tail) === all[0]!.at(-1 - tail))) tail++
  const used = new Set<string>()
  return all.map((one) => {
    const base = one
      .slice(head, one.length - tail)
      .join('-')
      .slice(0, 50)
    const plain = /^\d+$/.test(base) ? `center-${base}` : base.replace(/^-+|-+$/g, '')
    let name = plain
    for (let n = 2; used.has(name); n++) name = `${plain}-${n}`
    used.add(name)
    return name
  })
}

function regionOf(name: string): string {
  const [first = '', ...rest] = name.split('-')
  const tells = first.length > 2 && !COUNTING.has(first) && !/^\d+$/.test(first)
  // A region that is called like its only center would make `--confirm` ambiguous.
  return tells ? (rest.length > 0 ? first : `${first}-region`) : PLACEHOLDER
}

/** Whole per cents that sum to 100, the earlier ones larger. */
function spread(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(100 / count) + (i < 100 % count ? 1 : 0))
}
