import type { Question } from '../checks/question.ts'
import type { Topology } from '../domain/topology.ts'
import { effectRights } from '../effects/index.ts'
import { within, type Fact } from '../facts/fact.ts'
import { gateway } from '../facts/gateway.ts'
import { identity } from '../facts/identity.ts'
import { labMarker } from '../facts/lab-marker.ts'
import { releases } from '../facts/releases.ts'
import { routes } from '../facts/routes.ts'
import { workloads } from '../facts/workloads.ts'
import type { Right } from '../ports/cluster.ts'
import { factsOf } from './verify.ts'
import { askedByDefault } from './select-questions.ts'

/** Verbs that ask clusters for anything. */
export const verbsWithRights = [
  'status',
  'verify',
  'diff',
  'failover',
  'failback',
  'rebalance',
  'sync',
  'drill',
  'resume',
  'undo',
  'deploy',
] as const
export type VerbWithRights = (typeof verbsWithRights)[number]

const looked: readonly Fact<unknown>[] = [gateway, identity, routes, workloads]

/**
 * The least rights that a verb needs in every cluster of the topology, each once, derived from the facts that it reads and from what it changes.
 * Of `deploy` only those of our own: what Helm needs is what the chart holds. `compared`: kinds that `diff` and `sync` list.
 */
export function rightsOf(
  verb: VerbWithRights,
  topology: Topology,
  { questions, compared }: { readonly questions: readonly Question[]; readonly compared: readonly Right[] },
): readonly Right[] {
  const read = (...facts: readonly Fact<unknown>[]): readonly Right[] =>
    facts.flatMap(({ rights, rightsFor }) => rightsFor?.(topology) ?? rights)
  const weights = effectRights.weights(topology)
  switch (verb) {
    case 'status':
      return distinct(read(...looked))
    case 'verify':
      return distinct(read(...new Set(askedByDefault(questions).flatMap(factsOf))))
    case 'diff':
      return distinct([...read(...looked), ...compared, ...listed(topology)])
    case 'failover':
    case 'failback':
    case 'rebalance':
      return distinct([...read(...looked, labMarker), ...weights, ...listed(topology)])
    case 'sync':
      return distinct([
        ...read(...looked, labMarker),
        ...weights,
        ...compared,
        ...listed(topology),
        ...watched([...read(routes), ...compared, ...listed(topology)]),
        ...effectRights.objects(topology),
      ])
    case 'drill':
      return distinct([...read(...looked, labMarker), ...weights, ...effectRights.replicas(topology), ...listed(topology)])
    case 'resume':
    case 'undo':
      return distinct([
        ...read(...looked, labMarker),
        ...weights,
        ...effectRights.replicas(topology),
        ...listed(topology),
        ...effectRights.objects(topology),
      ])
    case 'deploy':
      return distinct([...read(...looked, labMarker, releases), ...weights])
  }
}

/** What `sync --watch` follows. */
function watched(rights: readonly Right[]): readonly Right[] {
  return rights.flatMap((right) => (right.verb === 'list' ? [{ ...right, verb: 'watch' }] : []))
}

/** Kinds that are compared are listed: by `diff` and `sync`, and before a center returns or both home centers are left. */
function listed({ compare }: Topology): readonly Right[] {
  return (compare?.kinds ?? []).flatMap(({ group, plural, namespaced, namespaces }) =>
    within([{ verb: 'list', group, resource: plural }], namespaced ? namespaces : undefined),
  )
}

function distinct(rights: readonly Right[]): readonly Right[] {
  return [
    ...new Map(
      rights.map((right) => [
        JSON.stringify([right.namespace, right.group, right.resource, right.subresource, right.verb, right.name]),
        right,
      ]),
    ).values(),
  ]
}

export interface PolicyRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** The rules of one role: what differs in its verbs or names only is one rule. A list cannot be limited to names. */
export function policyRules(rights: readonly Right[]): readonly PolicyRule[] {
  const byTarget = new Map<string, { readonly right: Right; readonly verbs: Set<string> }>()
  for (const right of rights) {
    const key = JSON.stringify([right.group, right.resource, right.subresource, right.name])
    const known = byTarget.get(key) ?? { right, verbs: new Set<string>() }
    byTarget.set(key, known)
    known.verbs.add(right.verb)
  }
  const byVerbs = new Map<string, { readonly rule: PolicyRule; readonly names: string[] }>()
  for (const { right, verbs } of byTarget.values()) {
    const resource = right.subresource === undefined ? right.resource : `${right.resource}/${right.subresource}`
    const rule = { apiGroups: [right.group], resources: [resource], verbs: [...verbs].sort() }
    const key = JSON.stringify([rule, right.name === undefined])
    const known: { readonly rule: PolicyRule; readonly names: string[] } = byVerbs.get(key) ?? { rule, names: [] }
    byVerbs.set(key, known)
    if (right.name !== undefined) known.names.push(right.name)
  }
  return [...byVerbs.values()].map(({ rule, names }) =>
    names.length === 0 ? rule : { ...rule, resourceNames: [...new Set(names)].sort() },
  )
}
