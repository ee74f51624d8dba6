import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mistakeLine } from '../../src/documents/mistake.ts'
import { proposeCenters } from '../../src/documents/propose-centers.ts'
import { writeTopologyYaml } from '../../src/documents/topology-yaml.ts'
import { readTopology } from '../../src/documents/topology.ts'

const propose = (...names: readonly string[]) => proposeCenters(names.map((name) => ({ name })))
const service = {
  name: 'ai-service',
  group: 'networking.higress.io',
  pattern: 'ai-service-{center}.DEFAULT-GROUP.public.nacos',
  port: 8080,
}

test.each([
  {
    contexts: ['prod-beijing-a', 'prod-beijing-b', 'prod-shanghai'],
    centers: ['beijing-a beijing active 50', 'beijing-b beijing active 50', 'shanghai shanghai-region standby 0'],
  },
  {
    contexts: ['zone-a', 'zone-b', 'zone-c'],
    centers: ['zone-a CHANGE-ME active 34', 'zone-b CHANGE-ME active 33', 'zone-c CHANGE-ME active 33'],
  },
  { contexts: ['arn:aws:eks:cn:1:cluster/bj1-gw', 'admin@sh1-gw'], centers: ['bj1 bj1-region active 50', 'sh1 sh1-region active 50'] },
  { contexts: ['a@x', 'b@x'], centers: ['x CHANGE-ME active 50', 'x-2 CHANGE-ME active 50'] },
  { contexts: ['dc_1', 'dc_2'], centers: ['dc-1 CHANGE-ME active 50', 'dc-2 CHANGE-ME active 50'] },
  { contexts: ['北京', '上海'], centers: ['center CHANGE-ME active 50', 'center-2 CHANGE-ME active 50'] },
])('proposes $centers for $contexts', ({ contexts, centers }) => {
  expect(propose(...contexts).map(({ name, region, role, entryShare }) => `${name} ${region} ${role} ${entryShare}`)).toEqual(centers)
})

test('says of an unedited file exactly what to fill in', () => {
  const read = readTopology(
    writeTopologyYaml({ name: 'ai-gateway', centers: propose('prod-zone-a', 'prod-zone-b', 'prod-shanghai') }),
    'tricenter.yaml',
  )
  const paths = 'mistakes' in read ? read.mistakes.map((mistake) => mistake.path) : []
  expect(paths).toEqual([
    'regions[0]',
    'centers.zone-a.region',
    'centers.zone-a.gateway',
    'centers.zone-b.region',
    'centers.zone-b.gateway',
    'centers.shanghai.gateway',
    'services.ai-service.backends.pattern.name',
    'services.ai-service.probe.host',
    'services.ai-service.probe.path',
    'services.ai-service.probe.center.header',
  ])
  if ('mistakes' in read) for (const mistake of read.mistakes) expect(mistakeLine(mistake)).toMatch(/: still to be filled in: [a-z]/)
})

test('begins with what editors need', () => {
  expect(writeTopologyYaml({ name: 'x', centers: [] })).toMatch(
    /^# yaml-language-server: \$schema=\.\/tricenter\.schema\.json\n.*tricenter schema topology > tricenter\.schema\.json\n/,
  )
})

test('reads back whatever it wrote, once everything is known', () => {
  const context = fc.oneof(
    fc.constantFrom(
      'prod-beijing-a',
      'yes',
      'null',
      '1',
      '0x1f',
      'a: b',
      '#x',
      "it's",
      '"q"',
      'zone_a',
      '- x',
      'admin@10.0.0.1:6443',
      '\\',
    ),
    fc.string({ minLength: 1, maxLength: 20 }),
  )
  const usable = context.filter(
    (text) => /\S/.test(text) && !text.includes('CHANGE-ME') && !text.includes('\0') && !text.includes('\uFFFD'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(usable, { minLength: 2, maxLength: 6 }), (contexts) => {
      const proposed = proposeCenters(contexts.map((name, i) => ({ name, uid: `uid-${i}` })))
      const centers = proposed.map((center, i) => ({
        ...center,
        region: center.role === 'standby' ? 'far' : 'near',
        gateway: `http://10.0.0.${i + 1}:8080`,
      }))
      const read = readTopology(
        writeTopologyYaml({
          name: 'ai-gateway',
          centers,
          service: { ...service, probe: { host: 'ai.example.com', path: '/api/health', header: 'x-zone' } },
        }),
        'tricenter.yaml',
      )
      if ('mistakes' in read) throw new Error(read.mistakes.map(mistakeLine).join('\n'))
      expect(read.topology.centers).toEqual(centers.map(({ uid, ...rest }) => ({ ...rest, cluster: uid })))
      expect(read.topology.services[0]).toMatchObject({
        name: 'ai-service',
        probe: { host: 'ai.example.com', center: { header: 'x-zone' } },
      })
      expect(Object.values(read.topology.policy.normal).some((weight) => weight > 0)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['My Project_2', 'my-project-2'],
  ['网关', 'gateway'],
  ['2026', 'gateway'],
  ['', 'gateway'],
  ['a'.repeat(80), 'a'.repeat(63)],
])('makes a name of %j', (free, name) => {
  expect(writeTopologyYaml({ name: free, centers: [] })).toContain(`\nname: ${name}\n`)
})
