import { existsSync, readFileSync } from 'node:fs'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nacosRegistry } from '../../../src/adapters/nacos/registry.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { RegistryEndpoint, RegistrySource } from '../../../src/domain/estate.ts'
import { startNacos } from '../../../src/lab/nacos/nacos.ts'
import type { Registry } from '../../../src/ports/registry.ts'

type Behaviour = (request: IncomingMessage, response: ServerResponse, body: string) => void
let behaviour: Behaviour
let asked: string[]
let server: Server
let url: string
const opened: { close(): Promise<void> }[] = []

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      asked.push(`${request.method} ${request.url?.split('?')[0]}`)
      behaviour(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const CREDENTIALS = { usernameEnv: 'NACOS_USER', passwordEnv: 'NACOS_PASSWORD' }
const SECRETS = { NACOS_USER: 'tricenter', NACOS_PASSWORD: 'open-sesame-42' }

function open(api: RegistrySource['api'], endpoint: Partial<RegistryEndpoint> = {}, env: Readonly<Record<string, string>> = {}): Registry {
  const source: RegistrySource = {
    api,
    namespace: 'public',
    group: 'DEFAULT_GROUP',
    centers: { 'zone-a': { url, ...endpoint } },
    services: {},
    minInstances: 3,
    maxLag: 30_000,
  }
  const registry = nacosRegistry({ source, clock: systemClock, env })
  opened.push(registry)
  return registry
}
const ask = (registry: Registry, ms = 2000) => registry.instances('zone-a', 'ai-service', { at: systemClock.monotonic() + ms })
const json = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const instance = {
  ip: '10.0.1.11',
  port: 8080,
  weight: 1,
  healthy: true,
  enabled: true,
  ephemeral: true,
  clusterName: 'DEFAULT',
  metadata: { zone: 'zone-a' },
}
const info = { name: 'DEFAULT_GROUP@@ai-service', hosts: [instance], reachProtectionThreshold: false }
const without = (key: string): object => Object.fromEntries(Object.entries(instance).filter(([name]) => name !== key))
const text =
  (body: string, type = 'application/json'): Behaviour =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': type }).end(body)
const say =
  (body: unknown, status = 200): Behaviour =>
  (_, response) =>
    json(response, status, body)

const hostile: Readonly<Record<string, Behaviour>> = {
  'nothing at all': text(''),
  blanks: text('  \n'),
  null: text('null'),
  'a number': text('7'),
  'an empty list': text('[]'),
  'an empty object': text('{}'),
  'HTML with 200': text('<html><body>Sign in</body></html>', 'text/html'),
  'HTML that calls itself JSON': text('<!doctype html><p>hello'),
  'half an answer': text(JSON.stringify(info).slice(0, 90)),
  'two answers': text(JSON.stringify(info) + JSON.stringify(info)),
  'an answer that is cut off': (_, response) => {
    const body = JSON.stringify(info)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    response.write(body.slice(0, 60), () => response.destroy())
  },
  'HTTP 500': say({ status: 500, message: 'java.lang.NullPointerException' }, 500),
  'HTTP 500 with a list': say(info, 500),
  'HTTP 503': say({}, 503),
  'HTTP 204': (_, response) => void response.writeHead(204).end(),
  'a redirect': (_, response) => void response.writeHead(302, { location: '/nacos/v1/ns/instance/list' }).end(),
  'HTTP 404 of a proxy': text('404 page not found', 'text/plain'),
  'hosts missing': say({ name: info.name, reachProtectionThreshold: false }),
  'hosts null': say({ ...info, hosts: null }),
  'hosts an object': say({ ...info, hosts: {} }),
  'hosts texts': say({ ...info, hosts: ['10.0.1.11:8080'] }),
  'one host null': say({ ...info, hosts: [instance, null] }),
  'another service': say({ ...info, name: 'DEFAULT_GROUP@@other' }),
  'flag a text': say({ ...info, reachProtectionThreshold: 'false' }),
  'healthy a text': say({ ...info, hosts: [{ ...instance, healthy: 'true' }] }),
  'healthy missing': say({ ...info, hosts: [without('healthy')] }),
  'enabled missing': say({ ...info, hosts: [without('enabled')] }),
  'weight a text': say({ ...info, hosts: [{ ...instance, weight: '1' }] }),
  'weight negative': say({ ...info, hosts: [{ ...instance, weight: -1 }] }),
  'port a text': say({ ...info, hosts: [{ ...instance, port: '8080' }] }),
  'port too high': say({ ...info, hosts: [{ ...instance, port: 80_800 }] }),
  'ip empty': say({ ...info, hosts: [{ ...instance, ip: '' }] }),
  'metadata a list': say({ ...info, hosts: [{ ...instance, metadata: ['zone-a'] }] }),
  'metadata of numbers': say({ ...info, hosts: [{ ...instance, metadata: { weight: 50 } }] }),
  'ephemeral missing': say({ ...info, hosts: [without('ephemeral')] }),
}

describe('what is no whole answer is a gap, never healthy and never empty', () => {
  test.each(Object.entries(hostile))('%s', async (_, how) => {
    behaviour = how
    const seen = await ask(open('v1'))
    expect(seen.state).toMatch(/^(?:unknown|unreachable)$/)
    expect(seen).toHaveProperty('why')
  })

  test('an answer of 9 MiB is not read to its end', async () => {
    behaviour = text(`{"hosts":[${'"xxxxxxxxxxxxxxxx",'.repeat(500_000)}0]}`)
    expect(await ask(open('v1'))).toMatchObject({ state: 'unknown', why: 'the answer is longer than 8 MiB' })
  })

  test('an answer that never ends ends by its deadline', async () => {
    behaviour = (_, response) => void response.writeHead(200).write('{"hosts":[')
    const seen = await ask(open('v1'), 150)
    expect(seen.state).not.toBe('present')
    expect(seen.took).toBeLessThan(1000)
  })

  test('codes of later generations stand for themselves; a service that does not exist is absent', async () => {
    behaviour = say({ code: 30_000, message: 'server error', data: [instance] })
    expect(await ask(open('v3'))).toMatchObject({ state: 'unknown', why: 'registry answered code 30000' })
    behaviour = say({ code: 21_008, message: 'service not exist', data: null }, 400)
    expect(await ask(open('v3'))).toMatchObject({ state: 'absent' })
  })
})

describe('which API', () => {
  test('auto goes back to the first where the third is not served, and remembers it', async () => {
    behaviour = (request, response) =>
      request.url?.startsWith('/nacos/v1/ns/instance/list') === true
        ? json(response, 200, info)
        : json(response, 404, { status: 404, error: 'Not Found' })
    const registry = open('auto')
    expect(await ask(registry)).toMatchObject({ state: 'present', value: { api: 'v1', instances: [{ ip: '10.0.1.11' }] } })
    asked = []
    await ask(registry)
    expect(asked[0]).toBe('GET /nacos/v1/ns/instance/list')
  })

  test('nothing is served at all: unknown, and not absent', async () => {
    behaviour = say({ status: 404, error: 'Not Found' }, 404)
    expect(await ask(open('auto'))).toMatchObject({ state: 'unknown', why: 'no naming API is served there (HTTP 404)' })
  })

  test("a catalog in pages is read whole; one that changes meanwhile leaves the list's word", async () => {
    const many = Array.from({ length: 700 }, (_, i) => ({ ...instance, ip: `10.0.${i >> 8}.${i & 255}` }))
    let count = 700
    behaviour = (request, response) => {
      const query = new URL(request.url ?? '', url).searchParams
      const start = (Number(query.get('pageNo')) - 1) * 500
      if (request.url?.includes('catalog') === true) json(response, 200, { count, list: many.slice(start, start + 500) })
      else json(response, 200, { ...info, reachProtectionThreshold: true })
    }
    const registry = open('v1')
    const seen = await ask(registry)
    expect(seen).toMatchObject({ state: 'present', value: { catalogued: true, protected: true } })
    if (seen.state === 'present') expect(seen.value.instances).toHaveLength(700)
    count = 701
    expect(await ask(registry)).toMatchObject({ state: 'present', value: { protected: true, instances: [{ ip: '10.0.1.11' }] } })
  })
})

describe('credentials', () => {
  const secured = async (ttl: number) => {
    const nacos = await startNacos({ own: () => [{ service: 'ai-service', ...instance }] })
    nacos.set({ credentials: { username: 'tricenter', password: SECRETS.NACOS_PASSWORD, ttl } })
    opened.push(nacos)
    return { nacos, endpoint: { url: `http://127.0.0.1:${nacos.port}`, ...CREDENTIALS } }
  }

  test.each(['v1', 'v3', 'auto'] as const)('logs in where it must (%s), and again when its token has expired', async (api) => {
    const { endpoint } = await secured(100)
    const registry = open(api, endpoint, SECRETS)
    expect(await ask(registry)).toMatchObject({ state: 'present', value: { catalogued: true } })
    await systemClock.sleep(120)
    expect(await ask(registry)).toMatchObject({ state: 'present', value: { catalogued: true } })
  })

  test('one login, however many ask', async () => {
    behaviour = (request, response) =>
      request.method === 'POST'
        ? json(response, 200, { accessToken: 'token-1', tokenTtl: 18_000 })
        : json(response, request.headers.authorization === 'Bearer token-1' ? 200 : 403, info)
    const registry = open('v1', CREDENTIALS, SECRETS)
    const seen = await Promise.all([ask(registry), ask(registry), ask(registry)])
    expect(seen.map(({ state }) => state)).toEqual(['present', 'present', 'present'])
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /nacos/v1/auth/login'])
  })

  test('a wrong password, a missing variable and a login without a token are said, without any secret', async () => {
    const { endpoint } = await secured(1000)
    expect(await ask(open('v1', endpoint, { ...SECRETS, NACOS_PASSWORD: 'wrong-secret' }))).toMatchObject({
      state: 'forbidden',
      why: 'login rejected (HTTP 403)',
    })
    expect(await ask(open('v1', endpoint, { NACOS_USER: 'tricenter' }))).toMatchObject({
      state: 'forbidden',
      why: 'environment variable NACOS_PASSWORD is not set',
    })
    behaviour = say({ username: 'tricenter' })
    expect(await ask(open('v1', CREDENTIALS, SECRETS))).toMatchObject({ state: 'unknown', why: 'the login gave no token' })
    expect(await ask(open('v1', { url: endpoint.url }))).toMatchObject({ state: 'forbidden', why: 'HTTP 403' })
  })

  test('no secret is in a URL, in a header that is not its own, or in what is said', async () => {
    const heard: string[] = []
    behaviour = (request, response, body) => {
      const { authorization, ...headers } = request.headers
      heard.push(JSON.stringify([request.url, headers]))
      if (request.method === 'POST') expect(body).toBe('username=tricenter&password=open-sesame-42')
      else expect(authorization).toBe('Bearer token-of-mine')
      if (request.method === 'POST') json(response, 200, { accessToken: 'token-of-mine' })
      else json(response, 403, { message: 'token-of-mine open-sesame-42 rejected' })
    }
    const seen = await ask(open('v1', CREDENTIALS, SECRETS))
    expect(seen.state).toBe('forbidden')
    expect([...heard, JSON.stringify(seen)].join()).not.toMatch(/token-of-mine|open-sesame/)
    expect(asked).toHaveLength(2) // a fresh token that is refused is not asked for again
  })
})

const FIXTURES = join(import.meta.dirname, '../../../../shared/fixtures/nacos')
describe.skipIf(!existsSync(FIXTURES))('replies as they were recorded', () => {
  const reply = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as unknown
  /** The catalog is not served: the reply alone speaks. */
  const served = (name: string, path: string): void => {
    behaviour = (request, response) =>
      request.url?.startsWith(path) === true ? json(response, 200, reply(name)) : json(response, 404, { status: 404 })
  }

  test('v1: two instances of which one is not healthy', async () => {
    served('v1-instance-list', '/nacos/v1/ns/instance/list')
    expect(await ask(open('auto'))).toMatchObject({
      state: 'present',
      value: {
        api: 'v1',
        protected: false,
        instances: [
          { ip: '10.0.1.11', healthy: true, metadata: { region: 'beijing', zone: 'zone-a', datacenter: 'primary' } },
          { ip: '10.0.2.11', healthy: false, metadata: { zone: 'zone-b', datacenter: 'standby' } },
        ],
      },
    })
  })
  test('v1: empty, and protected', async () => {
    served('v1-instance-list.empty', '/nacos/v1/ns/instance/list')
    expect(await ask(open('v1'))).toMatchObject({ state: 'present', value: { instances: [], protected: false } })
    served('v1-instance-list.protected', '/nacos/v1/ns/instance/list')
    expect(await ask(open('v1'))).toMatchObject({ state: 'present', value: { instances: [{ healthy: true }], protected: true } })
  })
  test('v2 and v3', async () => {
    served('v2-instance-list', '/nacos/v2/ns/instance/list')
    expect(await ask(open('auto'))).toMatchObject({
      state: 'present',
      value: { api: 'v2', instances: [{ ip: '10.0.1.11' }], protected: false },
    })
    served('v3-client-instance-list', '/nacos/v3/client/ns/instance/list')
    expect(await ask(open('v3'))).toMatchObject({
      state: 'present',
      value: { api: 'v3', instances: [{ ip: '10.0.1.11' }], unflagged: true },
    })
  })
  test('the login', async () => {
    behaviour = (request, response) => json(response, 200, reply(request.method === 'POST' ? 'auth-login' : 'v1-instance-list'))
    expect(await ask(open('v1', CREDENTIALS, SECRETS))).toMatchObject({ state: 'present' })
  })
  test("the lab's registry answers in the same shapes", async () => {
    const nacos = await startNacos({ own: () => [{ service: 'ai-service', ...instance }] })
    opened.push(nacos)
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.slice(0, 1).map(shape)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toSorted(([a], [b]) => (a < b ? -1 : 1))
                .map(([key, inner]) => [key, key === 'metadata' ? 'metadata' : shape(inner)]),
            )
          : typeof value
    for (const [path, name] of [
      ['v1', 'v1-instance-list'],
      ['v2', 'v2-instance-list'],
      ['v3/client', 'v3-client-instance-list'],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${nacos.port}/nacos/${path}/ns/instance/list?serviceName=ai-service`)
      expect(shape(await answer.json())).toEqual(shape(reply(name)))
    }
  })
})
