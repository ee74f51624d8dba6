import { afterEach, beforeAll, afterAll, expect, test } from 'vitest'
import { failing, type Intervention } from '../../../src/lab/apiserver/answer.ts'
import { isMutating, type ApiRequest } from '../../../src/lab/apiserver/request.ts'
import { startEmbedded, type EmbeddedCluster, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { clientOf, routeOf, routes, take, type Client } from './client.ts'

let lab: EmbeddedLab
let cluster: EmbeddedCluster
let api: Client
beforeAll(async () => {
  lab = await startEmbedded(['zone-a'])
  cluster = lab.cluster('zone-a')
  api = clientOf(cluster)
  await api.post(routes, routeOf('route', [50, 50]))
})
afterEach(() => {
  cluster.server.intercept = cluster.server.observe = cluster.server.before = cluster.server.after = undefined
})
afterAll(async () => {
  await api.close()
  await lab.close()
})

const path = `${routes}/route`
const drain = (intervention: Intervention) => {
  cluster.server.intercept = ({ method }) => (method === 'PATCH' ? intervention : undefined)
}
const weightOf = async () => (await api.get(path)).body.spec.rules[0].backendRefs[0].weight
const setWeight = (value: number) => api.jsonPatch(path, [{ op: 'replace', path: '/spec/rules/0/backendRefs/0/weight', value }])

test('an answer in place of the true one means that nothing was done', async () => {
  drain(failing(429, 'TooManyRequests', { 'retry-after': '1' }))
  const reply = await setWeight(1)
  expect(reply.headers['retry-after']).toBe('1')
  expect(reply.body).toMatchObject({ code: 429, reason: 'TooManyRequests' })
  drain({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>login</html>' })
  expect((await setWeight(1)).body).toBe('<html>login</html>')
  expect(await weightOf()).toBe(50)
})

test('a reset comes before the write and a lost answer after it', async () => {
  drain('reset')
  await expect(setWeight(2)).rejects.toThrow()
  expect(await weightOf()).toBe(50)
  drain('lose')
  await expect(setWeight(3)).rejects.toThrow()
  expect(await weightOf()).toBe(3)
})

test('an answer can end half-way, cut or as if whole', async () => {
  drain('reset-mid-answer')
  await expect(setWeight(4)).rejects.toThrow()
  drain('truncate')
  await expect(setWeight(5)).rejects.toThrow(SyntaxError)
  expect(await weightOf()).toBe(5)
})

test('an answer can drip', async () => {
  drain({ drip: { bytes: 200, every: 5 } })
  const start = performance.now()
  expect((await setWeight(6)).body.kind).toBe('HTTPRoute')
  expect(performance.now() - start).toBeGreaterThan(20)
})

test('a silent server answers when the client gives up, and not before', async () => {
  drain('hang')
  const given = AbortSignal.timeout(100)
  const stuck = setWeight(7).then(
    () => 'answered',
    () => 'cut',
  )
  const silent = new Promise((resolve) => given.addEventListener('abort', () => resolve('silent')))
  expect(await Promise.race([stuck, silent])).toBe('silent')
  await api.close()
  expect(await stuck).toBe('cut')
  api = clientOf(cluster)
  cluster.server.intercept = undefined
  expect(await weightOf()).toBe(6)
})

test('a watch can break in the middle of an event', async () => {
  cluster.server.intercept = ({ query }) => (query.has('watch') ? 'reset-mid-answer' : undefined)
  await expect(take(api.watch(`${routes}?watch=true`, new AbortController().signal), 1)).rejects.toThrow()
})

test('an observer sees each request with its user and body, and can tell which would change something', async () => {
  const seen: ApiRequest[] = []
  cluster.server.observe = (request) => seen.push(request)
  await setWeight(8)
  await api.mergePatch(`${path}?dryRun=All`, { spec: { hostnames: ['a.example'] } })
  await api.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
  })
  await api.get(path)
  expect(seen.map(isMutating)).toEqual([true, false, false, false])
  expect(seen[0]).toMatchObject({
    method: 'PATCH',
    path,
    contentType: 'application/json-patch+json',
    user: { name: 'lab-admin' },
    userAgent: 'lab-test/1',
  })
  expect(JSON.parse(String(seen[0]?.body))[0].value).toBe(8)
})

test('hooks stand before and after the write', async () => {
  const order: (string | number)[] = []
  cluster.server.before = async () => void order.push('before', await Promise.resolve(cluster.server.objects.store.version))
  cluster.server.after = (_, status) => void order.push('after', status, cluster.server.objects.store.version)
  const { version } = cluster.server.objects.store
  await setWeight(9)
  expect(order).toEqual(['before', version, 'after', 200, version + 1])
})
