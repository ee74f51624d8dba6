import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { execPlugins } from '../../../src/adapters/kube/exec-plugin.ts'
import { hostileServer, sendJson, statusBody } from '../hostile-server.ts'
import { clusterAt, configMaps, within } from './one-context.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tricenter-plugin-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A plugin that notes each of its runs. */
async function plugin(script: string): Promise<{ readonly spec: object; readonly runs: () => Promise<number> }> {
  const log = join(directory, 'runs')
  await writeFile(join(directory, 'plugin.sh'), `echo run >> ${log}\n${script}\n`)
  return {
    spec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: '/bin/sh',
      args: [join(directory, 'plugin.sh')],
      env: [{ name: 'GREETING', value: 'hello' }],
    },
    runs: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1,
  }
}
const credential = (token: string, more = '') => `printf '{"kind":"ExecCredential","status":{"token":"${token}"${more}}}'`
const env = { PATH: process.env['PATH'] }

test('calls that come together, from contexts that log in alike, share one run', async () => {
  const { spec, runs } = await plugin(credential('t'))
  const plugins = execPlugins(env)
  const answers = await Promise.all(
    [plugins({ ...spec }, { server: 'a' }), plugins({ ...spec }, { server: 'b' }), plugins({ ...spec }, { server: 'a' })].map((one) =>
      one.credential(),
    ),
  )
  expect(answers).toEqual([{ token: 't' }, { token: 't' }, { token: 't' }])
  expect(await runs()).toBe(1)
})

test('a plugin that is told of its cluster is run for each cluster', async () => {
  const { spec, runs } = await plugin(credential('t'))
  const plugins = execPlugins(env)
  await Promise.all(['a', 'b'].map((server) => plugins({ ...spec, provideClusterInfo: true }, { server }).credential()))
  expect(await runs()).toBe(2)
})

test('it gets the environment of its specification and the request as JSON', async () => {
  const { spec } = await plugin(`printf '{"status":{"token":"%s %s"}}' "$GREETING" "$(echo $KUBERNETES_EXEC_INFO | tr -d '"')"`)
  const { token } = await execPlugins(env)({ ...spec, provideClusterInfo: true }, { server: 'https://x' }).credential()
  expect(token).toBe(
    'hello {kind:ExecCredential,apiVersion:client.authentication.k8s.io/v1,spec:{interactive:false,cluster:{server:https://x}}}',
  )
})

test.each([
  [
    'ends badly',
    'echo first >&2; echo "token expired, log in again" >&2; exit 3',
    {},
    /"\/bin\/sh" ended with 3: token expired, log in again$/,
  ],
  ['answers nonsense', 'echo hello', {}, /answered without a token or a certificate$/],
  ['hangs, with a grandchild that holds its pipe', 'echo waiting >&2; sleep 30 & sleep 30', {}, /gave no answer in 0\.3 s: waiting$/],
  ['wants a terminal', '', { interactiveMode: 'Always' }, /wants a terminal/],
  ['does not exist', '', { command: 'tricenter-no-such-plugin' }, /could not be started: no such command$/],
])('one that %s is a clear reason', async (_what, script, more, message) => {
  const { spec } = await plugin(script)
  await expect(execPlugins(env, 300)({ ...spec, ...more }, {}).credential()).rejects.toThrow(message)
})

test('its certificate and its time are taken over', async () => {
  const { spec } = await plugin(
    credential('t', ',"clientCertificateData":"C","clientKeyData":"K","expirationTimestamp":"2040-01-01T00:00:00Z"'),
  )
  expect(await execPlugins(env)({ ...spec }, {}).credential()).toEqual({ token: 't', cert: 'C', key: 'K', expires: Date.UTC(2040, 0, 1) })
})

test('a cluster logs in with it, and asks it once more when the server says 401', async () => {
  const { spec, runs } = await plugin(`n=$(wc -l < ${join(directory, 'runs')}); printf '{"status":{"token":"t%s"}}' "$(echo $n)"`)
  const server = await hostileServer(({ headers }, response) =>
    headers['authorization'] === 'Bearer t2'
      ? sendJson(response, 404, statusBody(404, 'NotFound', 'x'))
      : sendJson(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized')),
  )
  const cluster = await clusterAt(server.url, { user: { exec: spec } })
  expect(await cluster.get(configMaps, 'default', 'a', within(5000))).toMatchObject({ state: 'absent' })
  expect(await cluster.get(configMaps, 'default', 'a', within(5000))).toMatchObject({ state: 'absent' })
  expect(await runs()).toBe(2)
  await cluster.close()
  await server.close()
})

test('a plugin that hangs costs a call no more than its deadline, and sends nothing', async () => {
  const { spec } = await plugin('sleep 3')
  const server = await hostileServer((_q, response) => sendJson(response, 200, {}))
  const cluster = await clusterAt(server.url, { user: { exec: spec } })
  expect(await cluster.get(configMaps, 'default', 'a', within(200))).toMatchObject({
    state: 'unknown',
    why: 'logging in took longer than 0.2 s',
  })
  expect(await cluster.patch(configMaps, 'default', 'a', [], within(200))).toMatchObject({ kind: 'rejected', status: 0 })
  expect(server.seen).toHaveLength(0)
  await cluster.close()
  await server.close()
})
