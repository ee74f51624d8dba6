import { setTimeout as sleep } from 'node:timers/promises'
import { type ApiAccess, type KubeClient, openKubeClient } from '../kube-client.ts'
import { LOOPBACK } from '../listen.ts'
import { CENTERS } from '../world/centers.ts'
import { clusterObjects } from '../world/cluster-objects.ts'
import { definitionsIn, establish } from './definitions.ts'
import { type LabEngine, LabRefusal, inOrder } from './engine.ts'

/** A cluster that lives without the lab, and the context that leads to it. */
export interface GivenCluster extends ApiAccess {
  readonly context: string
}

const ANSWER = 10_000 // ms for a cluster to say what it is
const READY = 180_000 // ms for its definitions to be served, or for what was deleted to be gone
const MARKER = '/api/v1/namespaces/kube-system/configmaps/tricenter-lab'

/**
 * Three clusters of the user's, one per center in their order. Each must have been marked as a lab's by hand before: the lab deletes and creates there as it likes.
 * When it ends it takes away its nodes, namespaces and GatewayClass; definitions and the marker stay.
 */
export function kubeconfigEngine({ clusters }: { readonly clusters: readonly GivenCluster[] }): LabEngine {
  let clients: readonly KubeClient[] = []
  return {
    name: 'kubeconfig',
    scheduler: 'tricenter-lab',
    async up(names) {
      clients = clusters.map((one) => openKubeClient(one))
      const identities = inOrder(await Promise.allSettled(clusters.map((one, i) => identified(one, clients[i]!))))
      for (const [i, { context }] of clusters.entries()) {
        const twin = clusters[identities.indexOf(identities[i]!)]!
        if (twin.context !== context)
          throw new LabRefusal(`contexts ${twin.context} and ${context} lead to one cluster; each center needs its own`)
      }
      await Promise.all(clients.map((client) => establish(client, definitionsIn(undefined), performance.now() + READY)))
      return clusters.map(({ context: _, ...access }, i) => ({ ...access, ...serverName(access), name: names[i] ?? '' }))
    },
    async clear() {
      await Promise.all(CENTERS.map(async (center, i) => await clear(center, clients[i]!)))
    },
    async down() {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

/** The uid of its namespace kube-system. Refuses a cluster without the marker, one that another lab uses, and one that does not say. */
async function identified({ context, url }: GivenCluster, client: KubeClient): Promise<string> {
  const get = async (path: string): Promise<{ readonly status: number; readonly body: unknown }> => {
    const answer = await Promise.race([
      client.send('GET', path).catch((error: unknown) => new LabRefusal(`context ${context}: ${url} does not answer: ${said(error)}`)),
      sleep(ANSWER, undefined, { ref: false }),
    ])
    if (answer === undefined) throw new LabRefusal(`context ${context}: ${url} does not answer within ${ANSWER / 1000} s`)
    if (answer instanceof Error) throw answer
    return answer
  }
  const marker = await get(MARKER)
  const { engine, controlUrl } = (marker.body as { data?: { engine?: string; controlUrl?: string } } | undefined)?.data ?? {}
  if (marker.status !== 200 && marker.status !== 404)
    throw new LabRefusal(`context ${context}: could not read the marker of a lab: HTTP ${marker.status}`)
  if (engine === undefined) {
    throw new LabRefusal(
      `the cluster of context ${context} does not carry the marker of a lab (ConfigMap kube-system/tricenter-lab with data.engine).\n` +
        `If nobody needs what is in it: kubectl --context ${context} -n kube-system create configmap tricenter-lab --from-literal=engine=kubeconfig`,
    )
  }
  if (controlUrl !== undefined && (await answers(controlUrl)))
    throw new LabRefusal(`a lab runs on the cluster of context ${context}: ${controlUrl}`)
  return ((await get('/api/v1/namespaces/kube-system')).body as { metadata: { uid: string } }).metadata.uid
}

const said = (error: unknown): string =>
  error instanceof Error ? error.message || ((error as NodeJS.ErrnoException).code ?? error.name) : String(error)

const answers = async (controlUrl: string): Promise<boolean> =>
  await fetch(`${controlUrl}/status`, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  )

/** The proxy before it has another address than its certificate says. */
function serverName({ url, serverName }: ApiAccess): { readonly serverName?: string } {
  const { hostname } = new URL(url)
  if (serverName !== undefined) return { serverName }
  return hostname === LOOPBACK || /^[\d.]+$|:/.test(hostname) ? {} : { serverName: hostname }
}

async function clear(center: (typeof CENTERS)[number], client: KubeClient): Promise<void> {
  const world = clusterObjects(center, { controlUrl: '', engine: 'kubeconfig', runId: '' }, { tls: { cert: '', key: '' } }).flat()
  const limit = performance.now() + READY
  await client.mergePatch(MARKER, { data: { controlUrl: null, runId: null, engine: 'kubeconfig' } })
  // Of a namespace with Pods the controller believes that it takes as long as their grace: they go first.
  for (const { path, object } of world)
    if (object.kind === 'Deployment' || object.kind === 'StatefulSet') await client.send('DELETE', `${path}/${object.metadata.name}`)
  const spaces = world.filter(({ object }) => object.kind === 'Namespace').map(({ object }) => object.metadata.name)
  while ((await Promise.all(spaces.map((space) => hasPods(client, space)))).includes(true) && performance.now() < limit) await sleep(100)
  await Promise.all(
    world
      .filter(({ object }) => object.metadata.namespace === undefined)
      .map(async ({ path, object }) => {
        const one = `${path}/${object.metadata.name}`
        await client.send('DELETE', one)
        while ((await client.send('GET', one)).status !== 404) {
          if (performance.now() > limit) throw new Error(`${center.name}: ${one} does not go`)
          await sleep(100)
        }
      }),
  )
}

async function hasPods(client: KubeClient, namespace: string): Promise<boolean> {
  const { body } = await client.send('GET', `/api/v1/namespaces/${namespace}/pods?limit=1`)
  return ((body as { items?: readonly unknown[] }).items ?? []).length > 0
}
