import { setTimeout as sleep } from 'node:timers/promises'
import { inform } from './informer.ts'
import { type Instance, startInstance } from './instance.ts'
import type { KubeClient } from './kube-client.ts'
import type { KubeObject } from './kube-object.ts'
import type { Ledger } from './ledger.ts'
import { LOOPBACK } from './listen.ts'

export type Pod = KubeObject<
  {
    readonly nodeName?: string
    readonly schedulerName?: string
    readonly containers: readonly { readonly name: string; readonly image?: string }[]
  },
  { readonly phase?: string; readonly podIP?: string }
>

export interface NodeAgentOptions {
  readonly client: KubeClient
  readonly center: string
  readonly ledger: Ledger
  readonly nodes: readonly string[]
  /** Pods get addresses in this /16, e.g. `10.11`. */
  readonly network: string
  /** Pods with this label `app` serve the center's traffic. */
  readonly app: string
  /** From seeing a Pod until its process runs, in ms: evenly between the two. */
  readonly startDelay: readonly [number, number]
  /** Where the cluster has other Pods too: those that name this scheduler, or one of its nodes, are its own. */
  readonly scheduler?: string
  /** Told when the number of ready instances that serve traffic changed. */
  readonly changed: () => void
}

/** A Pod that runs, as those who look for it find it. */
export interface RunningPod {
  readonly name: string
  readonly namespace: string
  readonly ip: string
}

/** The kubelets of one center: runs an instance for every Pod, probes it over HTTP, and reports it Ready; ends it when its Pod goes. */
export interface NodeAgent {
  readonly synced: Promise<void>
  /** The port of a ready instance, in turn; undefined: none. */
  next(): number | undefined
  /** Ready instances that serve traffic. */
  ready(): number
  /** All ready Pods, whatever they are. */
  pods(): number
  /** The ready instances that serve traffic. */
  instances(): readonly RunningPod[]
  /** A Pod that runs, its label `app`, and where its process listens. */
  process(namespace: string, name: string): { readonly app: string; readonly port: number } | undefined
  close(): Promise<void>
}

interface Running {
  readonly abort: AbortController
  readonly serves: boolean
  readonly app: string
  readonly pod: RunningPod
  node?: string
  instance?: Instance
  ready: boolean
}

export function startNodeAgent({
  client,
  center,
  ledger,
  nodes,
  network,
  app,
  startDelay: [least, most],
  scheduler,
  changed,
}: NodeAgentOptions): NodeAgent {
  const running = new Map<string, Running>()
  let turn = 0
  let started = 1 // the network's own address is no Pod's

  /** The node that has the fewest Pods of the same app, the first of them. */
  const nodeFor = ({ app: like }: Running): string => {
    const held = (node: string): number => [...running.values()].filter((other) => other.app === like && other.node === node).length
    return nodes.reduce((best, node) => (held(node) < held(best) ? node : best))
  }

  const start = async (pod: Pod, one: Running): Promise<void> => {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
    try {
      one.node = pod.spec?.nodeName ?? nodeFor(one)
      if (pod.spec?.nodeName === undefined) {
        const target = { apiVersion: 'v1', kind: 'Node', name: one.node }
        await client
          .send('POST', `${path}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target })
          .catch(() => undefined)
      }
      await sleep(least + Math.random() * (most - least), undefined, { signal: one.abort.signal })
      one.instance = await startInstance({ center, pod: pod.metadata.name, ledger })
      if (one.abort.signal.aborted) return one.instance.kill()
      while (!one.ready && !one.abort.signal.aborted) {
        const up = await fetch(`http://${LOOPBACK}:${one.instance.port}/health`, { signal: one.abort.signal }).then(
          async (answer) => (await answer.arrayBuffer(), answer.ok),
          () => false,
        )
        const reported =
          up &&
          (await client.mergePatch(`${path}/status`, { status: runningStatus(pod, one.pod.ip) }).then(
            ({ status }) => status < 300,
            () => false,
          ))
        if (reported) one.ready = true
        else await sleep(100, undefined, { signal: one.abort.signal })
      }
      if (one.serves) changed()
    } catch (error) {
      if (!one.abort.signal.aborted) throw error
    }
  }

  const stop = (uid: string): void => {
    const one = running.get(uid)
    if (one === undefined) return
    running.delete(uid)
    one.abort.abort()
    one.instance?.stop()
    if (one.ready && one.serves) changed()
  }

  const isOwn = ({ spec }: Pod): boolean =>
    scheduler === undefined
      ? (spec?.schedulerName ?? 'default-scheduler') === 'default-scheduler'
      : spec?.nodeName === undefined
        ? spec?.schedulerName === scheduler
        : nodes.includes(spec.nodeName)

  const pods = inform<Pod>(client, '/api/v1/pods', (pod, how) => {
    if (!isOwn(pod)) return
    const uid = pod.metadata.uid ?? ''
    const ends = how === 'gone' || pod.metadata.deletionTimestamp !== undefined
    if (!ends && !running.has(uid)) {
      const { name, namespace = '', labels = {} } = pod.metadata
      const number = started++
      const ip = `${network}.${(number >> 8) & 255}.${number & 255}`
      const one: Running = {
        abort: new AbortController(),
        app: labels['app'] ?? '',
        serves: labels['app'] === app,
        pod: { name, namespace, ip },
        ready: false,
      }
      running.set(uid, one)
      void start(pod, one)
    }
    if (ends) stop(uid)
    if (how === 'set' && ends) {
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
      client
        .send('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } })
        .catch(() => undefined)
    }
  })

  const serving = (): Running[] => [...running.values()].filter(({ ready, serves }) => ready && serves)
  return {
    synced: pods.synced,
    next() {
      const all = serving()
      return all[turn++ % all.length]?.instance?.port
    },
    ready: () => serving().length,
    pods: () => [...running.values()].filter(({ ready }) => ready).length,
    instances: () => serving().map(({ pod }) => pod),
    process(namespace, name) {
      const one = [...running.values()].find(({ pod }) => pod.namespace === namespace && pod.name === name)
      return one?.instance === undefined || !one.ready ? undefined : { app: one.app, port: one.instance.port }
    },
    async close() {
      for (const { abort, instance } of running.values()) {
        abort.abort()
        instance?.kill()
      }
      running.clear()
      await pods.stop()
    },
  }
}

function runningStatus({ spec }: Pod, podIP: string): unknown {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = (type: string): unknown => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: now })
  return {
    phase: 'Running',
    hostIP: LOOPBACK,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: (spec?.containers ?? []).map(({ name, image = '' }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  }
}
