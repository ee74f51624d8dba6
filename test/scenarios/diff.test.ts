import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { DiffDocument } from '../../src/domain/diff-document.ts'
import { isMutating } from '../../src/lab/apiserver/request.ts'
import { openScenario, type Scenario } from './harness.ts'

let scenario: Scenario
beforeAll(async () => {
  scenario = await openScenario()
})
afterEach(() => scenario.reset())
afterAll(() => scenario.close())

const diff = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await scenario.run(['diff', '-o', 'json', ...args])
  expect(stderr).toBe('')
  return { code, document: JSON.parse(stdout) as DiffDocument }
}

test('three centers as the lab makes them are equal, and nothing is written', async () => {
  const { code, document } = await diff()
  expect(code).toBe(0)
  expect(document).toMatchObject({ verdict: 'equal', totals: { equal: 4, drift: 0 }, objects: [] })
  expect(scenario.heard.some(isMutating)).toBe(false)
})

test('a weight that somebody patched at night is found, with the one who did it', async () => {
  const name = 'cross-region-failover-route'
  const route = (await scenario.routes('zone-c'))[name]
  const rules = structuredClone(route?.spec.rules ?? []) as unknown as { backendRefs: { weight: number }[] }[]
  for (const rule of rules) rule.backendRefs.forEach((ref, i) => (ref.weight = i === 0 ? 7 : ref.weight))
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes/${name}?fieldManager=by-night`
  await scenario.client('zone-c').mergePatch(path, { spec: { rules } })
  const { code, document } = await diff()
  expect(code).toBe(1)
  expect(document.objects).toMatchObject([{ name, verdict: 'odd-one-out', odd: ['zone-c'] }])
  expect(document.objects[0]?.leaves[0]?.changedBy['zone-c']?.manager).toBe('by-night')
})

test('a center that is lost: 4, and the rest is said to agree', async () => {
  await scenario.lab.fault('zone-b', { kind: 'refuse' })
  const { code, stdout } = await scenario.run(['diff'])
  expect(code).toBe(4)
  expect(stdout).toMatch(/zone-b: HTTPRoute not read: no answer \(refused\)/)
  expect(stdout).toMatch(/What could be read agrees\./)
  const between = await scenario.run(['diff', '--between', 'zone-a,zone-c'])
  expect(between.code).toBe(0)
})

test('a switch in force is intended against the desired side, and its center need not answer', async () => {
  const routes = await scenario.routes('zone-a')
  const file = join(scenario.dir, 'desired.json')
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Object.values(routes) }))
  expect((await diff('-f', file)).document.verdict).toBe('equal')
  expect((await scenario.run(['failover', '--center', 'zone-a', '--confirm', 'zone-a'])).code).toBe(0)
  const { code, document } = await diff('-f', file)
  expect([code, document.verdict]).toEqual([0, 'intended'])
  await scenario.lab.fault('zone-a', { kind: 'refuse' })
  expect((await diff('-f', file)).code).toBe(0)
})

test('a snapshot compares the remote with what the home centers were, without them', async () => {
  const file = join(scenario.dir, 'home.json')
  expect((await diff('--save', file)).code).toBe(0)
  await scenario.lab.fault('zone-a', { kind: 'refuse' })
  await scenario.lab.fault('zone-b', { kind: 'refuse' })
  const { code, document } = await diff('--from', file, '--center', 'zone-c')
  expect(code).toBe(0)
  expect(document.columns.map(({ name, source }) => `${name} ${source}`)).toEqual([
    'zone-a@saved saved',
    'zone-b@saved saved',
    'zone-c live',
  ])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'Snapshot', topology: 'lab' })
})

test('two directories are compared as kubectl diff wants it, without a cluster', async () => {
  const write = (side: string, value: number): string => {
    const directory = join(scenario.dir, side)
    mkdirSync(directory, { recursive: true })
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'b' },
      data: { 'f.yaml': `x: ${value}\ny: 1\n` },
    }
    writeFileSync(join(directory, 'v1.ConfigMap.b.a'), JSON.stringify(object))
    return directory
  }
  const [live, merged] = [write('LIVE', 1), write('MERGED', 2)]
  const changed = await scenario.run(['diff', live, merged])
  expect([changed.code, changed.stdout]).toEqual([
    1,
    `--- ${live}/ConfigMap b/a\n+++ ${merged}/ConfigMap b/a\n@@ data[f.yaml].x @@\n-1\n+2\n`,
  ])
  expect(await scenario.run(['diff', live, live])).toMatchObject({ code: 0, stdout: '' })
})

const written = (name: string, ...objects: readonly object[]): string => {
  const file = join(scenario.dir, name)
  writeFileSync(file, objects.map((one) => JSON.stringify(one)).join('\n---\n'))
  return file
}
const manifest = (kind: string, name: string, more: object = {}) => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'ai-system' },
  ...more,
})

test('what is written twice, an empty file and names that are one are refused with what to mend', async () => {
  const same = written('twice.yaml', manifest('ConfigMap', 'a'), manifest('ConfigMap', 'a'))
  const twice = await scenario.run(['diff', '-f', same])
  expect([twice.code, twice.stderr]).toEqual([
    2,
    expect.stringContaining(`${same}:3:1: ConfigMap ai-system/a is written twice; it stands at ${same}:1`),
  ])
  const empty = await scenario.run(['diff', '-f', written('empty.yaml')])
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('no object is in it')])
  const topology = parse(readFileSync(scenario.lab.topologyPath, 'utf8')) as Record<string, unknown>
  const compare = { aliases: { 'zone-c': 'shanghai' }, kinds: [{ kind: 'Deployment', rename: ['higress-{center}'] }] }
  const env = { TRICENTER_TOPOLOGY: written('renamed.yaml', { ...topology, compare }) }
  const file = written('both.yaml', manifest('Deployment', 'higress-zone-a'), manifest('Deployment', 'higress-shanghai'))
  for (const args of [
    ['diff', '-f', file],
    ['sync', '--from', 'desired', '-f', file, '--dry-run'],
  ]) {
    const both = await scenario.run(args, { env })
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringMatching(/Deployment higress-zone-a and higress-shanghai are both higress-\{center\}/),
    ])
  }
  expect(scenario.heard).toEqual([])
})

test.each([
  [['-f', '/nowhere.yaml'], /Could not read \/nowhere\.yaml/],
  [['--between', 'zone-a,zone-x'], /no zone-x/],
  [['--between', 'zone-a'], /two or more/],
  [['--from', '/dev/null'], /not a snapshot/],
])('%j is an input error', async (args, words) => {
  const { code, stderr } = await scenario.run(['diff', ...args])
  expect(code).toBe(2)
  expect(stderr).toMatch(words)
})
