import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Change } from '../../src/domain/change.ts'
import type { WeightsIntent } from '../../src/domain/intent.ts'
import { kubectlEquivalent, locateWeights, prepareWeights } from '../../src/effects/patch.ts'
import { httpRoute } from '../../src/gateways/http-route.ts'
import type { KubeObject } from '../../src/ports/cluster.ts'
import { out, policy, world } from '../domain/arbitrary-world.ts'
import { applyPatch, backend, plan, route, rule, situation, topology, worldOf, type World } from '../domain/world.ts'

const prepared = (object: KubeObject, intent: WeightsIntent, of = topology) =>
  prepareWeights(intent, httpRoute.toRoute(object, intent.center, of), of, 'c1')

function changesOf(one: World, intents: readonly WeightsIntent[], of = topology): readonly { object: KubeObject; change: Change }[] {
  return intents.flatMap((intent) =>
    (one.find(({ center }) => center === intent.center)?.objects ?? []).flatMap((object) =>
      object.metadata.name === intent.object.name ? [{ object, change: prepared(object, intent, of) }] : [],
    ),
  )
}

const object = route('r', [rule('/x', { 'zone-a': 50, 'zone-b': 50 })], { annotations: { 'team/owner': 'ai' } })
const [only] = changesOf(worldOf([object]), plan(worldOf([object]), { goal: situation([], ['zone-a', 'zone-b']) }).intents)
if (only === undefined) throw new Error('nothing to do')
const { change } = only

test('tests matches, the whole list and the mark as read, then writes list and mark', () => {
  expect(change.patch.map(({ op, path }) => `${op} ${path}`)).toEqual([
    'test /spec/rules/0/matches',
    'test /spec/rules/0/backendRefs',
    'test /metadata/annotations/tricenter.io~1run',
    'replace /spec/rules/0/backendRefs',
    'add /metadata/annotations/tricenter.io~1run',
  ])
  expect(change.patch[2]).toMatchObject({ value: null })
  expect(change.edits).toEqual([
    {
      where: '/x',
      before: { 'zone-a': 50, 'zone-b': 50 },
      after: { 'zone-a': 0, 'zone-b': 0, 'zone-c': 100 },
      added: ['zone-c'],
      removed: [],
      unmanaged: 0,
    },
  ])
})

test('adds the map of annotations whole only where there is none', () => {
  const bare = route('r', [rule('/x', { 'zone-a': 50, 'zone-b': 50 })])
  const [found] = changesOf(worldOf([bare]), plan(worldOf([bare]), { goal: situation([], ['zone-a']) }).intents)
  expect(found?.change.patch).toContainEqual({ op: 'test', path: '/metadata/annotations', value: null })
  expect(found?.change.patch.at(-1)).toMatchObject({ op: 'add', path: '/metadata/annotations' })
})

test.each([
  ['another weight', route('r', [rule('/x', { 'zone-a': 49, 'zone-b': 50 })])],
  ['reordered refs', route('r', [rule('/x', { 'zone-b': 50, 'zone-a': 50 })])],
  ['other matches', route('r', [rule('/y', { 'zone-a': 50, 'zone-b': 50 })])],
  [
    'a field that the lens does not show',
    route('r', [
      {
        ...rule('/x', {}),
        backendRefs: [
          { ...backend('zone-a'), weight: 50, filters: [] },
          { ...backend('zone-b'), weight: 50 },
        ],
      },
    ]),
  ],
])('is refused over %s', (_, other) => {
  const live = { ...other, metadata: object.metadata }
  expect(() => applyPatch(live, change.patch)).toThrow('test failed')
  expect(locateWeights(change, live)).toBe('neither')
})

test('finds its rule by matches when rules moved', () => {
  const after = applyPatch(object, change.patch)
  const [own] = (after['spec'] as { rules: unknown[] }).rules
  expect(locateWeights(change, { ...after, spec: { rules: [rule('/new', { 'zone-b': 1 }), own] } })).toBe('after')
})

test('does not care for defaults that the API server wrote in', () => {
  const plain = route('r', [{ backendRefs: [{ name: 'x', port: 1 }, backend('zone-a'), backend('zone-b')] }])
  const [found] = changesOf(worldOf([plain]), plan(worldOf([plain]), { goal: situation([], ['zone-a']) }).intents)
  if (found === undefined) throw new Error('nothing to do')
  const refs = (plain['spec'] as { rules: { backendRefs: object[] }[] }).rules[0]?.backendRefs ?? []
  const defaulted = { ...plain, spec: { rules: [{ backendRefs: refs.map((ref) => ({ group: '', kind: 'Service', weight: 1, ...ref })) }] } }
  expect(locateWeights(found.change, defaulted)).toBe('before')
})

test('applied, it is where it says; its inverse, prepared from there, puts every byte back', () => {
  fc.assert(
    fc.property(world, policy, out, (one, of, lost) => {
      for (const { object: live, change: made } of changesOf(one, plan(one, { topology: of, goal: situation([], lost) }).intents, of)) {
        expect(locateWeights(made, live)).toBe('before')
        const after = applyPatch(live, made.patch)
        expect(locateWeights(made, after)).toBe('after')
        expect(() => applyPatch(after, made.patch)).toThrow('test failed')
        const back = prepared(after, made.inverse as WeightsIntent, of)
        expect(back.before).toBe(made.after)
        const restored = applyPatch(after, back.patch)
        expect(locateWeights(made, restored)).toBe('before')
        expect(restored['spec']).toEqual(live['spec'])
        expect(restored.metadata.annotations ?? {}).toEqual(live.metadata.annotations ?? {})
      }
    }),
    { numRuns: 40 },
  )
})

test('prints a command that a shell reads as it was meant', () => {
  const quoted = { ...change, patch: [...change.patch, { op: 'test', path: '/x', value: `it's "$HOME" \`x\`` }] as const }
  const line = kubectlEquivalent(quoted, 'prod zone')
  const words = execFileSync('sh', ['-c', line.replace(/^kubectl/, 'printf "%s\\n"')], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
  expect(words).toEqual([
    '--context',
    'prod zone',
    '-n',
    'ai-system',
    'patch',
    'httproute',
    'r',
    '--type=json',
    '-p',
    JSON.stringify(quoted.patch),
  ])
})
