import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { sealedObject } from '../../src/compare/snapshot.ts'
import { phrasebook } from '../../src/cli/phrases.ts'
import { runFingerprint } from '../../src/cli/verbs/diff-sources.ts'
import type { AnyObject } from '../../src/domain/compare.ts'
import { diffHtml } from '../../src/report/diff-html.ts'
import { diffGithub, diffJUnit, diffUnified } from '../../src/report/diff-machine.ts'
import { diffMarkdown } from '../../src/report/diff-markdown.ts'
import { safeJson, withoutHostile } from '../../src/ui/diff-json.ts'
import { plainPaint } from '../../src/ui/color.ts'
import { diffNames, diffScreen, diffStat } from '../../src/ui/diff-screen.ts'
import { renderLines } from '../../src/ui/line.ts'
import { compared, documentOf, kindOf, object } from './world.ts'

const b64 = (text: string): string => Buffer.from(text).toString('base64')
/** Two secrets of one shape: what zone-a and zone-b hold. */
const pair = (make: (seed: string) => string): readonly [string, string] => [make('Qx7Lm2Vt9Rb4Zk8P'), make('Wn3Hc6Jy1Df5Gs0T')]
const jwt = (seed: string): string => `eyJhbGciOiJIUzI1NiJ9.eyJ${seed}9.${seed}sig`
const pem = (seed: string): string => `-----BEGIN PRIVATE KEY-----\n${seed}${seed}\n-----END PRIVATE KEY-----`
const config = (data: object): AnyObject => object('ConfigMap', { data })
const plugin = (defaultConfig: object): AnyObject => object('WasmPlugin', { spec: { defaultConfig } })
const bridge = (registry: object): AnyObject => object('McpBridge', { spec: { registries: [{ name: 'n', type: 'nacos2', ...registry }] } })
const env = (entry: object): AnyObject =>
  object('Deployment', { spec: { template: { spec: { containers: [{ name: 'c', env: [entry] }] } } } })

type Shape = readonly [name: string, secrets: readonly [string, string], make: (secret: string) => AnyObject]

const shapes: readonly Shape[] = [
  ['a Secret', pair((s) => s), (s) => object('Secret', { data: { anything: b64(s) } })],
  ['a Secret in plain text', pair((s) => s), (s) => object('Secret', { stringData: { note: s } })],
  ['a Secret of base64 twice', pair((s) => s), (s) => object('Secret', { data: { a: b64(b64(s)) } })],
  [
    'a pull secret',
    pair((s) => s),
    (s) =>
      object('Secret', {
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': b64(`{"auths":{"r":{"auth":"${b64(s)}"}}}`) },
      }),
  ],
  [
    'a release of Helm',
    pair((s) => `H4sIAAAAAAAA/${s}${s}${s}`),
    (s) => object('Secret', { type: 'helm.sh/release.v1', data: { release: b64(s) } }),
  ],
  ['a release of Helm in a ConfigMap', pair((s) => `H4sIAAAAAAAA/${s}${s}${s}`), (s) => config({ release: s })],
  ['API tokens of a provider', pair((s) => `sk-${s}`), (s) => plugin({ providers: [{ id: 'qwen', apiTokens: [s] }] })],
  ['API tokens of any form', pair((s) => s.toLowerCase()), (s) => plugin({ providers: [{ id: 'qwen', apiTokens: [s] }] })],
  ['a credential of a consumer', pair((s) => s.toLowerCase()), (s) => plugin({ consumers: [{ name: 'c', credential: s }] })],
  ['credentials in a map', pair((s) => s.toLowerCase()), (s) => plugin({ credentials: { one: s } })],
  ['an access key of Nacos', pair((s) => s.toLowerCase()), (s) => bridge({ nacosAccessKey: s })],
  ['a secret key of Nacos', pair((s) => s.toLowerCase()), (s) => bridge({ nacosSecretKey: s })],
  ['a token of Consul', pair((s) => s.toLowerCase()), (s) => bridge({ consulToken: s })],
  ['a password of Redis', pair((s) => s.toLowerCase()), (s) => plugin({ redis: { service_name: 'r', password: s } })],
  ['a password in a ConfigMap', pair((s) => s.toLowerCase()), (s) => config({ 'redis-password': s })],
  [
    'a password in YAML in a ConfigMap',
    pair((s) => s.toLowerCase()),
    (s) => config({ 'app.yaml': `redis:\n  password: ${s}\n  host: h\n` }),
  ],
  ['a password in JSON in a ConfigMap', pair((s) => s.toLowerCase()), (s) => config({ 'app.json': JSON.stringify({ db: { passwd: s } }) })],
  ['a password in a properties file', pair((s) => s.toLowerCase()), (s) => config({ 'app.properties': `a=b\ndb.password=${s}\n` })],
  ['a .env file', pair((s) => s.toLowerCase()), (s) => config({ '.env': `API_KEY=${s}\n` })],
  ['a URL with a password', pair((s) => s.toLowerCase()), (s) => config({ url: `redis://user:${s}@host:6379/0` })],
  ['a data source name', pair((s) => s.toLowerCase()), (s) => config({ db: `root:${s}@tcp(mysql:3306)/ai` })],
  ['a bearer token', pair((s) => s.toLowerCase()), (s) => config({ header: `Bearer ${s}` })],
  ['basic authorization', pair((s) => b64(`user:${s}`)), (s) => config({ header: `Basic ${s}` })],
  ['a JWT', pair(jwt), (s) => config({ note: s })],
  ['a PEM block', pair(pem), (s) => config({ note: s })],
  ['a PEM block in base64', pair(pem), (s) => config({ note: b64(s) })],
  ['a URL-encoded token', pair((s) => `sk-${s}+/=`), (s) => config({ note: encodeURIComponent(`token=${s}`) })],
  ['an access key of a cloud', pair((s) => `LTAI5t${s}`), (s) => config({ note: s })],
  ['a token of GitHub', pair((s) => `ghp_${s}${s}`), (s) => config({ note: s })],
  ['a text that is only random', pair((s) => `${s}${s}`), (s) => config({ note: s })],
  ['a value in the environment', pair((s) => s.toLowerCase()), (s) => env({ name: 'DB_PASSWORD', value: s })],
  [
    'a flag of a container',
    pair((s) => s.toLowerCase()),
    (s) => object('Deployment', { spec: { template: { spec: { containers: [{ name: 'c', args: ['--token', s] }] } } } }),
  ],
  [
    'a flag with its value',
    pair((s) => s.toLowerCase()),
    (s) => object('Deployment', { spec: { template: { spec: { containers: [{ name: 'c', args: [`--password=${s}`] }] } } } }),
  ],
  [
    'a header that a route sets',
    pair((s) => s.toLowerCase()),
    (s) =>
      object('HTTPRoute', {
        spec: {
          rules: [{ filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'X-Api-Key', value: s }] } }] }],
        },
      }),
  ],
  [
    'a header that a route matches',
    pair((s) => s.toLowerCase()),
    (s) =>
      object('HTTPRoute', {
        spec: { rules: [{ matches: [{ headers: [{ name: 'X-Api-Key', value: s }] }], backendRefs: [{ name: 'a', port: 1 }] }] },
      }),
  ],
  ['an annotation', pair((s) => `sk-${s}`), (s) => object('ConfigMap', {}, { annotations: { note: s } })],
  ['an item of a list of secrets', pair((s) => s.toLowerCase()), (s) => object('Widget', { spec: { tokens: [s, 'x'] } })],
  [
    'a whole object that one center lacks',
    pair((s) => s.toLowerCase()),
    (s) => plugin({ nested: { providers: [{ id: s === '' ? 'a' : 'b', apiKey: s }] } }),
  ],
  ['a hash of a password', pair((s) => `$2y$10$${s}${s}`), (s) => config({ users: s })],
  ['a webhook', pair((s) => s.toLowerCase()), (s) => config({ alert: `https://oapi.dingtalk.com/robot/send?access_token=${s}` })],
]

const fingerprint = (secret: string): string =>
  String(Buffer.from(secret).reduce((sum, byte) => (sum * 31 + byte) % 1e8, 7)).padStart(8, '0')

function outputs(kind: string, a: AnyObject, b: AnyObject): Readonly<Record<string, string>> {
  const document = documentOf(compared({ kind: kindOf(kind), columns: { 'zone-a': [a], 'zone-b': [b] } }), fingerprint)
  const reading = { document, language: 'en', phrasebook } as const
  return {
    json: safeJson(document),
    ndjson: document.objects.map((one) => safeJson(one)).join('\n'),
    yaml: stringify(withoutHostile(document)),
    screen: renderLines(diffScreen(reading, {}), plainPaint),
    narrow: renderLines(diffScreen(reading, { width: 80 }), plainPaint),
    stat: renderLines(diffStat(reading), plainPaint),
    names: diffNames(reading),
    markdown: diffMarkdown(reading),
    html: diffHtml(reading),
    junit: diffJUnit(reading),
    github: diffGithub(reading),
    unified: diffUnified(reading),
  }
}

/** The secret as it could be seen: plain, encoded, and any part of it that is long enough to matter. */
function traces(secret: string): readonly string[] {
  const core = /[A-Za-z0-9]{14,}/.exec(secret)?.[0] ?? secret
  return [secret, b64(secret), b64(secret).replace(/=+$/, '').slice(0, -2), encodeURIComponent(secret), core, b64(b64(secret))].filter(
    (one) => one.length >= 8,
  )
}

describe('no output holds a secret', () => {
  for (const [name, [a, b], make] of shapes) {
    const kind = String(make(a)['kind'])
    test(name, () => {
      for (const [form, text] of Object.entries(outputs(kind, make(a), make(b)))) {
        const flat = text.replaceAll(/\s+/g, '')
        for (const secret of [a, b])
          for (const trace of traces(secret)) expect(flat.includes(trace.replaceAll(/\s+/g, '')), `${form} holds ${trace}`).toBe(false)
      }
    })
    test(`${name}: told as a difference, and not as one where both are the same`, () => {
      const differ = compared({ kind: kindOf(kind), columns: { 'zone-a': [make(a)], 'zone-b': [make(b)] } })
      expect(differ.objects).toHaveLength(1)
      expect(compared({ kind: kindOf(kind), columns: { 'zone-a': [make(a)], 'zone-b': [make(a)] } }).objects).toEqual([])
    })
    test(`${name}: a snapshot holds only its digest`, () => {
      const saved = JSON.stringify(sealedObject(make(a), () => 'd'.repeat(64)))
      for (const trace of traces(a)) expect(saved).not.toContain(trace)
    })
  }
})

test('there are at least 30 shapes', () => {
  expect(shapes.length).toBeGreaterThanOrEqual(30)
})

test('two centers with one secret show one fingerprint, a third with another shows another', () => {
  const secret = (value: string): AnyObject => plugin({ providers: [{ id: 'q', apiTokens: [value] }] })
  const document = documentOf(
    compared({
      kind: kindOf('WasmPlugin'),
      columns: { 'zone-a': [secret('one-secret')], 'zone-b': [secret('other-one')], 'zone-c': [secret('one-secret')] },
    }),
    fingerprint,
  )
  const cells = document.objects[0]?.leaves[0]?.cells
  expect(cells?.['zone-a']).toEqual(cells?.['zone-c'])
  expect(cells?.['zone-a']).not.toEqual(cells?.['zone-b'])
  expect(document.objects[0]?.odd).toEqual(['zone-b'])
})

test('the length of a secret does not show', () => {
  const [short, long] = ['abc', 'x'.repeat(4000)].map(
    (value) => JSON.stringify(outputs('Secret', object('Secret', { data: { k: value } }), object('Secret', { data: { k: 'y' } }))).length,
  )
  expect(short).toBe(long)
})

test('a fingerprint is of one length and another one in every run', () => {
  const [first, second] = [runFingerprint(), runFingerprint()]
  const secrets = ['', 'a', 'x'.repeat(10_000), '密码', 'y'.repeat(31)]
  expect(new Set(secrets.map((secret) => first(secret).length))).toEqual(new Set([8]))
  expect(secrets.map(first)).toEqual(secrets.map(first))
  expect(new Set([...secrets.map(first), ...secrets.map(second)]).size).toBe(2 * secrets.length)
})

test.each([
  [
    'the name of a secret',
    object('Deployment', { spec: { template: { spec: { volumes: [{ name: 'v', secret: { secretName: 'tls-a' } }] } } } }),
    'tls-a',
  ],
  ['where a value comes from', env({ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'redis-auth', key: 'field' } } }), 'redis-auth'],
  [
    'an image',
    object('Deployment', {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'c', image: 'r.example/higress@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }],
          },
        },
      },
    }),
    'sha256:0123',
  ],
  [
    'a backend',
    object('HTTPRoute', { spec: { rules: [{ backendRefs: [{ name: 'ai-service-zone-a.DEFAULT-GROUP.public.nacos', port: 8080 }] }] } }),
    'ai-service-zone-a.DEFAULT-GROUP.public.nacos',
  ],
] as const)('%s is no secret', (_, one, shown) => {
  const { spec: _spec, ...bare } = one
  expect(outputs(String(one['kind']), one, bare)['json']).toContain(shown)
})

test('control characters and direction marks of a remote text reach no terminal', () => {
  const one = config({ 'k\u001B[31m': 'a\u001B]0;title\u0007\u202Eb\u009B31m' })
  for (const [form, text] of Object.entries(outputs('ConfigMap', one, config({ 'k\u001B[31m': 'c\u0000\u0008' })))) {
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(text, form).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/)
  }
  expect(JSON.parse(safeJson(one))).toEqual(one)
  expect(JSON.stringify(withoutHostile(one))).not.toMatch(/[\u009B\u202E]/)
})
