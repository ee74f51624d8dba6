import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbedded, type EmbeddedLab } from '../../../src/lab/embedded.ts'
import { createAuthority } from '../../../src/lab/pki.ts'
import { clientOf, routeOf, routes, type Body, type Client } from './client.ts'

let lab: EmbeddedLab
let admin: Client
let operator: Client
const rbac = '/apis/rbac.authorization.k8s.io/v1'
beforeAll(async () => {
  lab = await startEmbedded(['zone-a'])
  const cluster = lab.cluster('zone-a')
  admin = clientOf(cluster)
  operator = clientOf(cluster, cluster.issueClient('olga', ['operators']))
  await admin.post(`${rbac}/namespaces/default/roles`, {
    metadata: { name: 'router' },
    rules: [
      { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: ['web'], verbs: ['patch'] },
    ],
  })
  const subjects = [{ kind: 'Group', name: 'operators' }]
  await admin.post(`${rbac}/namespaces/default/rolebindings`, {
    metadata: { name: 'router' },
    roleRef: { kind: 'Role', name: 'router' },
    subjects,
  })
  await admin.post(routes, routeOf('route', [1]))
})
afterAll(async () => {
  await Promise.all([admin.close(), operator.close()])
  await lab.close()
})

const review = async (client: Client, resourceAttributes: Body) => {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  return (await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body)).body.status.allowed
}
const gateway = { group: 'gateway.networking.k8s.io', resource: 'httproutes', namespace: 'default' }

describe('a bound user', () => {
  test('may do what the role says, in its namespace', async () => {
    expect((await operator.get(routes)).status).toBe(200)
    expect((await operator.mergePatch(`${routes}/route`, { metadata: { labels: { a: 'b' } } })).status).toBe(200)
  })

  test('may not do more, and is told what', async () => {
    const { body } = await operator.call('DELETE', `${routes}/route`)
    expect(body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: expect.stringContaining(
        'User "olga" cannot delete resource "httproutes" in API group "gateway.networking.k8s.io" in the namespace "default"',
      ),
    })
    expect((await operator.get('/apis/gateway.networking.k8s.io/v1/httproutes')).body.message).toContain('at the cluster scope')
    expect((await operator.get('/api/v1/namespaces/default/secrets')).status).toBe(403)
    expect((await operator.mergePatch(`${routes}/route/status`, {})).status).toBe(403)
  })

  test('gets the same answers by asking as by doing', async () => {
    expect(await review(operator, { ...gateway, verb: 'patch' })).toBe(true)
    expect(await review(operator, { ...gateway, verb: 'delete' })).toBe(false)
    expect(await review(operator, { ...gateway, verb: 'patch', namespace: 'kube-system' })).toBe(false)
    const scale = { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'default', verb: 'patch' }
    expect(await review(operator, { ...scale, name: 'web' })).toBe(true)
    expect(await review(operator, { ...scale, name: 'other' })).toBe(false)
    expect(await review(admin, { ...gateway, verb: 'delete' })).toBe(true)
  })

  test('sees who it is and what it may', async () => {
    const self = await operator.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
    })
    expect(self.body.status.userInfo).toEqual({ username: 'olga', groups: ['operators', 'system:authenticated'] })
    const rules = await operator.post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace: 'default' } })
    expect(rules.body.status.resourceRules).toContainEqual(expect.objectContaining({ resources: ['httproutes'] }))
  })
})

test('an administrator may act as another, and nobody else may', async () => {
  const acting = { 'impersonate-user': 'olga', 'impersonate-group': 'operators' }
  expect((await admin.get(routes, acting)).status).toBe(200)
  expect((await admin.get('/api/v1/namespaces', acting)).status).toBe(403)
  expect((await operator.get(routes, { 'impersonate-user': 'lab-admin', 'impersonate-group': 'system:masters' })).status).toBe(403)
})

test('a client without a certificate may ask for health only', async () => {
  const nobody = clientOf(lab.cluster('zone-a'), null)
  expect((await nobody.get('/readyz')).body).toBe('ok')
  expect((await nobody.get(routes)).body.message).toContain('User "system:anonymous"')
  expect((await nobody.get(routes, { authorization: 'Bearer stolen' })).status).toBe(401)
  await nobody.close()
})

test('a certificate of another authority is no credential', async () => {
  const foreign = createAuthority('somebody else', Date.now()).issueClient({ commonName: 'lab-admin', organizations: ['system:masters'] })
  const stranger = clientOf(lab.cluster('zone-a'), foreign)
  expect((await stranger.get(routes)).status).toBe(401)
  await stranger.close()
})
