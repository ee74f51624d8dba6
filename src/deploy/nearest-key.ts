import { keyText, leavesOf, mapsOf, valueOf, type Leaf, type ValuePath, type Values } from './values.ts'

/** A key that could have been meant, and how near it is. */
export interface NearKey extends Leaf {
  readonly score: number
}

/**
 * Keys of a chart that a key without effect may have been meant for, nearest first; whether they have an effect is for a render to say. Two ways lead there:
 * the same key under a map of the same name elsewhere (`gateway.x` → `core.gateway.x`), and a key of a like name beside it (`replicaCount` → `replicas`).
 * The first part of the key, which says what it is about, must be found again: `nacos.replicaCount` is nobody else's replicas. Only a telling name may lead to
 * `global`.
 */
export function nearKeys({ path, value }: Leaf, defaults: Values): readonly NearKey[] {
  const [about = '', ...rest] = path
  const own = keyText(path)
  const found = new Map<string, NearKey>()
  const put = (near: ValuePath, score: number): void => {
    const key = keyText(near)
    const now = valueOf(defaults, near)
    if (key === own || !fits(value, now) || (found.get(key)?.score ?? 0) >= score) return
    found.set(key, { path: near, value: now, score })
  }
  if (rest.length > 0) {
    for (const map of mapsOf(defaults)) {
      const alike = likeness(map.at(-1) ?? '', about)
      if (alike > 0) put([...map, ...rest], 2 + alike + (valueOf(defaults, [...map, ...rest]) === undefined ? 0 : 1) - map.length / 20)
    }
  }
  for (const { path: other } of leavesOf(defaults)) {
    const leaf = nameLikeness(path.at(-1) ?? '', other.at(-1) ?? '')
    if (leaf < 0.5) continue
    const parents = other.slice(0, -1)
    const same = Math.max(0, ...parents.map((part) => likeness(part, about)))
    const shared = path.slice(1, -1).filter((part) => parents.includes(part)).length
    const telling = leaf === 1 && path.length <= 2 && words(path.at(-1) ?? '').length > 1 && other[0] === 'global'
    if (same > 0 || telling) put(other, 2 * leaf + same + shared / 4 - other.length / 20)
  }
  return [...found.values()].sort((a, b) => b.score - a.score || (keyText(a.path) < keyText(b.path) ? -1 : 1))
}

/** Can this value stand there? What has no value yet takes anything; a map takes no scalar. */
function fits(value: unknown, there: unknown): boolean {
  if (there === undefined || there === null || value === null) return true
  if (Array.isArray(value) || Array.isArray(there)) return Array.isArray(value) && Array.isArray(there)
  if (typeof value === 'object' || typeof there === 'object') return typeof value === typeof there
  return (typeof value === 'boolean') === (typeof there === 'boolean')
}

/** `higress-console` is about the console: the words of one name are among those of the other. */
function likeness(one: string, other: string): number {
  if (one === other) return 1
  const [a, b] = [words(one), words(other)]
  const within = (some: readonly string[], all: readonly string[]): boolean => some.length > 0 && some.every((word) => all.includes(word))
  return within(a, b) || within(b, a) ? 0.8 : 0
}

/** Dice's coefficient of the words of two names: 1 the same, 0 none in common. */
function nameLikeness(one: string, other: string): number {
  if (one === other) return 1
  const [a, b] = [words(one), words(other)]
  const common = a.filter((word) => b.includes(word)).length
  return a.length + b.length === 0 ? 0 : Math.min(0.95, (2 * common) / (a.length + b.length))
}

/** `targetCPUUtilization` → target, cpu, utilization; a plural counts as its singular. */
function words(name: string): readonly string[] {
  const parts = name.replaceAll(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2').split(/[^A-Za-z0-9]+/)
  return [...new Set(parts.filter((part) => part !== '').map((part) => part.toLowerCase().replace(/(?<=..)s$/, '')))]
}
