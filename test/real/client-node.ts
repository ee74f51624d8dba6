import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ApiException,
  AppsV1Api,
  AuthorizationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node'
import { configMapOf, configMaps, routeOf, routes } from '../lab/apiserver/client.ts'
import type { Side } from './pair.ts'

/** The library that this program itself is built on, as its users hold it. */
export interface ClientNode {
  readonly config: KubeConfig
  readonly core: CoreV1Api
  readonly apps: AppsV1Api
  readonly leases: CoordinationV1Api
  readonly reviews: AuthorizationV1Api
  readonly custom: CustomObjectsApi
  readonly objects: KubernetesObjectApi
  readonly side: Side
}

export function clientNodeOf(side: Side): ClientNode {
  const config = new KubeConfig()
  config.loadFromFile(join(side.home, 'kubeconfig'))
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    leases: config.makeApiClient(CoordinationV1Api),
    reviews: config.makeApiClient(AuthorizationV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    objects: KubernetesObjectApi.makeApiClient(config),
    side,
  }
}

/** One thing that such a client does, in this order: each finds what those before it left. */
export interface Act {
  readonly name: string
  readonly act: (client: ClientNode) => Promise<unknown>
}

const namespace = 'default'
const route = { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', namespace }
const as = (strategy: string) => setHeaderOptions('Content-Type', strategy)
const one = { name: 'held', namespace }
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value })
const weight = '/spec/rules/0/backendRefs/0/weight'

/** What was answered, or what a program can tell a refusal by. */
async function told(answer: Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await answer }
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    const { reason, details } = JSON.parse(String(error.body)) as {
      reason?: string
      details?: { causes?: { field: string; reason: string }[] }
    }
    return { code: error.code, reason, causes: (details?.causes ?? []).map(({ field, reason }) => `${field} ${reason}`).toSorted() }
  }
}
const plain = (name: string, act: (client: ClientNode) => Promise<unknown>): Act => ({ name, act: (client) => told(act(client)) })

export const acts: readonly Act[] = [
  plain('create a ConfigMap', ({ core }) => core.createNamespacedConfigMap({ namespace, body: configMapOf('held', { a: '1' }) })),
  plain('create it again: 409', ({ core }) => core.createNamespacedConfigMap({ namespace, body: configMapOf('held') })),
  plain('merge patch', ({ core }) => core.patchNamespacedConfigMap({ ...one, body: { data: { b: '2' } } }, as(PatchStrategy.MergePatch))),
  plain('JSON patch', ({ core }) =>
    core.patchNamespacedConfigMap({ ...one, body: [replace('/data/b', '3')] }, as(PatchStrategy.JsonPatch)),
  ),
  plain('JSON patch whose test fails: 422', ({ core }) =>
    core.patchNamespacedConfigMap(
      { ...one, body: [{ op: 'test', path: '/data/b', value: '9' }, replace('/data/b', '4')] },
      as(PatchStrategy.JsonPatch),
    ),
  ),
  plain('JSON patch of a stale version: 409', ({ core }) =>
    core.patchNamespacedConfigMap({ ...one, body: [replace('/metadata/resourceVersion', '1')] }, as(PatchStrategy.JsonPatch)),
  ),
  plain('strategic patch', ({ core }) =>
    core.patchNamespacedConfigMap({ ...one, body: { data: { c: '4' } } }, as(PatchStrategy.StrategicMergePatch)),
  ),
  plain('server-side apply', ({ core }) =>
    core.patchNamespacedConfigMap(
      { ...one, fieldManager: 'suite', force: true, body: configMapOf('held', { d: '5' }) },
      as(PatchStrategy.ServerSideApply),
    ),
  ),
  plain('undo what server-side apply may have done', ({ core }) =>
    core.patchNamespacedConfigMap({ ...one, body: { data: { d: null } } }, as(PatchStrategy.MergePatch)),
  ),
  plain('replace with a stale version: 409', ({ core }) =>
    core.replaceNamespacedConfigMap({ ...one, body: { metadata: { name: 'held', resourceVersion: '1' } } }),
  ),
  plain('replace with the version read', async ({ core }) => {
    const found = await core.readNamespacedConfigMap(one)
    found.data = { a: '9' }
    return await core.replaceNamespacedConfigMap({ ...one, body: found })
  }),
  plain('a dry run leaves nothing', async ({ core }) => {
    await core.patchNamespacedConfigMap({ ...one, dryRun: 'All', body: { data: { dry: '1' } } }, as(PatchStrategy.MergePatch))
    return await core.readNamespacedConfigMap(one)
  }),
  plain('a route', ({ custom }) => custom.createNamespacedCustomObject({ ...route, body: routeOf('way', [50, 50]) })),
  plain('the weight of one backend, guarded by its name', ({ custom }) =>
    custom.patchNamespacedCustomObject(
      {
        ...route,
        name: 'way',
        body: [{ op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'ai.zone-0.nacos' }, replace(weight, 0)],
      },
      as(PatchStrategy.JsonPatch),
    ),
  ),
  plain('the same, guarded by a wrong name: 422', ({ custom }) =>
    custom.patchNamespacedCustomObject(
      { ...route, name: 'way', body: [{ op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'other' }, replace(weight, 1)] },
      as(PatchStrategy.JsonPatch),
    ),
  ),
  plain('a weight above a million: 422', ({ custom }) =>
    custom.patchNamespacedCustomObject({ ...route, name: 'way', body: [replace(weight, 1_000_001)] }, as(PatchStrategy.JsonPatch)),
  ),
  plain('strategic patch of a route: 415', ({ custom }) =>
    custom.patchNamespacedCustomObject({ ...route, name: 'way', body: {} }, as(PatchStrategy.StrategicMergePatch)),
  ),
  plain('its status alone', ({ custom }) =>
    custom.patchNamespacedCustomObjectStatus({ ...route, name: 'way', body: { status: { parents: [] } } }, as(PatchStrategy.MergePatch)),
  ),
  plain('replace without a version: 422', ({ custom }) =>
    custom.replaceNamespacedCustomObject({ ...route, name: 'way', body: routeOf('way', [1, 1]) }),
  ),
  plain('routes as a list', ({ custom }) => custom.listNamespacedCustomObject(route)),
  plain('a route that is not there: 404', ({ custom }) => custom.getNamespacedCustomObject({ ...route, name: 'none' })),
  plain('any object by what it says of itself', async ({ objects }) => {
    const found = await objects.read({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace } })
    return await objects.patch(
      { ...found, metadata: { name: 'held', namespace, labels: { tier: 'x' } } },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    )
  }),
  plain('the scale of a Deployment', async ({ apps }) => {
    await apps.createNamespacedDeployment({ namespace, body: deployment })
    const { spec } = await apps.patchNamespacedDeploymentScale(
      { name: 'still', namespace, body: { spec: { replicas: 1 } } },
      as(PatchStrategy.MergePatch),
    )
    return spec
  }),
  plain('its selector may not change: 422', ({ apps }) =>
    apps.patchNamespacedDeployment(
      { name: 'still', namespace, body: { spec: { selector: { matchLabels: { app: 'other' } } } } },
      as(PatchStrategy.MergePatch),
    ),
  ),
  plain('delete it in the foreground', async ({ apps }) => {
    await apps.deleteNamespacedDeployment({ name: 'still', namespace, propagationPolicy: 'Foreground' })
    while ((await apps.listNamespacedDeployment({ namespace })).items.length > 0) await sleep(50)
  }),
  plain('a lease', ({ leases }) =>
    leases.createNamespacedLease({ namespace, body: { metadata: { name: 'held' }, spec: { holderIdentity: 'me' } } }),
  ),
  plain('a lease that another took: 409', ({ leases }) =>
    leases.replaceNamespacedLease({
      ...one,
      body: { metadata: { name: 'held', resourceVersion: '1' }, spec: { holderIdentity: 'you' } },
    }),
  ),
  plain('may I?', ({ reviews }) =>
    reviews.createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb: 'patch', group: route.group, resource: route.plural, namespace } } },
    }),
  ),
  plain('events of a watch', watched),
  plain('a watch from a version too old: 410', watchedTooLate),
  plain('a continue token that history has left behind: 410', pagedTooLate),
  plain('an informer follows what comes, changes, leaves its selector and goes', informed),
  plain('an informer catches up after its connection was cut', informedAfterCut),
  plain('an informer lists again after 410', informedAfterExpiry),
  plain('delete another uid: 409', ({ core }) =>
    core.deleteNamespacedConfigMap({ ...one, body: { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } } }),
  ),
  plain('delete what is left', async ({ core, custom, leases }) => {
    await custom.deleteNamespacedCustomObject({ ...route, name: 'way' })
    await leases.deleteNamespacedLease(one)
    return await core.deleteNamespacedConfigMap(one)
  }),
  plain('delete it again: 404', ({ core }) => core.deleteNamespacedConfigMap(one)),
]

const deployment = {
  metadata: { name: 'still' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'still' } },
    template: { metadata: { labels: { app: 'still' } }, spec: { containers: [{ name: 'main', image: 'still:1' }] } },
  },
}

const LABEL = 'suite=informed'
const labelled = (name: string, data = {}) => configMapOf(name, data, { suite: 'informed' })

async function watched({ config, core }: ClientNode): Promise<unknown> {
  const { metadata } = await core.listNamespacedConfigMap({ namespace })
  const seen: unknown[] = []
  const ended = Promise.withResolvers<void>()
  const query = { resourceVersion: metadata?.resourceVersion, labelSelector: LABEL }
  const request = await new Watch(config).watch(
    configMaps,
    query,
    (type, { metadata, data }: V1ConfigMap) => {
      seen.push({ type, name: metadata?.name, data })
      if (type === 'DELETED') ended.resolve()
    },
    () => undefined,
  )
  await core.createNamespacedConfigMap({ namespace, body: labelled('seen') })
  await core.patchNamespacedConfigMap({ name: 'seen', namespace, body: { data: { a: '1' } } }, as(PatchStrategy.MergePatch))
  await core.deleteNamespacedConfigMap({ name: 'seen', namespace })
  await ended.promise
  request.abort()
  return seen
}

/** Of a kind that came long after the server's first version: of one that was there at the start, a server of a few seconds still knows everything. */
async function watchedTooLate({ config, side }: ClientNode): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  await side.forgetHistory()
  await new Watch(config).watch(routes, { resourceVersion: '1' }, (type, { code, reason }) => resolve({ type, code, reason }), resolve)
  return await promise
}

/** The server itself forgets history: the embedded one when it is told, the real one by its compaction every few seconds. */
async function pagedTooLate({ core, side }: ClientNode): Promise<unknown> {
  await Promise.all(
    ['p', 'q', 'r'].map((name) => core.createNamespacedConfigMap({ namespace, body: configMapOf(name, {}, { suite: 'paged' }) })),
  )
  const first = await core.listNamespacedConfigMap({ namespace, limit: 1, labelSelector: 'suite=paged' })
  const next = { namespace, limit: 1, labelSelector: 'suite=paged', _continue: first.metadata?._continue ?? '' }
  for (;;) {
    await side.forgetHistory()
    // Something must have been written since.
    await core.patchNamespacedConfigMap(
      { name: 'p', namespace, body: { data: { at: String(performance.now()) } } },
      as(PatchStrategy.MergePatch),
    )
    const answer = (await told(core.listNamespacedConfigMap(next))) as { readonly code?: number }
    if (answer.code === undefined) {
      await sleep(200)
      continue
    }
    await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'suite=paged' })
    return answer
  }
}

/** Tells of everything; `until` waits for a line. */
function listening(informer: Informer<V1ConfigMap>) {
  const seen: string[] = []
  let wake = (): void => undefined
  const tell = (line: string): void => {
    seen.push(line)
    wake()
  }
  for (const event of ['add', 'update', 'delete'] as const)
    informer.on(event, ({ metadata, data }) => tell(`${event} ${metadata?.name} ${JSON.stringify(data ?? {})}`))
  return {
    seen,
    tell,
    until: async (line: string): Promise<void> => {
      while (!seen.includes(line)) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

const listOf =
  ({ core }: ClientNode) =>
  (): Promise<KubernetesListObject<V1ConfigMap>> =>
    core.listNamespacedConfigMap({ namespace, labelSelector: LABEL })
const put = ({ core }: ClientNode, name: string, value: string) =>
  core.patchNamespacedConfigMap({ name, namespace, body: { data: { v: value } } }, as(PatchStrategy.MergePatch))

async function informed(client: ClientNode): Promise<unknown> {
  const { config, core } = client
  await core.createNamespacedConfigMap({ namespace, body: labelled('first') })
  const informer = makeInformer(config, configMaps, listOf(client), LABEL)
  const { seen, until } = listening(informer)
  await informer.start()
  await core.createNamespacedConfigMap({ namespace, body: labelled('second') })
  await put(client, 'first', '1')
  await until('update first {"v":"1"}')
  await core.patchNamespacedConfigMap(
    { name: 'first', namespace, body: { metadata: { labels: { suite: null } } } },
    as(PatchStrategy.MergePatch),
  )
  await core.deleteNamespacedConfigMap({ name: 'second', namespace })
  await until('delete second {}')
  await informer.stop()
  await core.deleteNamespacedConfigMap({ name: 'first', namespace })
  return { seen, held: informer.list().map(({ metadata }) => metadata?.name) }
}

/** What happened meanwhile is seen when it is started again, as its documentation asks for. */
async function informedAfterCut(client: ClientNode): Promise<unknown> {
  const { config, core, side } = client
  await core.createNamespacedConfigMap({ namespace, body: labelled('stays') })
  await core.createNamespacedConfigMap({ namespace, body: labelled('goes') })
  const link = await side.openLink()
  const cluster = config.getCurrentCluster()
  const through = new KubeConfig()
  through.loadFromString(config.exportConfig().replaceAll(cluster?.server ?? '', link.url))
  const informer = makeInformer(through, configMaps, listOf(client), LABEL)
  const { seen, until, tell } = listening(informer)
  informer.on('error', () => tell('cut'))
  await informer.start()
  await until('add stays {}')
  await link.cut()
  await until('cut')
  await put(client, 'stays', '2')
  await core.deleteNamespacedConfigMap({ name: 'goes', namespace })
  await link.mend()
  await informer.start()
  await until('delete goes {}')
  await until('update stays {"v":"2"}')
  await informer.stop()
  await link.close()
  await core.deleteNamespacedConfigMap({ name: 'stays', namespace })
  return seen.toSorted()
}

/** Its list came from a time that the server's watches do not reach back to. */
async function informedAfterExpiry({ config, custom, side }: ClientNode): Promise<unknown> {
  await side.forgetHistory()
  const body = routeOf('old', [1])
  await custom.createNamespacedCustomObject({ ...route, body })
  let lists = 0
  const listed = async (): Promise<KubernetesListObject<KubernetesObject>> => {
    const list = (await custom.listNamespacedCustomObject(route)) as KubernetesListObject<KubernetesObject>
    if (lists++ === 0 && list.metadata !== undefined) list.metadata.resourceVersion = '1'
    return list
  }
  const informer = makeInformer(config, routes, listed)
  const versions = new Set<number | undefined>()
  const changed = Promise.withResolvers<void>()
  informer.on('update', ({ metadata }) => {
    if (metadata?.name !== 'old') return
    versions.add(metadata.generation)
    changed.resolve()
  })
  await informer.start()
  while (lists < 2) await sleep(20)
  await custom.patchNamespacedCustomObject({ ...route, name: 'old', body: [replace(weight, 3)] }, as(PatchStrategy.JsonPatch))
  await changed.promise
  await informer.stop()
  await custom.deleteNamespacedCustomObject({ ...route, name: 'old' })
  return { versions: [...versions], listedAgain: lists > 1 }
}
