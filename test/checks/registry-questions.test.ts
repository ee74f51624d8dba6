import { describe, expect, test } from 'vitest'
import type { FleetQuestion } from '../../src/checks/question.ts'
import { registryAgrees } from '../../src/checks/registry-agrees.ts'
import { registryApis } from '../../src/checks/registry-apis.ts'
import { registryEphemeral } from '../../src/checks/registry-ephemeral.ts'
import { registryHealthy } from '../../src/checks/registry-healthy.ts'
import { registryLabels } from '../../src/checks/registry-labels.ts'
import { registryRegistered } from '../../src/checks/registry-registered.ts'
import { registrySynchronised } from '../../src/checks/registry-synchronised.ts'
import { fill } from '../../src/domain/words.ts'
import type { Observation } from '../../src/domain/observation.ts'
import type { Topology } from '../../src/domain/topology.ts'
import type { Conclusion } from '../../src/domain/verify.ts'
import type { BackendPod } from '../../src/facts/backend-pods.ts'
import type { RegisteredService } from '../../src/facts/registry-instances.ts'
import type { RegistryInstance, RegistryService } from '../../src/ports/registry.ts'
import { topology as document } from '../domain/world.ts'
import { ask, AT, present, said, silent } from './ask.ts'

const names = { 'zone-a': 'ai-zone-a', 'zone-b': 'ai-zone-b', 'zone-c': 'ai-shanghai' }
const topology: Topology = {
  ...document,
  registry: {
    api: 'auto',
    namespace: 'public',
    group: 'DEFAULT_GROUP',
    centers: Object.fromEntries(document.centers.map(({ name }) => [name, { url: `http://nacos-${name}:8848` }])),
    services: { 'ai-service': names },
    minInstances: 3,
    maxLag: 30_000,
  },
}
const NET: Readonly<Record<string, string>> = { 'zone-a': '10.11.0', 'zone-b': '10.12.0', 'zone-c': '10.21.0' }
const REGION: Readonly<Record<string, string>> = { 'zone-a': 'beijing', 'zone-b': 'beijing', 'zone-c': 'shanghai' }

function some(zone: string, count: number, change: (i: number) => Partial<RegistryInstance> = () => ({})): readonly RegistryInstance[] {
  return Array.from({ length: count }, (_, i) => ({
    ip: `${NET[zone]}.${i + 1}`,
    port: 8080,
    healthy: true,
    enabled: true,
    weight: 1,
    ephemeral: true,
    metadata: { region: REGION[zone] ?? '', zone },
    ...change(i),
  }))
}
type Given = Partial<Record<keyof typeof names, readonly RegistryInstance[] | undefined>>
/** A registry's view of one service by a name per center: three instances each unless given; undefined: it knows no such service. */
function views(given: Given = {}, more: Partial<RegistryService> = {}): readonly RegisteredService[] {
  return Object.entries(names).map(([zone, name]) => {
    const instances = zone in given ? given[zone as keyof typeof names] : some(zone, 3)
    const seen = instances === undefined ? undefined : ({ instances, protected: false, catalogued: true, api: 'v3', ...more } as const)
    return { service: 'ai-service', name, homes: [zone], seen }
  })
}
/** One name that all centers share, as the document has it. */
const shared = (instances: readonly RegistryInstance[]): readonly RegisteredService[] => [
  {
    service: 'ai-service',
    name: 'ai-service',
    homes: Object.keys(names),
    seen: { instances, protected: false, catalogued: true, api: 'v1' },
  },
]
const everybody = Object.keys(names).flatMap((zone) => some(zone, 3))
const sick = () => ({ healthy: false })
const plain: Partial<RegistryService> = { catalogued: undefined as never }

describe('about one center', () => {
  test.each([
    { of: 'all centers', seen: views(), says: ['passed registered'] },
    { of: 'one shared name', seen: shared(everybody), says: ['passed registered'] },
    { of: 'one shared name without zone-b', seen: shared([...some('zone-a', 3), ...some('zone-c', 2)]), says: ['failed missing'] },
    { of: 'no instance of the other home center', seen: views({ 'zone-b': [] }), says: ['failed missing'] },
    { of: 'no instance of the standby', seen: views({ 'zone-c': [] }), says: ['warning missing'] },
    { of: 'nothing at all', seen: views({ 'zone-a': [], 'zone-b': [], 'zone-c': [] }), says: ['failed empty'] },
    {
      of: 'no such service',
      seen: views({ 'zone-a': undefined, 'zone-b': undefined, 'zone-c': undefined }),
      says: ['failed unknown-service'],
    },
    { of: 'no registry declared', seen: [], says: [] },
  ])('registered: $of → $says', ({ seen, says }) => {
    expect(said(ask(registryRegistered, { registryInstances: seen }, topology))).toEqual(says)
  })

  test.each([
    { of: 'three of three', seen: views(), says: ['passed enough'] },
    { of: 'one sick of four', seen: views({ 'zone-a': some('zone-a', 4, (i) => ({ healthy: i > 0 })) }), says: ['passed enough'] },
    { of: 'one sick of three', seen: views({ 'zone-a': some('zone-a', 3, (i) => ({ healthy: i > 0 })) }), says: ['failed too-few'] },
    { of: 'one disabled of three', seen: views({ 'zone-a': some('zone-a', 3, (i) => ({ enabled: i > 0 })) }), says: ['failed too-few'] },
    { of: 'one without weight', seen: views({ 'zone-a': some('zone-a', 3, (i) => ({ weight: i })) }), says: ['failed too-few'] },
    { of: 'none', seen: views({ 'zone-a': [] }), says: ['failed none'] },
    {
      of: 'protected, with the catalog',
      seen: views({ 'zone-a': some('zone-a', 3, sick) }, { protected: true }),
      says: ['failed behind-protection'],
    },
    { of: 'protected, without it', seen: views({}, { ...plain, protected: true }), says: ['inconclusive protected'] },
    { of: 'an API that tells no protection', seen: views({}, { ...plain, unflagged: true }), says: ['inconclusive unflagged'] },
    {
      of: 'the same, with one that is shown as sick',
      seen: views({ 'zone-a': some('zone-a', 4, (i) => ({ healthy: i > 0 })) }, { ...plain, unflagged: true }),
      says: ['passed enough'],
    },
    { of: 'one shared name', seen: shared(everybody), says: ['passed enough'] },
  ])('healthy: $of → $says', ({ seen, says }) => {
    expect(said(ask(registryHealthy, { registryInstances: seen }, topology))).toEqual(says)
  })

  test('a protected list, an empty one and one that cannot be asked are told in different words', () => {
    const words = (seen: readonly RegisteredService[]) =>
      ask(registryHealthy, { registryInstances: seen }, topology).map(({ reason, facts }) =>
        fill(registryHealthy.words[reason]?.en ?? '', facts),
      )
    expect(words(views({}, { ...plain, protected: true }))[0]).toContain('the list is protected: all 3 are shown as healthy')
    expect(words(views({ 'zone-a': [] }))[0]).toBe('this center has no instance of ai-zone-a, 3 needed')
  })

  const labels = (metadata: Record<string, string>) => views({ 'zone-a': some('zone-a', 3, (i) => (i === 0 ? { metadata } : {})) })
  test.each([
    { of: 'right', seen: views(), says: ['passed labelled'] },
    { of: 'zone missing', seen: labels({ region: 'beijing' }), says: ['failed unlabelled'] },
    { of: 'region empty', seen: labels({ region: '', zone: 'zone-a' }), says: ['failed unlabelled'] },
    { of: 'another zone', seen: labels({ region: 'beijing', zone: 'zone-b' }), says: ['failed mislabelled'] },
    { of: 'another region', seen: labels({ region: 'shanghai', zone: 'zone-a' }), says: ['failed mislabelled'] },
    { of: 'nobody to ask about', seen: views({ 'zone-a': [] }), says: [] },
    { of: 'one shared name', seen: shared(everybody), says: ['passed labelled'] },
  ])('labels: $of → $says', ({ seen, says }) => {
    expect(said(ask(registryLabels, { registryInstances: seen }, topology))).toEqual(says)
  })

  test.each([
    { of: 'all ephemeral', seen: views(), says: ['passed ephemeral'] },
    { of: 'none', seen: views({ 'zone-a': some('zone-a', 3, () => ({ ephemeral: false })) }), says: ['warning persistent'] },
    { of: 'some', seen: views({ 'zone-a': some('zone-a', 3, (i) => ({ ephemeral: i > 0 })) }), says: ['warning mixed'] },
    { of: 'nobody', seen: views({ 'zone-a': [] }), says: [] },
  ])('ephemeral: $of → $says', ({ seen, says }) => {
    expect(said(ask(registryEphemeral, { registryInstances: seen }, topology))).toEqual(says)
  })

  test.each([
    { of: 'the same', pods: podsOf('zone-a', 3), says: ['passed agrees'] },
    {
      of: 'a Pod that is not ready',
      pods: podsOf('zone-a', 4, () => undefined),
      says: ['inconclusive elsewhere'],
      seen: views({ 'zone-a': [{ ...some('zone-a', 1)[0]!, ip: '10.9.9.9' }] }),
      ready: 1,
    },
    { of: 'a ready Pod without registration', pods: podsOf('zone-a', 4), says: ['failed unregistered'] },
    { of: 'one that has just become ready', pods: podsOf('zone-a', 4, (i) => (i === 3 ? 1_000 : 60_000)), says: ['passed agrees'] },
    { of: 'a registration without Pod', pods: podsOf('zone-a', 2), says: ['warning ghosts'] },
    { of: 'nothing on both sides', pods: [], says: [], seen: views({ 'zone-a': [] }) },
  ])('agrees with Pods: $of → $says', ({ pods, seen = views(), says, ready }) => {
    const backendPods = ready === undefined ? pods : [...pods, ...podsOf('zone-a', 1)]
    expect(said(ask(registryAgrees, { registryInstances: seen, backendPods }, topology))).toEqual(says)
  })
})

/** Pods ready for so many ms; undefined: not ready. */
function podsOf(zone: string, count: number, age: (i: number) => number | undefined = () => 60_000): readonly BackendPod[] {
  return Array.from({ length: count }, (_, i) => {
    const ms = age(i)
    return { service: 'ai-service', name: `${zone}-${i}`, ip: `${NET[zone]}.${i + 1}`, readySince: ms === undefined ? undefined : AT - ms }
  })
}

describe('about all centers', () => {
  type Cells<T> = Readonly<Record<string, Observation<T>>>
  function askFleet(
    question: typeof registryApis,
    registries: Cells<readonly RegisteredService[]>,
    pods: Cells<readonly BackendPod[]> = {},
  ): readonly Conclusion[] {
    const seen = { registryInstances: new Map(Object.entries(registries)), backendPods: new Map(Object.entries(pods)) }
    return (question as FleetQuestion).evaluate(seen, { topology, now: AT })
  }
  const all = { 'zone-a': present(views()), 'zone-b': present(views()), 'zone-c': present(views()) }
  const pods = (age?: (i: number) => number | undefined) =>
    Object.fromEntries(Object.keys(names).map((zone) => [zone, present(podsOf(zone, 3, age))]))
  const about = (conclusions: readonly Conclusion[]): readonly string[] =>
    conclusions.map(
      ({ facts, state, reason }) => `${String(facts['home'])} in ${String(facts['other'])}: ${state} ${reason.split('.').at(-1)}`,
    )

  test('registries that know the same are synchronised, each with each', () => {
    const conclusions = askFleet(registrySynchronised, all, pods())
    expect(new Set(said(conclusions))).toEqual(new Set(['passed synchronised']))
    expect(conclusions).toHaveLength(6)
  })

  const without = (count: number) => ({ ...all, 'zone-b': present(views({ 'zone-a': some('zone-a', count) })) })
  test.each([
    { of: 'late', registries: without(2), given: pods(), says: 'zone-a in zone-b: failed late' },
    {
      of: 'all of it',
      registries: { ...all, 'zone-b': present(views({ 'zone-a': undefined })) },
      given: pods(),
      says: 'zone-a in zone-b: failed late',
    },
    { of: 'under way', registries: without(2), given: pods(() => 5_000), says: 'zone-a in zone-b: passed under-way' },
    { of: 'of unknown age', registries: without(2), given: pods(() => undefined), says: 'zone-a in zone-b: inconclusive missing' },
    {
      of: 'of Pods that cannot be read',
      registries: without(2),
      given: { 'zone-a': silent },
      says: 'zone-a in zone-b: inconclusive missing',
    },
    { of: 'left behind', registries: without(4), given: pods(), says: 'zone-a in zone-b: inconclusive left-behind' },
  ])('an instance that is $of', ({ registries, given, says }) => {
    const found = about(askFleet(registrySynchronised, registries, given)).filter((one) => !one.includes('synchronised'))
    expect(found).toEqual([says])
  })

  test('a registry that cannot be asked leaves what it is compared with open, and nothing else', () => {
    const found = about(askFleet(registrySynchronised, { ...all, 'zone-c': silent }, pods()))
    expect(found.filter((one) => one.includes('zone-c')).map((one) => one.split(': ')[1])).toEqual(Array(4).fill('inconclusive unread'))
    expect(found.filter((one) => !one.includes('zone-c'))).toHaveLength(2)
  })

  test.each([
    { of: 'one', registries: all, says: ['passed alike'] },
    { of: 'two', registries: { ...all, 'zone-b': present(views({}, { api: 'v1' })) }, says: ['warning different'] },
    { of: 'one and a silent center', registries: { ...all, 'zone-b': silent }, says: ['inconclusive untold', 'passed alike'] },
  ])('generations of the API: $of → $says', ({ registries, says }) => {
    expect(said(askFleet(registryApis, registries))).toEqual(says)
  })
})
