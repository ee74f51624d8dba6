import { whereIs, type Planning } from './planning.ts'
import type { Owner, Route } from './route.ts'
import type { Sighting } from './sighting.ts'
import { centerOf } from './topology.ts'

const PAUSE: Readonly<Partial<Record<Owner['kind'], (owner: Owner, route: Route) => string>>> = {
  'argo-cd': ({ name }) => `argocd app set ${name} --sync-policy none`,
  flux: ({ name }) => `flux suspend ${name.includes(' ') ? name : 'kustomization NAME'}`,
  flagger: ({ name }, { namespace }) => `kubectl -n ${namespace} patch canary ${name} --type=merge -p '{"spec":{"suspend":true}}'`,
  rollouts: (_, { namespace }) => `kubectl argo rollouts pause -n ${namespace} ROLLOUT`,
}

/** Is this the cluster that the topology pins? Without a pin there is nothing to compare. */
export function isRightCluster({ request, findings }: Planning, { center, identity }: Sighting): boolean {
  const pinned = centerOf(request.topology, center).cluster
  if (pinned === undefined || (identity.state === 'present' && identity.value === pinned)) return true
  const found = identity.state === 'present' ? identity.value : identity.state
  return findings.guard('identity', 'identity', { center }, { center, pinned, found })
}

/** Guards of one object whose weights would change. Answers whether it may be written. */
export function mayWrite({ findings }: Planning, route: Route): boolean {
  const owned = route.owners.flatMap((owner) => {
    const pause = PAUSE[owner.kind]
    if (pause !== undefined)
      return [
        findings.guard('foreign-owner', 'foreign-owner', whereIs(route), {
          owner: owner.kind,
          name: owner.name,
          pause: pause(owner, route),
        }),
      ]
    return owner.kind === 'helm' ? [findings.guard('helm-owned', 'helm-owned', whereIs(route), { release: owner.name })] : []
  })
  return [...owned, isResolved(findings, route)].every(Boolean)
}

function isResolved(findings: Planning['findings'], route: Route): boolean {
  if (route.conditions.length === 0) return findings.guard('unresolved-route', 'unreported', whereIs(route))
  const bad = route.conditions.flatMap(({ parent, accepted, resolvedRefs }) =>
    [
      { type: 'Accepted', condition: accepted },
      { type: 'ResolvedRefs', condition: resolvedRefs },
    ].flatMap(({ type, condition }) => (condition === undefined || condition.status === 'True' ? [] : [{ parent, type, condition }])),
  )
  const first = bad[0]
  if (first === undefined) return true
  const facts = { parent: first.parent, condition: `${first.type}=${first.condition.status}`, why: first.condition.reason }
  return findings.guard('unresolved-route', 'unresolved-route', whereIs(route), facts)
}
