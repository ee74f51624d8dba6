import { type Body, type Client, configMapOf, configMaps, type Reply, routeOf, routes, take } from '../lab/apiserver/client.ts'
import type { Side } from './pair.ts'

/** One thing that a client does, in this order: each finds what those before it left. */
export interface Request {
  readonly name: string
  readonly act: (client: Client, side: Side) => Promise<unknown>
}

const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
const MERGE_PATCH = { 'content-type': 'application/merge-patch+json' }
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' }
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

/** What a client can tell answers apart by; the sentence of a refusal is for people. */
const told = ({ status, headers, body }: Reply): unknown => {
  if (status < 400) return { status, warning: headers['warning'] ?? null, body }
  const { reason, details } = body as {
    reason?: string
    details?: { kind?: string; name?: string; causes?: { field: string; reason: string }[] }
  }
  const causes = (details?.causes ?? []).map(({ field, reason }) => `${field} ${reason}`).toSorted()
  return { status, reason, kind: details?.kind, name: details?.name, causes }
}
const plain = (name: string, act: (client: Client) => Promise<Reply>): Request => ({ name, act: async (client) => told(await act(client)) })
const versionOf = async (client: Client, path: string): Promise<string> => (await client.get(path)).body.metadata.resourceVersion

export const requests: readonly Request[] = [
  plain('create a ConfigMap', (c) => c.post(configMaps, configMapOf('a', { k: '1' }, { tier: 'x' }))),
  plain('create it again', (c) => c.post(configMaps, configMapOf('a'))),
  plain('create with generateName in another namespace than the path says', (c) =>
    c.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'kube-system' } }),
  ),
  plain('create in a namespace that is not there', (c) => c.post('/api/v1/namespaces/none/configmaps', configMapOf('a'))),
  plain('create without a name', (c) => c.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })),
  plain('create another kind than the path says', (c) => c.post(configMaps, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } })),
  plain('create with a resourceVersion', (c) =>
    c.post(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'rv', resourceVersion: '1' } }),
  ),
  plain('PUT with a stale version', (c) => c.call('PUT', `${configMaps}/a`, stamped(configMapOf('a', { k: '2' }), '1'))),
  plain(
    'PUT with the version read',
    async (c) => await c.call('PUT', `${configMaps}/a`, stamped(configMapOf('a', { k: '2' }), await versionOf(c, `${configMaps}/a`))),
  ),
  plain('PUT without a version', (c) => c.call('PUT', `${configMaps}/a`, configMapOf('a', { k: '3' }))),
  plain('PUT under another name', (c) => c.call('PUT', `${configMaps}/a`, configMapOf('other'))),
  plain('PUT what is not there', (c) => c.call('PUT', `${configMaps}/none`, configMapOf('none'))),
  plain('merge patch with a stale version', (c) =>
    c.mergePatch(`${configMaps}/a`, { metadata: { resourceVersion: '1' }, data: { k: '9' } }),
  ),
  plain('merge patch that removes a key', (c) => c.mergePatch(`${configMaps}/a`, { data: { k: null, l: '1' } })),
  plain('merge patch of what is not there', (c) => c.mergePatch(`${configMaps}/none`, { data: {} })),
  plain('strategic patch of a ConfigMap', (c) => c.call('PATCH', `${configMaps}/a`, { data: { m: '1' } }, STRATEGIC)),
  plain('JSON patch whose test fails', (c) => c.jsonPatch(`${configMaps}/a`, [{ op: 'test', path: '/data/l', value: 'x' }])),
  plain('JSON patch whose test holds', (c) =>
    c.jsonPatch(`${configMaps}/a`, [
      { op: 'test', path: '/data/l', value: '1' },
      { op: 'replace', path: '/data/l', value: '2' },
    ]),
  ),
  plain('JSON patch that replaces what is not there', (c) =>
    c.jsonPatch(`${configMaps}/a`, [{ op: 'replace', path: '/data/zz', value: 'x' }]),
  ),
  plain('JSON patch that is no list', (c) => c.call('PATCH', `${configMaps}/a`, {}, JSON_PATCH)),
  plain('a patch of a type that is none', (c) => c.call('PATCH', `${configMaps}/a`, {}, { 'content-type': 'application/json' })),
  plain('a patch that changes the uid', (c) =>
    c.mergePatch(`${configMaps}/a`, { metadata: { uid: '00000000-0000-0000-0000-000000000000' } }),
  ),
  plain('a body that is no JSON', (c) => c.call('POST', configMaps, '{"kind":')),
  plain('a body of a type that is none', (c) => c.call('POST', configMaps, 'x', { 'content-type': 'text/plain' })),
  plain('unknown field, Strict', (c) => c.call('POST', `${configMaps}?fieldValidation=Strict`, { ...configMapOf('strict'), dada: {} })),
  plain('unknown field, Warn', (c) => c.call('POST', `${configMaps}?fieldValidation=Warn`, { ...configMapOf('warned'), dada: {} })),
  plain('unknown field, Ignore', (c) => c.call('POST', `${configMaps}?fieldValidation=Ignore`, { ...configMapOf('ignored'), dada: {} })),
  plain('the same field twice, Strict', (c) =>
    c.call(
      'POST',
      `${configMaps}?fieldValidation=Strict`,
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"twice"},"data":{"a":"1","a":"2"}}',
    ),
  ),
  plain('dry run of a creation', (c) => c.call('POST', `${configMaps}?dryRun=All`, configMapOf('dry'))),
  plain('which left nothing', (c) => c.get(`${configMaps}/dry`)),
  plain('dry run of a deletion', (c) => c.call('DELETE', `${configMaps}/a?dryRun=All`)),
  plain('a list of one kind', (c) => c.get(`${configMaps}?labelSelector=tier%3Dx`)),
  plain('a selector that is none', (c) => c.get(`${configMaps}?labelSelector=%21%21`)),
  plain('a page', (c) => c.get(`${configMaps}?limit=1`)),
  plain('the page after it', async (c) => {
    const first = (await c.get(`${configMaps}?limit=1`)).body
    return await c.get(`${configMaps}?limit=1&continue=${encodeURIComponent(first.metadata.continue)}`)
  }),
  plain('a continue token that is none', (c) => c.get(`${configMaps}?limit=1&continue=bm9uZQ`)),
  plain('the metadata of one', (c) => c.get(`${configMaps}/a`, { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' })),
  plain('a route', (c) => c.post(routes, routeOf('r', [50, 50]))),
  plain('PUT of a route without a version', (c) => c.call('PUT', `${routes}/r`, routeOf('r', [0, 100]))),
  plain(
    'PUT of a route with the version read',
    async (c) => await c.call('PUT', `${routes}/r`, stamped(routeOf('r', [0, 100]), await versionOf(c, `${routes}/r`))),
  ),
  plain(
    'the same again',
    async (c) => await c.call('PUT', `${routes}/r`, stamped(routeOf('r', [0, 100]), await versionOf(c, `${routes}/r`))),
  ),
  plain('strategic patch of a route', (c) => c.call('PATCH', `${routes}/r`, {}, STRATEGIC)),
  plain('unknown field of a route, Strict', (c) =>
    c.call('PATCH', `${routes}/r?fieldValidation=Strict`, { spec: { rulez: [] } }, MERGE_PATCH),
  ),
  plain('unknown field of a route, Warn', (c) => c.call('PATCH', `${routes}/r?fieldValidation=Warn`, { spec: { rulez: [] } }, MERGE_PATCH)),
  plain('the weight of one backend, with a test of its name', (c) =>
    c.jsonPatch(`${routes}/r`, [
      { op: 'test', path: '/spec/rules/0/backendRefs/0/name', value: 'ai.zone-0.nacos' },
      { op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value: 100 },
    ]),
  ),
  plain('a label of a route that is a number', (c) => c.mergePatch(`${routes}/r`, { metadata: { labels: { a: 1 } } })),
  plain('status of a route leaves its spec', (c) =>
    c.call('PATCH', `${routes}/r/status`, { spec: { hostnames: ['x.example'] }, status: { parents: [] } }, MERGE_PATCH),
  ),
  plain('a Deployment', (c) => c.post(DEPLOYMENTS, deployment)),
  { name: 'its scale', act: async (c) => specOf(await c.get(`${DEPLOYMENTS}/d/scale`)) },
  {
    name: 'its scale, patched',
    act: async (c) => specOf(await c.call('PATCH', `${DEPLOYMENTS}/d/scale`, { spec: { replicas: 1 } }, MERGE_PATCH)),
  },
  plain('a scale below zero', (c) => c.call('PATCH', `${DEPLOYMENTS}/d/scale`, { spec: { replicas: -1 } }, MERGE_PATCH)),
  plain('a selector may not change', (c) => c.mergePatch(`${DEPLOYMENTS}/d`, { spec: { selector: { matchLabels: { app: 'e' } } } })),
  plain('a lease', (c) =>
    c.post(LEASES, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: { holderIdentity: 'me' } }),
  ),
  plain('a lease that another took', (c) =>
    c.call(
      'PUT',
      `${LEASES}/l`,
      stamped({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: { holderIdentity: 'you' } }, '1'),
    ),
  ),
  plain('may I?', (c) =>
    c.post(REVIEWS, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'patch', group: 'gateway.networking.k8s.io', resource: 'httproutes', namespace: 'default' } },
    }),
  ),
  plain('somebody who may nothing', (c) => c.get(`${routes}/r`, { 'impersonate-user': 'olga' })),
  plain('a kind that is not there', (c) => c.get('/apis/gateway.networking.k8s.io/v1/namespaces/default/nonsense')),
  plain('a group that is not there', (c) => c.get('/apis/none.example/v1')),
  plain('a method that is not allowed', (c) => c.call('PUT', configMaps, {})),
  plain('the version', async (c) => {
    const reply = await c.get('/version')
    const { major, minor } = reply.body as { major: string; minor: string }
    return { ...reply, body: { major, minor } }
  }),
  { name: 'a watch from now on', act: watched },
  { name: 'a watch from a version too old', act: watchedTooLate },
  {
    name: 'a list at a version to come',
    act: async (c) => (await c.get(`${configMaps}?resourceVersion=999999999&resourceVersionMatch=Exact`)).status,
  },
  plain('deletion of another uid', (c) =>
    c.call('DELETE', `${configMaps}/a`, { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } }),
  ),
  plain('a finalizer', (c) => c.mergePatch(`${configMaps}/a`, { metadata: { finalizers: ['tricenter.io/hold'] } })),
  plain('a deletion that waits for it', (c) => c.call('DELETE', `${configMaps}/a`)),
  plain('and ends without it', (c) => c.mergePatch(`${configMaps}/a`, { metadata: { finalizers: null } })),
  plain('gone', (c) => c.get(`${configMaps}/a`)),
  plain('deletion of a route', (c) => c.call('DELETE', `${routes}/r`)),
  plain('deletion of many', async (c) => ({ ...(await c.call('DELETE', `${configMaps}?labelSelector=tier%3Dw`)), body: {} })),
  plain('deletion of a Deployment in the background', (c) => c.call('DELETE', `${DEPLOYMENTS}/d`, { propagationPolicy: 'Background' })),
]

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'd' } },
    template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'main', image: 'd:1' }] } },
  },
}

const stamped = (object: Body, resourceVersion: string): Body => ({ ...object, metadata: { ...object.metadata, resourceVersion } })
const specOf = ({ status, body }: Reply): unknown => ({ status, kind: body.kind, spec: body.spec })

/** Kinds of events, with a label that comes and goes: to the watcher, the object does. */
async function watched(client: Client): Promise<unknown> {
  const { metadata } = (await client.get(configMaps)).body
  const cut = new AbortController()
  const events = client.watch(`${configMaps}?watch=1&labelSelector=tier%3Dw&resourceVersion=${metadata.resourceVersion}`, cut.signal)
  await client.post(configMaps, configMapOf('w', {}, { tier: 'w' }))
  await client.mergePatch(`${configMaps}/w`, { data: { k: '1' } })
  await client.mergePatch(`${configMaps}/w`, { metadata: { labels: { tier: 'v' } } })
  await client.mergePatch(`${configMaps}/w`, { metadata: { labels: { tier: 'w' } } })
  await client.call('DELETE', `${configMaps}/w`)
  const seen = await take(events, 5)
  cut.abort()
  return seen.map(({ type, object }) => ({ type, name: object.metadata.name, labels: object.metadata.labels, data: object.data }))
}

/** Of a kind that came long after the server's first version: of one that was there at the start, a server of a few seconds still knows everything. */
async function watchedTooLate(client: Client, side: Side): Promise<unknown> {
  await side.forgetHistory()
  const cut = new AbortController()
  const [event] = await take(client.watch(`${routes}?watch=1&resourceVersion=1`, cut.signal), 1)
  cut.abort()
  return { type: event?.type, code: event?.object?.code, reason: event?.object?.reason }
}
