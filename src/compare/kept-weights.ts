import { apportion } from '../domain/apportion.ts'
import type { AnyObject } from '../domain/compare.ts'
import { MARK_ANNOTATION } from '../domain/mark.ts'
import type { BackendRef, Rule } from '../domain/route.ts'
import { targetSplit } from '../domain/situation.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { gatewayKinds } from '../gateways/index.ts'
import { list, record } from '../gateways/strange.ts'
import type { KubeObject } from '../ports/cluster.ts'

export interface WeightsGround {
  readonly topology: Topology
  readonly center: CenterName
  /** Centers out of traffic. */
  readonly out: readonly CenterName[]
  /** The source is a center that stands in the situation in force: its weights are such weights. A file's never are. */
  readonly sourceInForce: boolean
}

/**
 * Managed rules of a wanted traffic object with weights of the situation in force. Where the target carries a mark, or a center is out, its own rules stay as the run
 * in force put them; else a center's weights may be copied, while a file's give way to those that stand there, and to the policy where nothing stands there yet.
 * Undefined: a rule would be left without any weight.
 */
export function keepWeights(want: AnyObject, live: AnyObject | undefined, ground: WeightsGround): AnyObject | undefined {
  const gateway = gatewayKinds.find(({ kind }) => kind.kind === want['kind'])
  if (gateway === undefined) return want
  const view = (object: AnyObject): readonly Rule[] => gateway.toRoute(object as KubeObject, ground.center, ground.topology).rules
  const there = live === undefined ? [] : view(live)
  const marked = live !== undefined && record(record(live['metadata'])['annotations'])[MARK_ANNOTATION] !== undefined
  const stands = marked || ground.out.length > 0
  const rules = list(record(want['spec'])['rules'])
  const kept: unknown[] = []
  for (const rule of view(want)) {
    const raw = record(rules[rule.index])
    const own = there.find(({ key }) => key === rule.key)
    const managed = [...rule.backends, ...(own?.backends ?? [])].some(({ member }) => member !== undefined)
    const refs = managed ? refsOf(rule, own, ground, stands) : rule.rawBackendRefs
    if (refs === undefined) return undefined
    kept.push(managed ? { ...raw, backendRefs: refs } : raw)
  }
  return kept.length === 0 ? want : { ...want, spec: { ...record(want['spec']), rules: kept } }
}

function refsOf(rule: Rule, own: Rule | undefined, ground: WeightsGround, stands: boolean): readonly unknown[] | undefined {
  const raw = list(rule.rawBackendRefs).map(record)
  if (own !== undefined && stands) return list(own.rawBackendRefs)
  if (ground.sourceInForce && !stands) return raw
  const weights = own === undefined ? byPolicy(rule, ground) : byOwn(rule, own)
  if (weights === undefined) return undefined
  const refs = rule.backends.map((ref, i) => {
    const weight = weights.get(ref.index)
    if (weight === undefined) return raw[i] ?? {}
    const { weight: _weight, ...rest } = raw[i] ?? {}
    return weight === 'absent' ? rest : { ...rest, weight }
  })
  const sum = rule.backends.reduce((total, ref) => total + numberOf(weights.get(ref.index) ?? ref.weight), 0)
  return rule.backends.length > 0 && sum === 0 ? undefined : refs
}

/** What stands in the target stays; a backend that is new there gets nothing until somebody shifts weight to it. */
function byOwn(rule: Rule, own: Rule): ReadonlyMap<number, number | 'absent'> {
  return new Map(
    rule.backends.flatMap((ref) => {
      if (ref.member === undefined) return []
      const now = own.backends.find(({ id }) => id === ref.id)
      return [[ref.index, now === undefined ? 0 : (now.declared ?? ('absent' as const))] as const]
    }),
  )
}

/** A rule that is new there: by the policy's split for the situation, within each service's total; one that names no center of that split stays as it is written. */
function byPolicy(rule: Rule, { topology, out }: WeightsGround): ReadonlyMap<number, number | 'absent'> | undefined {
  const split = targetSplit(topology, topology.policy.normal, out)
  if (split === undefined) return undefined
  const found = new Map<number, number | 'absent'>()
  for (const refs of Map.groupBy(
    rule.backends.filter(({ member }) => member !== undefined),
    ({ member }) => member?.service,
  ).values()) {
    const shares = refs.map(({ member }) => split[member?.center ?? ''] ?? 0)
    if (shares.every((share) => share === 0)) continue
    const total = refs.reduce((sum, { weight }) => sum + weight, 0) || shares.reduce((a, b) => a + b, 0)
    apportion(total, shares).forEach((weight, i) => found.set(refIndex(refs, i), weight))
  }
  return found
}

const refIndex = (refs: readonly BackendRef[], i: number): number => refs[i]?.index ?? -1
const numberOf = (weight: number | 'absent'): number => (weight === 'absent' ? 1 : weight)
