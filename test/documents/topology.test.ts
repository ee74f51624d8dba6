import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mistakeLine, mistakesFault } from '../../src/documents/mistake.ts'
import { readTopology } from '../../src/documents/topology.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { broken } from './broken/broken.ts'
import { brokenTopologies } from './broken/topologies.ts'

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8')

function sound(text: string): Topology {
  const read = readTopology(text, 'tricenter.yaml')
  if ('mistakes' in read) throw new Error(read.mistakes.map(mistakeLine).join('\n'))
  return read.topology
}
function lines(text: string | Uint8Array): readonly string[] {
  const read = readTopology(text, 'tricenter.yaml')
  return 'mistakes' in read ? read.mistakes.map(mistakeLine) : []
}

test('reads the world of the document', () => {
  const topology = sound(example)
  expect(topology.centers.map(({ name, region, role, entryShare }) => [name, region, role, entryShare])).toEqual([
    ['zone-a', 'beijing', 'active', 50],
    ['zone-b', 'beijing', 'active', 50],
    ['zone-c', 'shanghai', 'standby', 0],
  ])
  expect(topology.centers[0]).toMatchObject({ context: 'prod-zone-a', capacity: 1200, entryTtl: 60_000, gateway: 'http://10.0.1.10' })
  const [service] = topology.services
  expect(service!.backends['zone-c']).toEqual({
    group: 'networking.higress.io',
    kind: 'Service',
    name: 'ai-service-shanghai.DEFAULT-GROUP.public.nacos',
    port: 8080,
  })
  expect(service!.workloads['zone-c']).toEqual([{ kind: 'Deployment', namespace: 'ai-system', name: 'ai-service-shanghai' }])
  expect(service!.probe!.values).toEqual({ 'zone-a': 'zone-a', 'zone-b': 'zone-b', 'zone-c': 'zone-c', shanghai: 'zone-c' })
})

test('fills the policy with the defaults of the contract', () => {
  const { normal: _, without: __, ...rest } = sound(example).policy
  expect(rest).toEqual({
    margin: 1.2,
    steps: [20, 50, 100],
    hold: 5_000,
    holdRequests: 100,
    errorLimit: 0.01,
    abortLimit: 0.05,
    probe: { rate: 20, shareRate: 60 },
    targets: { single: 30_000, dual: 60_000 },
    deadlines: { read: 3_000, write: 5_000, prove: 30_000, fault: 60_000 },
  })
})

test('reads figures in the notation of people', () => {
  const { policy } = sound(
    example.replace('policy:\n', 'policy:\n  errorLimit: 0.5%\n  abortLimit: 0.1\n  hold: 1.5s\n  deadlines: { prove: 1m30s }\n'),
  )
  expect(policy).toMatchObject({ errorLimit: 0.005, abortLimit: 0.1, hold: 1_500, deadlines: { prove: 90_000, read: 3_000 } })
})

test('reads backends and workloads that are written out, for some centers only', () => {
  const text = `services:
  model:
    backends:
      each:
        zone-a: { name: model-a, namespace: ai, port: 80 }
        zone-c: { name: model-c }
    workloads:
      each:
        zone-a: [{ kind: StatefulSet, namespace: ai, name: model }]
routes:`
  const [model] = sound(example.replace(/services:[^]*?routes:/, text).replace(/^metrics:[^]*/m, '')).services
  expect(model!.backends).toEqual({
    'zone-a': { group: '', kind: 'Service', name: 'model-a', namespace: 'ai', port: 80 },
    'zone-c': { group: '', kind: 'Service', name: 'model-c' },
  })
  expect(model!.workloads).toEqual({ 'zone-a': [{ kind: 'StatefulSet', namespace: 'ai', name: 'model' }], 'zone-b': [], 'zone-c': [] })
  expect(model).not.toHaveProperty('probe')
})

test('takes routes as "all that name a known backend" where the file says nothing', () => {
  expect(sound(example.replace(/routes:\n.*\n/, '')).routes).toEqual({ pinned: [] })
})

test('reads the gateway as an origin', () => {
  expect(sound(example.replace('http://10.1.1.10', 'HTTPS://GW.example.com:443/')).centers[2]!.gateway).toBe('https://gw.example.com')
})

test('knows at least 45 ways to break a topology', () => {
  expect(new Set(brokenTopologies.map(({ says }) => says)).size).toBeGreaterThanOrEqual(45)
})

test.each(brokenTopologies)('says where $says', (row) => {
  expect(lines(broken(example, row))).toEqual(row.lines)
})

test('finds both of two mistakes, whichever they are', () => {
  // Edits in different places, each of which leaves the rest of the text readable and its meaning alone.
  const single = [
    'the role is misspelt',
    'a port is out of range',
    'a probe path is relative',
    'a weight is negative',
    'a situation names a region',
    'a gateway has a path',
  ]
  const rows = brokenTopologies.filter(({ says }) => single.includes(says))
  expect(rows).toHaveLength(single.length)
  fc.assert(
    fc.property(fc.constantFrom(...rows), fc.constantFrom(...rows), (one, other) => {
      if (one === other) return
      expect(lines(broken(broken(example, one), other))).toEqual(expect.arrayContaining([...one.lines, ...other.lines]))
    }),
    { numRuns: 30 },
  )
})

test('never throws, whatever is cut out of the text', () => {
  fc.assert(
    fc.property(fc.nat(example.length), fc.nat(200), (from, length) => {
      for (const line of lines(example.slice(0, from) + example.slice(from + length))) expect(line).toMatch(/^tricenter\.yaml:\d+:\d+: \S/)
    }),
    { numRuns: 100 },
  )
})

test('makes one fault with all lines of all mistakes', () => {
  const read = readTopology('kind: Topology', 'tricenter.yaml')
  if (!('mistakes' in read)) throw new Error('sound')
  expect(mistakesFault('tricenter.yaml', read.mistakes)).toMatchObject({
    kind: 'input',
    reason: 'mistakes-in-file',
    facts: { count: 6 },
    lines: read.mistakes.map(mistakeLine),
  })
})
