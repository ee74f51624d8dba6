import { apportion } from './apportion.ts'
import { backendKey, type Member } from './backend-id.ts'
import type { Facts } from './finding.ts'
import type { RefTarget } from './intent.ts'
import type { Rule } from './route.ts'
import type { CenterName, ServiceName, Topology, Weights } from './topology.ts'

const WEIGHT_LIMIT = 1_000_000
const BACKEND_LIMIT = 16

/** Weights of one rule by backend id, as a mark records them: `null` was not there, `'absent'` counts as 1. */
export type Recorded = Readonly<Record<string, number | 'absent' | null>>

/** A ref as totals and the way back count it: `written` is the recorded number. `added`: the tool put it there. */
export interface BaseRef {
  readonly id: string
  readonly member?: Member
  readonly written: number | 'absent'
  readonly weight: number
  readonly added: boolean
}

export type RulePlan =
  | { readonly refs: readonly RefTarget[] }
  | { readonly problem: 'weight-limit' | 'too-many-backends'; readonly facts: Facts }

export function effective(weight: number | 'absent' | null): number {
  return weight === 'absent' ? 1 : (weight ?? 0)
}

/**
 * The refs that stand in the rule now, with their recorded numbers where there are any.
 * A ref of no service that is not what the mark `set` was changed by somebody else: its present number counts.
 */
export function baseOf(rule: Rule, recorded: Recorded, set: Recorded | undefined): readonly BaseRef[] {
  return rule.backends.map(({ id, declared, weight, member }) => {
    const before = recorded[id]
    const foreign = member === undefined && set?.[id] !== undefined && effective(set[id]) !== weight
    const written = before === undefined || foreign ? (declared ?? 'absent') : (before ?? 0)
    return { id, ...(member === undefined ? {} : { member }), written, weight: effective(written), added: before === null }
  })
}

/** Base weights of one service by center. */
export function weightsOf(refs: readonly { readonly member?: Member; readonly weight: number }[], service: ServiceName): Weights {
  return Object.fromEntries(refs.flatMap(({ member, weight }) => (member?.service === service ? [[member.center, weight] as const] : [])))
}

export function servicesOf(rule: Rule): readonly ServiceName[] {
  return [...new Set(rule.backends.flatMap(({ member }) => (member === undefined ? [] : [member.service])))].sort()
}

/**
 * The rule with the shares of some services changed. Each service keeps its total, by largest remainder in the topology's order of centers.
 * Where a split cannot be shown within one point, the whole rule, unmanaged refs included, is multiplied by the smallest number that suffices.
 * A center that gains and has no ref is added, once.
 */
export function resplit(
  topology: Topology,
  namespace: string,
  rule: Rule,
  base: readonly BaseRef[],
  splits: ReadonlyMap<ServiceName, Weights>,
): RulePlan {
  const centers = topology.centers.map(({ name }) => name)
  const wanted = [...splits].map(([service, shares]) => ({
    service,
    shares: centers.map((name) => shares[name] ?? 0),
    total: sum(Object.values(weightsOf(base, service))),
  }))
  const scale = smallestScale(wanted)
  const parts = new Map<string, number>(
    wanted.flatMap(({ service, shares, total }) =>
      apportion(total * scale, shares).map((part, i) => [keyOf({ service, center: centers[i] ?? '' }), part] as const),
    ),
  )
  const kept = base.map(({ id, member, weight, written }): RefTarget => {
    const target = (member && parts.get(keyOf(member))) ?? weight * scale
    return { id, weight: target === weight && scale === 1 ? written : target }
  })
  const present = new Set<string>(base.flatMap(({ member }) => (member === undefined ? [] : [keyOf(member)])))
  const added = wanted.flatMap(({ service }) =>
    centers.flatMap((center): readonly RefTarget[] => {
      const weight = parts.get(keyOf({ service, center })) ?? 0
      return weight > 0 && !present.has(keyOf({ service, center })) ? addition(topology, namespace, { service, center }, weight) : []
    }),
  )
  return within([...kept, ...added], rule)
}

/** The rule exactly as recorded: absent weights absent again, added refs gone, what somebody else added since left as it is. */
export function restored(topology: Topology, namespace: string, rule: Rule, base: readonly BaseRef[], recorded: Recorded): RulePlan {
  const kept = base.filter(({ added }) => !added).map(({ id, written }): RefTarget => ({ id, weight: written }))
  const missing = Object.entries(recorded).filter(([id, weight]) => effective(weight) > 0 && !rule.backends.some((ref) => ref.id === id))
  const members = topology.services.flatMap((service) => Object.keys(service.backends).map((center) => ({ service: service.name, center })))
  const back = missing.flatMap(([id, weight]) =>
    members.flatMap((member) => addition(topology, namespace, member, effective(weight))).filter((ref) => ref.id === id),
  )
  return within([...kept, ...back], rule)
}

/** Does the rule already weigh what the targets say? An absent weight counts as 1, for the API server may write it in. */
export function weighsAs(rule: Rule, refs: readonly RefTarget[]): boolean {
  return (
    refs.length === rule.backends.length &&
    rule.backends.every(({ id, weight }) => refs.some((ref) => ref.id === id && effective(ref.weight) === weight))
  )
}

/** … and is it also written so? */
export function writtenAs(rule: Rule, refs: readonly RefTarget[]): boolean {
  return (
    weighsAs(rule, refs) &&
    rule.backends.every(({ id, declared }) => refs.some((ref) => ref.id === id && ref.weight === (declared ?? 'absent')))
  )
}

/** Members and weights after the targets: what shares are counted from. */
export function targetWeights(
  topology: Topology,
  namespace: string,
  rule: Rule,
  refs: readonly RefTarget[],
): readonly { readonly member?: Member; readonly weight: number }[] {
  const members = topology.services.flatMap((service) =>
    Object.entries(service.backends).map(
      ([center, backend]) => [backendKey(backend, namespace), { service: service.name, center }] as const,
    ),
  )
  const known = new Map<string, Member>([...members, ...rule.backends.flatMap(({ id, member }) => (member ? [[id, member] as const] : []))])
  return refs.map(({ id, weight, add }) => {
    const member = known.get(id)
    return { ...(member && (add || rule.backends.some((ref) => ref.id === id && ref.member)) ? { member } : {}), weight: effective(weight) }
  })
}

function keyOf({ service, center }: Member): string {
  return `${service}\n${center}`
}

function addition(
  topology: Topology,
  namespace: string,
  { service, center }: { service: ServiceName; center: CenterName },
  weight: number,
): readonly RefTarget[] {
  const backend = topology.services.find(({ name }) => name === service)?.backends[center]
  if (backend === undefined) return []
  const { namespace: own, ...rest } = backend
  return [
    { id: backendKey(backend, namespace), weight, add: { ...rest, ...(own === undefined || own === namespace ? {} : { namespace: own }) } },
  ]
}

function within(refs: readonly RefTarget[], rule: Rule): RulePlan {
  const heaviest = Math.max(0, ...refs.map(({ weight }) => effective(weight)))
  if (heaviest > WEIGHT_LIMIT) return { problem: 'weight-limit', facts: { rule: rule.key, weight: heaviest, limit: WEIGHT_LIMIT } }
  if (refs.length > BACKEND_LIMIT)
    return { problem: 'too-many-backends', facts: { rule: rule.key, backends: refs.length, limit: BACKEND_LIMIT } }
  return { refs }
}

/** Largest remainder is less than one unit off, so a total of 100 shows every split within one point: the search ends. */
function smallestScale(wanted: readonly { readonly shares: readonly number[]; readonly total: number }[]): number {
  let scale = 1
  while (!wanted.every(({ shares, total }) => total === 0 || isShown(apportion(total * scale, shares), shares))) scale++
  return scale
}

function isShown(parts: readonly number[], shares: readonly number[]): boolean {
  const whole = BigInt(sum(parts))
  const all = BigInt(sum(shares))
  return parts.every((part, i) => {
    const off = BigInt(part) * all - BigInt(shares[i] ?? 0) * whole
    return (off < 0n ? -off : off) * 100n <= whole * all
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
