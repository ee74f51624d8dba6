import { timestamp, type KubeObject, type Tree } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import { ownedBy, type Owners } from './owners.ts'
import { ownerKeys, templateHash, writeStatus } from './pods.ts'
import { controllerManager, keysOf, splitKey, type Controller } from './worker.ts'

const resource = 'deployments.apps'
const setResource = 'replicasets.apps'
const revisionKey = 'deployment.kubernetes.io/revision'
const hashKey = 'pod-template-hash'
const options = { manager: controllerManager }
const revisionOf = ({ metadata }: KubeObject) => Number(metadata.annotations?.[revisionKey] ?? 0)
const sum = (sets: readonly KubeObject[], count: (set: KubeObject) => number | undefined) =>
  sets.reduce((total, set) => total + (count(set) ?? 0), 0)
const wanted = ({ spec }: KubeObject): number => spec.replicas
const available = ({ status }: KubeObject): number | undefined => status?.availableReplicas

/** Brings a Deployment's Pods to its template through ReplicaSets, within surge and unavailability. No progress deadline and no proportional scaling. */
export function deploymentController(objects: Objects, owners: Owners): Controller {
  const own = keysOf(resource)
  return {
    keys: (event) => [...own(event), ...ownerKeys(event, setResource, 'Deployment')],
    reconcile: (key) => {
      const { namespace, name } = splitKey(key)
      const deployment = objects.find(objects.target(resource, namespace), name)
      if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return
      const sets = () => owners.dependents(deployment.metadata.uid, setResource)
      const hash = templateHash(deployment['spec'].template)
      const isCurrent = (set: KubeObject) => set.metadata.labels?.[hashKey] === hash
      if (!sets().some(isCurrent) && deployment['spec'].paused !== true) createSet(objects, deployment, hash)
      const current = sets().find(isCurrent)
      const others = sets().filter((set) => !isCurrent(set))
      if (current !== undefined) number(objects, deployment, current, others)
      for (const [set, replicas] of step(deployment, current, others)) scale(objects, set, replicas)
      forget(objects, deployment, others)
      report(objects, deployment, sets().find(isCurrent), sets())
    },
  }
}

function createSet(objects: Objects, { metadata, spec, ...rest }: KubeObject, hash: string): void {
  const template = structuredClone(spec.template)
  template.metadata.labels = { ...template.metadata.labels, [hashKey]: hash }
  const selector = { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashKey]: hash } }
  const owner = ownedBy({ ...rest, metadata })
  const body = {
    metadata: { name: `${metadata.name}-${hash}`, labels: template.metadata.labels, ownerReferences: [owner] },
    spec: { replicas: 0, selector, template, minReadySeconds: spec.minReadySeconds },
  }
  objects.create(objects.target(setResource, metadata.namespace), body, options)
}

/** Gives the current ReplicaSet the highest revision and says so on the Deployment, which is what `kubectl rollout history` and `undo` read. */
function number(objects: Objects, deployment: KubeObject, current: KubeObject, others: readonly KubeObject[]): void {
  const highest = Math.max(0, ...others.map(revisionOf))
  const revision = revisionOf(current) > highest ? revisionOf(current) : highest + 1
  annotate(objects, setResource, current, {
    [revisionKey]: String(revision),
    'deployment.kubernetes.io/desired-replicas': String(wanted(deployment)),
  })
  annotate(objects, resource, deployment, { [revisionKey]: String(revision) })
}

function annotate(objects: Objects, kind: string, { metadata }: KubeObject, annotations: Record<string, string>): void {
  objects.update(objects.target(kind, metadata.namespace), metadata.name, options, (now) => ({
    ...now,
    metadata: { ...now.metadata, annotations: { ...now.metadata.annotations, ...annotations } },
  }))
}

/** Which ReplicaSets shall have how many Pods now. */
function step(deployment: KubeObject, current: KubeObject | undefined, others: readonly KubeObject[]): (readonly [KubeObject, number])[] {
  const { replicas, strategy, paused } = deployment['spec']
  const running = others.filter((set) => wanted(set) > 0)
  if (current === undefined || paused === true) return current !== undefined && running.length === 0 ? [[current, replicas]] : []
  if (running.length === 0) {
    const waiting = strategy.type === 'Recreate' && sum(others, ({ status }) => status?.replicas) > 0
    return waiting ? [] : [[current, replicas]]
  }
  if (strategy.type === 'Recreate') return running.map((set) => [set, 0])
  const surge = share(strategy.rollingUpdate.maxSurge, replicas, Math.ceil)
  const missing = share(strategy.rollingUpdate.maxUnavailable, replicas, Math.floor)
  const all = [current, ...others]
  const total = sum(all, wanted)
  const next =
    wanted(current) > replicas ? replicas : wanted(current) + Math.max(0, Math.min(replicas + surge - total, replicas - wanted(current)))
  const least = replicas - (surge === 0 && missing === 0 ? 1 : missing)
  const unready = wanted(current) - (available(current) ?? 0)
  let removable = Math.max(0, total - least - unready)
  const result: (readonly [KubeObject, number])[] = [[current, next]]
  for (const set of running.sort((a, b) => revisionOf(a) - revisionOf(b))) {
    const removed = Math.min(removable, wanted(set))
    removable -= removed
    result.push([set, wanted(set) - removed])
  }
  return result
}

const share = (value: number | string, of: number, round: (value: number) => number): number =>
  typeof value === 'number' ? value : round((of * Number.parseInt(value, 10)) / 100)

function scale(objects: Objects, { metadata: { namespace, name } }: KubeObject, replicas: number): void {
  objects.update(objects.target(setResource, namespace), name, options, (now) => ({ ...now, spec: { ...now['spec'], replicas } }))
}

/** Deletes the oldest ReplicaSets without Pods beyond the history limit. */
function forget(objects: Objects, { metadata: { namespace }, spec }: KubeObject, others: readonly KubeObject[]): void {
  const empty = others.filter((set) => wanted(set) === 0 && !set['status']?.replicas).sort((a, b) => revisionOf(b) - revisionOf(a))
  for (const { metadata } of empty.slice(spec.revisionHistoryLimit)) objects.delete(objects.target(setResource, namespace), metadata.name)
}

function report(
  objects: Objects,
  { metadata: { namespace, name } }: KubeObject,
  current: KubeObject | undefined,
  sets: readonly KubeObject[],
): void {
  const deployment = objects.get(objects.target(resource, namespace), name)
  const { replicas, strategy } = deployment['spec']
  const has = sum(sets, ({ status }) => status?.replicas)
  const live = sum(sets, available)
  const updated = current?.['status']?.replicas ?? 0
  const missing = strategy.type === 'Recreate' ? 0 : share(strategy.rollingUpdate.maxUnavailable, replicas, Math.floor)
  const enough = live >= replicas - missing
  const done =
    updated === replicas && has === replicas && live >= replicas && current?.['status']?.observedGeneration === current?.metadata.generation
  const set = current?.metadata.name ?? ''
  const conditions = [
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: `Deployment ${enough ? 'has' : 'does not have'} minimum availability.`,
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
      message: `ReplicaSet "${set}" ${done ? 'has successfully progressed' : 'is progressing'}.`,
    },
  ]
  const before: Tree[] = deployment['status']?.conditions ?? []
  const at = timestamp(objects.now())
  writeStatus(objects, resource, deployment, {
    observedGeneration: deployment.metadata.generation,
    replicas: has || undefined, // a real one leaves out zeros
    updatedReplicas: updated,
    readyReplicas: sum(sets, ({ status }) => status?.readyReplicas),
    availableReplicas: live,
    unavailableReplicas: Math.max(0, Math.max(replicas, has) - live),
    conditions: conditions.map((one) =>
      dated(
        one,
        before.find(({ type }) => type === one.type),
        at,
      ),
    ),
  })
}

/** A condition with its times: when it last turned, and when anything of it last changed. */
function dated(condition: Tree, before: Tree | undefined, at: string): Tree {
  const unchanged = before !== undefined && ['status', 'reason', 'message'].every((key) => before[key] === condition[key])
  if (unchanged) return before
  return {
    ...condition,
    lastUpdateTime: at,
    lastTransitionTime: before?.['status'] === condition['status'] ? before?.['lastTransitionTime'] : at,
  }
}
