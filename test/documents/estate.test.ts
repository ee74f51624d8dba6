import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { topologyJsonSchema } from '../../src/documents/json-schema.ts'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { resolveEstate } from '../../src/documents/topology-estate.ts'
import { readTopology } from '../../src/documents/topology.ts'
import { writeTopologyYaml } from '../../src/documents/topology-yaml.ts'
import { installationOf, verifyPlanOf } from '../../src/domain/estate.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { labTopologyYaml } from '../../src/lab/world/topology-yaml.ts'
import { broken } from './broken/broken.ts'
import { brokenEstates, estateSections } from './broken/estates.ts'
import { draft7Errors } from './draft7.ts'

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8')
const plain = example.slice(0, example.indexOf('# What `tricenter verify`'))
const above = plain.split('\n').length - 1

function sound(text: string): Topology {
  const read = readTopology(text, 'tricenter.yaml')
  if ('mistakes' in read) throw new Error(read.mistakes.map(mistakeLine).join('\n'))
  return read.topology
}

test('a topology without the sections has none, and the documented limits', () => {
  const topology = sound(plain)
  expect(topology).not.toHaveProperty('metrics')
  expect(topology).not.toHaveProperty('registry')
  expect(topology).not.toHaveProperty('verify')
  expect(verifyPlanOf(topology).thresholds).toMatchObject({ p99: 500, errorRatio: 0.01, crossCenter: 0.1, healthyInstances: 3 })
})

test('sections that say nothing say the same as none', () => {
  const topology = sound(`${plain}installation: {}\nverify: {}\n`)
  expect(topology.installation).toEqual(installationOf({}))
  expect(topology.verify).toEqual(verifyPlanOf({}))
})

test('fills {center} in with aliases, in URLs, labels and files', () => {
  const { metrics, registry } = sound(plain + estateSections)
  expect(metrics).toEqual({
    profile: 'envoy',
    scrapeInterval: 15_000,
    window: 60_000,
    maxAge: 45_000,
    centers: {
      'zone-a': { url: 'http://prom-zone-a:9090/p', labels: { cluster: 'zone-a' }, tokenFile: 'tokens/zone-a' },
      'zone-b': { url: 'http://prom-zone-b:9090/p', labels: { cluster: 'zone-b' }, tokenFile: 'tokens/zone-b' },
      'zone-c': { url: 'http://prom-shanghai:9090/p', labels: { cluster: 'shanghai' }, tokenFile: 'tokens/shanghai' },
    },
    rules: 'rules.yaml',
  })
  expect(registry).toEqual({
    api: 'auto',
    namespace: 'public',
    group: 'DEFAULT_GROUP',
    centers: { 'zone-a': { url: 'http://nacos:8848', passwordEnv: 'NACOS_PASSWORD' } },
    services: { 'ai-service': { 'zone-a': 'ai-zone-a', 'zone-b': 'ai-zone-b', 'zone-c': 'ai-shanghai' } },
    minInstances: 3,
    maxLag: 30_000,
  })
})

test('a window that is left open holds 4 scrapes, and at least a minute', () => {
  const open = (scrapeInterval: string) =>
    sound(estateSections.replace('  window: 1m\n', '').replace('15s', scrapeInterval).replace(/^/, plain)).metrics!
  expect(open('1s')).toMatchObject({ window: 60_000, maxAge: 3_000 })
  expect(open('30s')).toMatchObject({ window: 120_000, maxAge: 90_000 })
})

test('resolves paths against the directory of the file, and leaves shipped profiles alone', () => {
  const topology = sound(plain + estateSections)
  const { metrics } = resolveEstate(topology, '/etc/ai')
  expect(metrics).toMatchObject({ profile: 'envoy', rules: '/etc/ai/rules.yaml' })
  expect(metrics!.centers['zone-c']!.tokenFile).toBe('/etc/ai/tokens/shanghai')
  const own = sound(plain + estateSections.replace('profile: envoy', 'profile: ours.yaml'))
  expect(resolveEstate(own, '/etc/ai').metrics!.profile).toBe('/etc/ai/ours.yaml')
  expect(resolveEstate(sound(plain), '/etc/ai')).toEqual(sound(plain))
})

test.each(brokenEstates)('refuses where $says', (row) => {
  const read = readTopology(plain + broken(estateSections, row), 'tricenter.yaml')
  const lines = 'mistakes' in read ? read.mistakes.map((mistake) => mistakeLine({ ...mistake, file: '', line: mistake.line - above })) : []
  expect(lines.map((line) => line.slice(1))).toEqual(row.lines)
})

test('the JSON Schema knows the sections and says what each key is for', () => {
  const schema = topologyJsonSchema()
  expect(draft7Errors(schema, parse(plain + estateSections))).toEqual([])
  const bare: string[] = []
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    const { properties, additionalProperties, items } = node as Record<string, unknown>
    for (const [key, inner] of Object.entries((properties ?? {}) as Record<string, { description?: string }>)) {
      if (inner.description === undefined) bare.push(`${path}.${key}`)
      walk(inner, `${path}.${key}`)
    }
    walk(additionalProperties, `${path}.*`)
    walk(items, `${path}[]`)
  }
  const { properties } = schema as { properties: Record<string, unknown> }
  for (const section of ['installation', 'metrics', 'registry', 'verify']) walk(properties[section], section)
  expect(bare).toEqual([])
})

test('what init writes as comments is sound once it is uncommented', () => {
  const text = writeTopologyYaml({ name: 'x', centers: [] })
  const block = text.slice(text.indexOf('# metrics:')).replaceAll(/^# /gm, '')
  expect(sound(`${plain}${block}`).metrics).toMatchObject({ profile: 'envoy', window: 60_000 })
})

test('a lab writes the witnesses that it has, and no others', () => {
  const center = (name: string) => ({ gateway: `http://127.0.0.1:1${name.charCodeAt(5)}`, cluster: `uid-${name}` })
  const centers = { 'zone-a': center('zone-a'), 'zone-b': center('zone-b'), 'zone-c': center('zone-c') }
  expect(sound(labTopologyYaml({ centers }))).not.toHaveProperty('metrics')
  const witnessed = {
    ...centers,
    'zone-a': { ...centers['zone-a'], metricsUrl: 'http://127.0.0.1:9090', registryUrl: 'http://127.0.0.1:8848' },
  }
  const { metrics, registry } = sound(labTopologyYaml({ centers: witnessed }))
  expect(metrics).toMatchObject({ scrapeInterval: 1_000, window: 5_000, centers: { 'zone-a': { url: 'http://127.0.0.1:9090' } } })
  expect(registry).toMatchObject({
    centers: { 'zone-a': { url: 'http://127.0.0.1:8848' } },
    services: { 'ai-service': { 'zone-c': 'ai-service-shanghai' } },
  })
})
