import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCluster } from '../../../src/adapters/kube/cluster.ts'
import { listContexts, loadContexts, type ContextAccess } from '../../../src/adapters/kube/contexts.ts'
import { readCredentials } from '../../../src/adapters/kube/credentials.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import { configMaps, within } from './one-context.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tricenter-kubeconfig-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function put(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text)
  return join(directory, name)
}
const yaml = (server: string, { context = 'zone-a', user = 'operator', token = 'token-1' } = {}) => `apiVersion: v1
kind: Config
current-context: elsewhere
clusters:
- name: shared
  cluster: {server: "${server}"}
users:
- name: ${user}
  user: {token: ${token}}
contexts:
- name: ${context}
  context: {cluster: shared, user: ${user}, namespace: ai}
`
async function accessTo(context: string, env: Readonly<Record<string, string>>): Promise<ContextAccess> {
  const access = (await loadContexts({ env })).access(context)
  if (typeof access === 'string') throw new Error(access)
  return access
}

test('of several files the first that has a name wins, wholly, and what is missing counts for nothing', async () => {
  const one = await put('one', yaml('https://one.example'))
  const two = await put('two', yaml('https://two.example', { context: 'zone-b', token: 'token-2' }))
  const env = { KUBECONFIG: `${directory}/nothing:${one}:${two}:${one}` }
  expect(await listContexts({ env })).toEqual([
    { context: 'zone-a', cluster: 'shared', user: 'operator', server: 'https://one.example', namespace: 'ai' },
    { context: 'zone-b', cluster: 'shared', user: 'operator', server: 'https://one.example', namespace: 'ai' },
  ])
  expect((await readCredentials(await accessTo('zone-b', env))).headers).toEqual({ authorization: 'Bearer token-1' })
})

test('every context has entries of its own, and the current context is none of them', async () => {
  const file = await put('one', yaml('https://one.example'))
  const contexts = await loadContexts({ kubeconfig: file, env: {} })
  const access = contexts.access('zone-a')
  if (typeof access === 'string') throw new Error(access)
  expect(access).toEqual({ server: 'https://one.example', cluster: { server: 'https://one.example' }, user: { token: 'token-1' } })
  expect(contexts.access('elsewhere')).toBe('the kubeconfig has no context elsewhere; it has zone-a')
})

test('the file of the flag is the only one, and must exist', async () => {
  const file = await put('one', yaml('https://one.example'))
  await expect(loadContexts({ kubeconfig: join(directory, 'nothing'), env: { KUBECONFIG: file } })).rejects.toMatchObject({
    kind: 'input',
    reason: 'kubeconfig-missing',
    facts: { file: join(directory, 'nothing') },
  })
})

test('without flag and KUBECONFIG it is ~/.kube/config, and none at all is no fault', async () => {
  expect(await listContexts({ env: { HOME: directory } })).toEqual([])
  expect((await loadContexts({ env: { HOME: directory } })).access('zone-a')).toBe('no kubeconfig was found, so there is no context zone-a')
  await mkdir(join(directory, '.kube'))
  await put('.kube/config', yaml('https://home.example'))
  expect(await listContexts({ env: { HOME: directory } })).toMatchObject([{ context: 'zone-a', server: 'https://home.example' }])
})

test.each([
  ['no YAML', 'clusters: [', /./],
  ['a text', 'just a text', /not a kubeconfig/],
  ['a list for a map', '- a\n- b\n', /not a kubeconfig/],
  ['a map for a list', 'apiVersion: v1\nkind: Config\ncontexts: {a: b}\n', /contexts is not a list/],
  ['an entry without a name', 'users:\n- user: {token: x}\n', /users\[0\] has no name/],
  ['an entry that is no map', 'clusters:\n- name: a\n  cluster: text\n', /clusters\[0\]\.cluster is not a map/],
])('a file that is %s is one fault that names it', async (_what, text, why) => {
  const good = await put('good', yaml('https://one.example'))
  const bad = await put('bad', text)
  const fault = { kind: 'input', reason: 'kubeconfig-broken', facts: { file: bad, why: expect.stringMatching(why) } }
  await expect(loadContexts({ env: { KUBECONFIG: `${good}:${bad}` } })).rejects.toMatchObject(fault)
})

test('an empty file counts for nothing', async () => {
  const [empty, good] = [await put('empty', '\n'), await put('good', yaml('https://one.example'))]
  expect(await listContexts({ env: { KUBECONFIG: `${empty}:${good}` } })).toHaveLength(1)
})

test('relative paths belong to the directory of their file', async () => {
  await mkdir(join(directory, 'a'))
  await mkdir(join(directory, 'b'))
  await put('a/ca.pem', 'CA')
  await put('b/cert.pem', 'CERT')
  await put('b/key.pem', 'KEY')
  const clusters = await put(
    'a/config',
    'clusters:\n- name: c\n  cluster: {server: "https://x.example", certificate-authority: ca.pem, tls-server-name: y.example}\n',
  )
  const users = await put(
    'b/config',
    'users:\n- name: u\n  user: {client-certificate: cert.pem, client-key: ./key.pem}\ncontexts:\n- name: zone-a\n  context: {cluster: c, user: u}\n',
  )
  const { tls } = await readCredentials(await accessTo('zone-a', { KUBECONFIG: `${clusters}:${users}` }))
  expect({ ca: String(tls.ca), cert: String(tls.cert), key: String(tls.key), servername: tls.servername }).toEqual({
    ca: 'CA',
    cert: 'CERT',
    key: 'KEY',
    servername: 'y.example',
  })
})

test('a token file is read, relative to its kubeconfig', async () => {
  await put('token', 'from-a-file\n')
  const file = await put(
    'config',
    'clusters:\n- name: c\n  cluster: {server: "https://x.example"}\nusers:\n- name: u\n  user: {token: stale, tokenFile: token}\ncontexts:\n- name: zone-a\n  context: {cluster: c, user: u}\n',
  )
  expect((await readCredentials(await accessTo('zone-a', { KUBECONFIG: file }))).headers).toEqual({ authorization: 'Bearer from-a-file' })
})

test('basic authentication and impersonation become headers', async () => {
  const file = await put(
    'config',
    'clusters:\n- name: c\n  cluster: {server: "http://x.example"}\nusers:\n- name: u\n  user: {username: a, password: b, as: somebody}\ncontexts:\n- name: zone-a\n  context: {cluster: c, user: u}\n',
  )
  expect((await readCredentials(await accessTo('zone-a', { KUBECONFIG: file }))).headers).toEqual({
    authorization: 'Basic YTpi',
    'impersonate-user': 'somebody',
  })
})

test('what the kubeconfig holds itself goes before files, and a cluster may be trusted unseen', async () => {
  const data = Buffer.from('HELD').toString('base64')
  const file = await put(
    'config',
    `clusters:\n- name: c\n  cluster: {server: "https://x.example", certificate-authority: gone.pem, certificate-authority-data: ${data}, insecure-skip-tls-verify: true}\nusers:\n- name: u\n  user: {client-certificate: gone.pem, client-certificate-data: ${data}, client-key-data: ${data}}\ncontexts:\n- name: zone-a\n  context: {cluster: c, user: u}\n`,
  )
  const { tls } = await readCredentials(await accessTo('zone-a', { KUBECONFIG: file }))
  expect(tls).toEqual({ ca: Buffer.from('HELD'), cert: Buffer.from('HELD'), key: Buffer.from('HELD'), rejectUnauthorized: false })
})

test('a user of an auth-provider logs in through the client library', async () => {
  const token = `e30.${Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 600 })).toString('base64url')}.x`
  const provider = {
    name: 'oidc',
    config: { 'id-token': token, 'client-id': 'c', 'idp-issuer-url': 'https://idp.example', 'refresh-token': 'r' },
  }
  const file = await put(
    'config',
    JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://x.example' } }],
      users: [{ name: 'u', user: { 'auth-provider': provider } }],
      contexts: [{ name: 'zone-a', context: { cluster: 'c', user: 'u' } }],
    }),
  )
  expect((await readCredentials(await accessTo('zone-a', { KUBECONFIG: file }))).headers).toEqual({ authorization: `Bearer ${token}` })
})

test.each([
  ['zone-x', /has no context zone-x; did you mean zone-a\?$/],
  ['production', /has no context production; it has zone-a, lonely, userless, odd$/],
  ['lonely', /names the cluster gone, which the kubeconfig does not declare/],
  ['userless', /names the user gone, which the kubeconfig does not declare/],
  ['odd', /is not an http\(s\) URL: ftp:\/\/x/],
])('a cluster for the context %s answers that it cannot be used, and why', async (context, why) => {
  const more = `- name: lonely
  context: {cluster: gone, user: operator}
- name: userless
  context: {cluster: shared, user: gone}
- name: odd
  context: {cluster: odd, user: operator}
`
  const file = await put(
    'config',
    yaml('https://one.example').replace('clusters:\n', 'clusters:\n- name: odd\n  cluster: {server: "ftp://x"}\n') + more,
  )
  const contexts = await loadContexts({ kubeconfig: file, env: {} })
  const cluster = openCluster({ center: 'zone-a', context, contexts, clock: systemClock, version: '0.0.0' })
  const unknown = { state: 'unknown', why: expect.stringMatching(why) }
  expect(await cluster.get(configMaps, 'default', 'a', within(1000))).toMatchObject(unknown)
  expect(await cluster.list(configMaps, {}, within(1000))).toMatchObject(unknown)
  expect(await cluster.patch(configMaps, 'default', 'a', [], within(1000))).toMatchObject({
    kind: 'rejected',
    message: expect.stringMatching(why),
  })
  await cluster.close()
})
