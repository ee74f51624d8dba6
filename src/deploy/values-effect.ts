import type { Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { nearKeys, type NearKey } from './nearest-key.ts'
import { createProber, type Ground, type Prober, type Render } from './rendering.ts'
import { behindSwitches, type Condition } from './switches.ts'
import { emptyOf, keyText, leavesOf, mergeValues, otherThan, valueOf, withLeaves, type Leaf, type Values } from './values.ts'

export interface ValuesProbe {
  /** What is given to the chart: its values files merged (`mergeValues`). */
  readonly given: Values
  /** The chart's own values, those of its sub-charts under their names (Helm's computed values with nothing given). */
  readonly defaults: Values
  readonly render: Render
  /** The release's. */
  readonly namespace: string
  /** Renders at most; what it does not suffice for is `not-examined`. Default 400. */
  readonly limit?: number
}

export type Effect =
  /** Without it something else would be rendered. */
  | 'has-effect'
  /** It is read, and says what the chart would do anyway. */
  | 'equal-to-default'
  /** Nothing reads it. */
  | 'not-read'
  /** Nothing reads it now: a switch of the chart would have to stand otherwise. */
  | 'behind-condition'
  /** The chart's schema refuses every other value, or the renders did not suffice. */
  | 'not-examined'

export interface KeyEffect {
  readonly key: string
  readonly effect: Effect
  /** Of `behind-condition`: all of them together. */
  readonly conditions?: readonly Condition[]
  /** Of `not-read`: the nearest key that a render proved to have an effect. */
  readonly nearest?: string
}

export interface Examined {
  readonly kind: 'examined'
  readonly keys: readonly KeyEffect[]
  readonly renders: number
  readonly complete: boolean
}
export type ValuesEffect = Examined | { readonly kind: 'failed'; readonly message: string }

/** Candidates for the nearest key that are tried by rendering, for each key. */
const TRIES = 4

/**
 * Which of the given keys change nothing in what is rendered. Nothing is known of the chart but its defaults: keys are changed, in groups that are halved, and
 * the output is compared. All keys that are said to be read by nobody can be deleted together without a change: that is rendered too. What it cannot see: a
 * text that is only compared with other texts than its own (`mode: data`, where the chart asks for `control` alone).
 */
export async function probeValues({ given, defaults, render, namespace, limit = 400 }: ValuesProbe): Promise<ValuesEffect> {
  const prober = createProber(render, namespace, limit)
  const base = await prober.ground(given)
  if ('failed' in base) return { kind: 'failed', message: base.failed }
  const leaves = leavesOf(given)
  const read = await readKeys(base, leaves)
  const effects = new Map<string, KeyEffect>()
  const tell = ({ path }: Leaf, effect: Effect, more: Partial<KeyEffect> = {}): void => {
    effects.set(keyText(path), { key: keyText(path), effect, ...more })
  }
  for (const leaf of leaves.filter(({ path }) => read.has(keyText(path)))) tell(leaf, await effectOfRead(base, leaf))
  const { dead, together } = await deletable(
    base,
    leaves.filter(({ path }) => !read.has(keyText(path))),
  )
  for (const leaf of together) tell(leaf, 'has-effect')
  // What was not looked at is not known to be dead.
  if (prober.spent()) {
    for (const leaf of dead) tell(leaf, 'not-examined')
  } else {
    const computed = mergeValues([defaults, given])
    const conditions = await behindSwitches(prober, given, computed, dead)
    const unread = dead.filter(({ path }) => !conditions.has(keyText(path)))
    const nearest = await nearestKeys(prober, base, defaults, unread, new Set(leaves.map(({ path }) => keyText(path))))
    for (const leaf of dead) {
      const [needs, near] = [conditions.get(keyText(leaf.path)), nearest.get(keyText(leaf.path))]
      if (needs) tell(leaf, 'behind-condition', { conditions: needs })
      else tell(leaf, 'not-read', near === undefined ? {} : { nearest: near })
    }
  }
  return {
    kind: 'examined',
    keys: leaves.flatMap(({ path }) => effects.get(keyText(path)) ?? []),
    renders: prober.renders(),
    complete: !prober.spent(),
  }
}

/**
 * What was found for a sister center holds here too where the keys and the switches are the same and all that was dead there is, left out together, no loss here:
 * three renders instead of many. Undefined: it must be examined for itself.
 */
export async function sameEffect(
  { given, render, namespace, limit = 3 }: ValuesProbe,
  sister: { readonly given: Values; readonly effect: Examined },
): Promise<Examined | undefined> {
  const [own, others] = [leavesOf(given), leavesOf(sister.given)]
  const shape = (leaves: readonly Leaf[]): string =>
    JSON.stringify(leaves.map(({ path, value }) => [keyText(path), typeof value === 'boolean' ? value : typeof value]).toSorted())
  if (!sister.effect.complete || shape(own) !== shape(others)) return undefined
  const prober = createProber(render, namespace, limit)
  const base = await prober.ground(given)
  if ('failed' in base) return undefined
  const dead = new Set(
    sister.effect.keys.filter(({ effect }) => effect === 'not-read' || effect === 'behind-condition').map(({ key }) => key),
  )
  const without = await base.without(own.map(({ path }) => path).filter((path) => dead.has(keyText(path))))
  return without === 'same' ? { ...sister.effect, renders: prober.renders() } : undefined
}

/** Keys whose change changes the output: with another value first, then with an empty one, for what is only asked whether it is there. */
async function readKeys(base: Ground, leaves: readonly Leaf[]): Promise<ReadonlySet<string>> {
  const first = await base.reading(leaves.map(({ path, value }) => ({ path, value: otherThan(value) })))
  const left = leaves.filter(({ path, value }) => !first.has(keyText(path)) && typeof value !== 'boolean')
  return new Set([...first, ...(await base.reading(left.map(({ path, value }) => ({ path, value: emptyOf(value) }))))])
}

/** Of a key that is read: would it be missed? Where every other value fails and leaving it out changes nothing, a schema may be all that reads it. */
async function effectOfRead(base: Ground, { path, value }: Leaf): Promise<Effect> {
  const without = await base.without([path])
  if (without === 'spent') return 'not-examined'
  if (without !== 'same') return 'has-effect'
  for (const other of [otherThan(value), emptyOf(value)]) {
    if ((await base.compare(withLeaves(base.values, [{ path, value: other }]))) === 'differs') return 'equal-to-default'
  }
  return 'not-examined'
}

/** Keys that may go all at once. Two may stand in for each other, so that only both together are missed: one of them then counts as having an effect. */
async function deletable(
  base: Ground,
  leaves: readonly Leaf[],
): Promise<{ readonly dead: readonly Leaf[]; readonly together: readonly Leaf[] }> {
  const dead = [...leaves]
  const together: Leaf[] = []
  const missed = async (count: number): Promise<boolean> => {
    const answer = await base.without(dead.slice(0, count).map(({ path }) => path))
    return answer === 'differs' || answer === 'failed'
  }
  while (dead.length > 0 && (await missed(dead.length))) {
    let [none, all] = [0, dead.length]
    while (all - none > 1) {
      const middle = Math.floor((none + all) / 2)
      if (await missed(middle)) all = middle
      else none = middle
    }
    together.push(...dead.splice(all - 1, 1))
  }
  return { dead, together }
}

/**
 * For each key the nearest one that has an effect. In each round every key that is left names its next candidate, and all of them are tried together: as the
 * values are, and with all of them moved (a limit counts only where its switch has moved too). A key that somebody uses already is nobody's nearest.
 */
async function nearestKeys(
  prober: Prober,
  base: Ground,
  defaults: Values,
  keys: readonly Leaf[],
  taken: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const used = new Set(taken)
  const candidates = keys.map((key) => ({ key, near: nearKeys(key, defaults).slice(0, TRIES) }))
  for (let round = 0; round < TRIES; round++) {
    const asked: { key: Leaf; near: NearKey }[] = []
    for (const { key, near: all } of candidates) {
      const near = found.has(keyText(key.path)) ? undefined : all[round]
      if (near && !used.has(keyText(near.path)) && !asked.some((one) => clashes(one.near, near))) asked.push({ key, near })
    }
    if (asked.length === 0) continue
    const settle = (read: ReadonlySet<string>): void => {
      for (const { key, near } of asked) {
        if (!read.has(keyText(near.path)) || found.has(keyText(key.path))) continue
        found.set(keyText(key.path), keyText(near.path))
        used.add(keyText(near.path))
      }
    }
    settle(await base.reading(asked.map(({ key, near }) => ({ path: near.path, value: changed(key.value, near.value) }))))
    const left = asked.filter(({ key }) => !found.has(keyText(key.path)))
    if (left.length === 0) continue
    const moved = await prober.ground(
      withLeaves(
        base.values,
        asked.map(({ key, near }) => ({ path: near.path, value: key.value })),
      ),
    )
    if (!('failed' in moved)) settle(await moved.reading(left.map(({ key, near }) => ({ path: near.path, value: otherThan(key.value) }))))
  }
  return found
}

/** One lies within the other, or is it: they cannot both be set. */
function clashes(one: Leaf, other: Leaf): boolean {
  const [a, b] = [keyText(one.path), keyText(other.path)]
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

/** What the key would bring, where that is another value than the candidate has; else any other. */
function changed(value: unknown, now: unknown): unknown {
  return JSON.stringify(value) === JSON.stringify(now) ? otherThan(now) : value
}

/** What the preflight says of it: a warning each, because Helm says nothing. Keys that nothing reads, under one map that nothing reads, are told as the map. */
export function valuesFindings(center: CenterName, given: Values, effect: ValuesEffect): readonly Finding[] {
  const where = { center }
  if (effect.kind === 'failed') return [{ reason: 'chart-not-rendered', effect: 'refuse', facts: { message: effect.message }, where }]
  const of = (kind: Effect): readonly KeyEffect[] => effect.keys.filter((one) => one.effect === kind)
  const unread = of('not-read')
  const nowhere = new Set(unread.filter(({ nearest }) => nearest === undefined).map(({ key }) => key))
  const all = effect.keys.length
  const list = (reason: string, keys: readonly string[], count = keys.length): readonly Finding[] =>
    count === 0 ? [] : [{ reason, effect: 'warn', facts: { keys, count, of: all }, where }]
  return [
    ...movedMaps(given, new Map(unread.flatMap(({ key, nearest }) => (nearest === undefined ? [] : [[key, nearest]])))).map(
      ({ key, nearest, count }): Finding => ({ reason: 'value-not-read', effect: 'warn', facts: { key, nearest, count, of: all }, where }),
    ),
    ...list('values-not-read', wholeMaps(given, nowhere), nowhere.size),
    ...of('behind-condition').map(({ key, conditions = [] }): Finding => ({
      reason: 'value-behind-condition',
      effect: 'warn',
      facts: { key, conditions: conditions.map((one) => `${one.key}=${one.value}`), count: 1, of: all },
      where,
    })),
    ...list(
      'values-equal-default',
      of('equal-to-default').map(({ key }) => key),
    ),
    ...list(
      'values-not-examined',
      of('not-examined').map(({ key }) => key),
    ),
  ]
}

/** `nacos.*` where every key of the map is among them. */
function wholeMaps(values: Values, keys: ReadonlySet<string>, path: readonly string[] = []): readonly string[] {
  return Object.keys(values).flatMap((name) => {
    const here = [...path, name]
    const inner = valueOf(values, [name])
    if (keys.has(keyText(here))) return [keyText(here)]
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return []
    const leaves = leavesOf(inner as Values, here)
    if (leaves.length > 1 && leaves.every((leaf) => keys.has(keyText(leaf.path)))) return [`${keyText(here)}.*`]
    return wholeMaps(inner as Values, keys, here)
  })
}

/** `gateway.resources.*` → `core.gateway.resources.*` where every key of the map has its own under one other map; `count`: keys in it. */
interface Moved {
  readonly key: string
  readonly nearest: string
  readonly count: number
}

function movedMaps(values: Values, moves: ReadonlyMap<string, string>, path: readonly string[] = []): readonly Moved[] {
  return Object.keys(values).flatMap((name): readonly Moved[] => {
    const here = [...path, name]
    const key = keyText(here)
    const alone = moves.get(key)
    if (alone !== undefined) return [{ key, nearest: alone, count: 1 }]
    const inner = valueOf(values, [name])
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return []
    const rests = leavesOf(inner as Values, here).map(({ path: leaf }) => keyText(leaf).slice(key.length))
    const targets = new Set(
      rests.map((rest) => (moves.get(key + rest)?.endsWith(rest) ? moves.get(key + rest)?.slice(0, -rest.length) : undefined)),
    )
    const [target] = targets
    if (rests.length > 1 && targets.size === 1 && target !== undefined)
      return [{ key: `${key}.*`, nearest: `${target}.*`, count: rests.length }]
    return movedMaps(inner as Values, moves, here)
  })
}

export const valuesWords = {
  'chart-not-rendered': { en: 'the chart does not render with these values: {message}', zh: '使用这些值无法渲染 Chart：{message}' },
  'value-not-read': {
    en: '{key} has no effect: nothing in the chart reads it. {nearest} has',
    zh: '{key} 不起作用：Chart 中没有任何地方读取。可改用 {nearest}',
  },
  'values-not-read': { en: 'without effect: {keys}. Nothing in the chart reads them', zh: '不起作用：{keys}。Chart 中没有任何地方读取' },
  'value-behind-condition': {
    en: '{key} has no effect now: it is read only with {conditions}',
    zh: '{key} 目前不起作用：仅在 {conditions} 时读取',
  },
  'values-equal-default': {
    en: '{keys}: read, and no different from what the chart does anyway',
    zh: '{keys}：会被读取，但与 Chart 默认值相同',
  },
  'values-not-examined': { en: 'not examined whether these have an effect: {keys}', zh: '未能检验以下值是否起作用：{keys}' },
} satisfies Words
