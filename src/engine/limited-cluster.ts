import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { Milliseconds } from '../domain/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { Cluster } from '../ports/cluster.ts'

/** Requests in flight per cluster: enough to hide the round trips, few enough that API priority and fairness does not mind. */
const IN_FLIGHT = 8

/** A cluster that is only read, and gently. */
export interface LimitedCluster extends Cluster {
  /** The answer to the first question of all, `/version`; undefined: nothing was asked of this cluster. */
  readonly greeting: () => Observation<unknown> | undefined
}

/**
 * At most 8 requests at once. The first request is preceded by one of `/version`: if that has no answer, nothing waits for this cluster again;
 * if it falls silent later, that is noticed as soon as every slot has waited in vain. A request's time runs from when it is sent, not from when it was queued.
 */
export function limitedCluster(cluster: Cluster, clock: Clock, patience: Milliseconds): LimitedCluster {
  let free = IN_FLIGHT
  const queue: (() => void)[] = []
  let greeted: Observation<unknown> | undefined
  let greeting: Promise<Observation<unknown>> | undefined
  let silent: { readonly why: string } | undefined
  let unanswered = 0

  const greet = async (): Promise<Observation<unknown>> => {
    const seen = await cluster.read('/version', { at: clock.monotonic() + patience })
    greeted = seen
    if (seen.state === 'unreachable') silent = { why: seen.why }
    return seen
  }

  async function inTurn<T>(ask: (deadline: Deadline) => Promise<Observation<T>>, deadline: Deadline): Promise<Observation<T>> {
    await (greeting ??= greet())
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      if (silent !== undefined) return { state: 'unreachable', why: silent.why, at: clock.now(), took: 0 }
      const seen = await ask({ at: Math.max(deadline.at, clock.monotonic() + patience) })
      unanswered = seen.state === 'unreachable' ? unanswered + 1 : 0
      if (seen.state === 'unreachable' && unanswered >= IN_FLIGHT) silent = { why: seen.why }
      return seen
    } finally {
      const next = queue.shift()
      if (next === undefined) free += 1
      else next()
    }
  }

  return {
    center: cluster.center,
    greeting: () => greeted,
    get: (kind, namespace, name, deadline) => inTurn((until) => cluster.get(kind, namespace, name, until), deadline),
    list: (kind, options, deadline) => inTurn((until) => cluster.list(kind, options, until), deadline),
    pages: (kind, options, deadline) => cluster.pages(kind, options, deadline),
    watch: (kind, options, deadline, signal) => cluster.watch(kind, options, deadline, signal),
    read: (path, deadline) => inTurn((until) => cluster.read(path, until), deadline),
    fromPod: (namespace, pod, port, path, deadline) => inTurn((until) => cluster.fromPod(namespace, pod, port, path, until), deadline),
    allowed: (right, deadline) => inTurn((until) => cluster.allowed(right, until), deadline),
    patch: (kind, namespace, name, operations, deadline, subresource) =>
      cluster.patch(kind, namespace, name, operations, deadline, subresource),
    create: (kind, object, deadline) => cluster.create(kind, object, deadline),
    remove: (kind, namespace, name, preconditions, deadline) => cluster.remove(kind, namespace, name, preconditions, deadline),
    close: () => cluster.close(),
  }
}
