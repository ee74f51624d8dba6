import { expect, test } from 'vitest'
import { apiReached } from '../../src/checks/api-reached.ts'
import { clustersDistinct } from '../../src/checks/clusters-distinct.ts'
import { gatewayApiServed } from '../../src/checks/gateway-api-served.ts'
import { helmTried } from '../../src/checks/helm-tried.ts'
import { kubeconfigRead } from '../../src/checks/kubeconfig-read.ts'
import { loggedIn } from '../../src/checks/logged-in.ts'
import { lostUnweighted } from '../../src/checks/lost-unweighted.ts'
import { profileFits } from '../../src/checks/profile-fits.ts'
import { prometheusReached } from '../../src/checks/prometheus-reached.ts'
import type { FleetQuestion } from '../../src/checks/question.ts'
import { questions } from '../../src/checks/questions.ts'
import { registryReached } from '../../src/checks/registry-reached.ts'
import { rightsGranted } from '../../src/checks/rights-granted.ts'
import { routesUnowned } from '../../src/checks/routes-unowned.ts'
import { scrapeAsDeclared } from '../../src/checks/scrape-as-declared.ts'
import { serverTried } from '../../src/checks/server-tried.ts'
import { stateWritable } from '../../src/checks/state-writable.ts'
import { weightsInForce } from '../../src/checks/weights-in-force.ts'
import type { Topology } from '../../src/domain/topology.ts'
import { askedByDefault, selectQuestions } from '../../src/engine/select-questions.ts'
import { documented, route, rule, sightings, topology, worldOf } from '../domain/world.ts'
import { ask, askAll, AT, present, said, silent } from './ask.ts'

const station = (files: readonly object[]) => present({ kubeconfig: { files, contexts: [] }, state: { directory: '/s' }, proxies: [] })

test.each([
  {
    of: 'one of several missing',
    files: [
      { path: 'a', state: 'read' },
      { path: 'b', state: 'missing' },
    ],
    says: ['passed read', 'warning one-missing'],
  },
  {
    of: 'all missing',
    files: [
      { path: 'a', state: 'missing' },
      { path: 'b', state: 'missing' },
    ],
    says: ['failed missing', 'failed missing'],
  },
  {
    of: 'one broken beside one read',
    files: [
      { path: 'a', state: 'read' },
      { path: 'b', state: 'broken', why: 'x' },
    ],
    says: ['passed read', 'failed broken'],
  },
])('kubeconfig files: $of', ({ files, says }) => {
  expect(said(askAll(kubeconfigRead, { 'zone-a': station(files) }))).toEqual(says)
})

test('what this machine does not tell is inconclusive', () => {
  for (const question of [kubeconfigRead, stateWritable])
    expect(said(askAll(question, { 'zone-a': silent }))).toEqual(['inconclusive unread'])
  expect(said(askAll(helmTried, { 'zone-a': { state: 'unknown', why: 'Helm is not looked at', at: AT, took: 0 } }))).toEqual([
    'inconclusive unread',
  ])
})

test('two centers that are one cluster are found though the third is silent, and it stays open', () => {
  expect(said(askAll(clustersDistinct, { 'zone-a': present('u'), 'zone-b': present('u'), 'zone-c': silent }))).toEqual([
    'failed shared',
    'inconclusive unread',
  ])
  expect(said(askAll(clustersDistinct, { 'zone-a': present('u'), 'zone-b': present('v') }))).toEqual(['passed distinct'])
})

const usable = present({ state: 'usable', server: 'https://a:6443', proxied: false, unverified: false })
test.each([
  { why: 'refused', says: 'failed refused' },
  { why: 'no answer in 3 s', says: 'failed silent' },
  { why: 'its name is not known', says: 'failed unnamed' },
  { why: 'its name cannot be looked up now', says: 'failed unnamed' },
  { why: 'certificate not trusted', says: 'failed untrusted' },
  { why: 'certificate expired', says: 'failed untrusted' },
  { why: 'does not speak TLS', says: 'failed plain' },
  { why: 'connection reset', says: 'failed unreachable' },
])('an API that is unreachable because of "$why": $says', ({ why, says }) => {
  const seen = { apiClock: { state: 'unreachable', why, at: AT, took: 1 }, kubeContext: usable }
  expect(said(ask(apiReached, seen))).toEqual([says])
})

test('an answer that says nothing is no knowledge, and a refusal is an answer', () => {
  const seen = (state: 'unknown' | 'forbidden', why: string) => ({ apiClock: { state, why, at: AT, took: 1 }, kubeContext: usable })
  expect(said(ask(apiReached, seen('unknown', 'server answered 503')))).toEqual(['inconclusive strange'])
  expect(said(ask(apiReached, seen('forbidden', 'no')))).toEqual(['passed answers'])
  expect(said(ask(loggedIn, { identity: { state: 'forbidden', why: 'namespaces "kube-system" is forbidden', at: AT, took: 1 } }))).toEqual([
    'passed known',
  ])
  expect(said(ask(loggedIn, { identity: silent }))).toEqual(['skipped unasked'])
})

const [list, write] = [
  { verb: 'list', group: '', resource: 'pods' },
  { verb: 'patch', group: 'apps', resource: 'deployments' },
]
test.each([
  { of: 'everything', lacks: [], says: ['passed granted'] },
  { of: 'no writing', lacks: [write], says: ['warning reads-only'] },
  { of: 'no reading', lacks: [list], says: ['failed lacking'] },
  { of: 'nothing', lacks: [list, write], says: ['failed lacking'] },
])('rights: granted is $of', ({ lacks, says }) => {
  expect(said(ask(rightsGranted, { grantedRights: [{ verb: 'failover', needs: [list, write], lacks }] }))).toEqual(says)
})

test('some writing granted and some not is a fault, not somebody who looks', () => {
  const more = { ...write, resource: 'statefulsets' }
  expect(said(ask(rightsGranted, { grantedRights: [{ verb: 'drill', needs: [list, write, more], lacks: [more] }] }))).toEqual([
    'failed lacking',
  ])
})

test.each([
  { version: 'v1.36.3', says: 'passed tried' },
  { version: 'v1.27.0-eks-1', says: 'passed tried' },
  { version: 'v1.26.15', says: 'warning old' },
  { version: 'v1.37.0', says: 'warning newer' },
  { version: '?', says: 'inconclusive unread' },
])('API server $version: $says', ({ version, says }) => {
  expect(said(ask(serverTried, { apiClock: { version } }))).toEqual([says])
})

const KINDS = ['gatewayclasses', 'gateways', 'httproutes'].map((plural) => `${plural}.gateway.networking.k8s.io/v1`)
test.each([
  { of: 'a bundle of today', seen: { served: new Set(KINDS), bundle: 'v1.4.0' }, says: 'passed served' },
  { of: 'a bundle that is not told', seen: { served: new Set(KINDS) }, says: 'passed served' },
  { of: 'an older bundle', seen: { served: new Set(KINDS), bundle: 'v1.0.0' }, says: 'warning old' },
  { of: 'no HTTPRoute', seen: { served: new Set(KINDS.slice(0, 2)), bundle: 'v1.4.0' }, says: 'failed missing' },
])('Gateway API: $of', ({ seen, says }) => {
  expect(said(ask(gatewayApiServed, { servedKinds: seen }))).toEqual([says])
})

const measured: Topology = {
  ...topology,
  metrics: {
    profile: 'envoy',
    scrapeInterval: 15_000,
    window: 60_000,
    maxAge: 30_000,
    centers: { 'zone-a': { url: 'http://p', labels: {} } },
  },
}
const gap = (of: string, detail = '') => ({ state: 'gap', gap: of, detail, at: AT, took: 1 })
const answered = (value: unknown) => ({ state: 'answered', value, at: AT, took: 1 })
test.each([
  { of: 'targets', up: answered([{}]), says: 'passed answers' },
  { of: 'no targets', up: answered([]), says: 'inconclusive empty' },
  { of: 'nothing', up: gap('unreachable', 'refused'), says: 'failed unreachable' },
  { of: 'a login page', up: gap('redirected', '/login'), says: 'failed login' },
  { of: '401', up: gap('http-status', 'HTTP 401'), says: 'failed login' },
  { of: '500', up: gap('http-status', 'HTTP 500'), says: 'failed no-prometheus' },
  { of: 'HTML', up: gap('html'), says: 'failed no-prometheus' },
  { of: 'a part', up: gap('partial', 'one store is gone'), says: 'inconclusive partial' },
  { of: 'no token file', up: gap('no-token', 'ENOENT'), says: 'failed no-token' },
])('a Prometheus that gives $of: $says', ({ up, says }) => {
  expect(said(ask(prometheusReached, { prometheusAnswers: present({ up, targets: gap('unreachable') }) }, measured))).toEqual([says])
})

test('a stand-in for Prometheus that tells no targets leaves the interval open', () => {
  const seen = (targets: unknown) => said(ask(scrapeAsDeclared, { prometheusAnswers: present({ up: answered([]), targets }) }, measured))
  expect(seen(gap('http-status', '404'))).toEqual(['inconclusive untold'])
  expect(seen(answered([{ labels: {} }]))).toEqual(['inconclusive untold'])
  expect(seen(answered([{ interval: 15_000 }]))).toEqual(['passed alike'])
  expect(seen(answered([{ interval: 30_000 }, { interval: 15_000 }]))).toEqual(['failed rarer'])
})

test('a profile is judged by what Prometheus told, and by nothing else', () => {
  const metric = (found: unknown) => ({ metric: 'm', usedBy: [{ figure: 'qps' }], found, lacking: [], query: '', at: AT, took: 1 })
  const seen = (...found: readonly unknown[]) => said(ask(profileFits, { metricNames: present(found.map(metric)) }, measured))
  expect(seen('present', 'absent')).toEqual(['passed fits'])
  expect(seen('absent', 'absent')).toEqual(['failed none'])
  expect(seen({ gap: 'timeout', detail: '' })).toEqual(['inconclusive unasked'])
})

test.each([
  { state: 'present', says: 'passed answers' },
  { state: 'forbidden', says: 'failed refused' },
  { state: 'unreachable', says: 'failed unreachable' },
  { state: 'unknown', says: 'inconclusive strange' },
])('a registry that is $state: $says', ({ state, says }) => {
  expect(said(ask(registryReached, { registryInstances: { state, why: 'w', value: [], at: AT, took: 1 } }))).toEqual([says])
})

const routesOf = (objects: Parameters<typeof worldOf>[0]) =>
  Object.fromEntries(sightings(worldOf(objects)).map(({ center, routes }) => [center, routes]))
test('weights: those of the policy pass, a split of its own is told, an unread cluster is open', () => {
  expect(said(askAll(weightsInForce, routesOf(documented)))).toEqual(['passed as-declared', 'passed as-declared', 'passed as-declared'])
  const own = [route('canary', [rule('/', { 'zone-a': 90, 'zone-b': 10 })])]
  expect(said(askAll(weightsInForce, { ...routesOf(own), 'zone-b': silent }))).toEqual([
    'warning own-split',
    'inconclusive unread',
    'warning own-split',
  ])
})

test('a controller that owns a route is named with what pauses it', () => {
  const owned = [route('ai', [rule('/', { 'zone-a': 50, 'zone-b': 50 })], { labels: { 'argocd.argoproj.io/instance': 'ai-gateway' } })]
  const cell = routesOf(owned)['zone-a']
  if (cell?.state !== 'present') throw new Error('no routes')
  const [conclusion] = ask(routesUnowned, { routes: cell.value })
  expect(conclusion).toMatchObject({ state: 'warning', facts: { pause: 'argocd app set ai-gateway --sync-policy none' } })
  const free = routesOf(documented)['zone-a']
  expect(said(ask(routesUnowned, { routes: free?.state === 'present' ? free.value : [] }))).toEqual(['passed unowned'])
})

test.each([
  { of: 'all serve', ready: 2, gateway: true, api: true, says: 'passed serves' },
  { of: 'no instance', ready: 0, gateway: true, api: true, says: 'failed weighted' },
  { of: 'API and gateway silent', ready: 2, gateway: false, api: false, says: 'failed silent-weighted' },
  { of: 'API silent, gateway alive', ready: 2, gateway: true, api: false, says: 'inconclusive unread' },
])('zone-a, $of: $says', ({ ready, gateway, api, says }) => {
  const all = routesOf(documented)
  const workloads = (center: string) =>
    present(
      topology.services.map(({ name }) => ({ service: name, ready: center === 'zone-a' ? ready : 2, workload: { namespace: 'n', name } })),
    )
  const seen = {
    routes: new Map(Object.entries(api ? all : { ...all, 'zone-a': silent })),
    workloads: new Map(['zone-a', 'zone-b', 'zone-c'].map((center) => [center, center === 'zone-a' && !api ? silent : workloads(center)])),
    gateway: new Map(
      ['zone-a', 'zone-b', 'zone-c'].map((center) => [center, center === 'zone-a' && !gateway ? silent : present({ status: 404 })]),
    ),
  }
  const conclusions = (lostUnweighted as FleetQuestion).evaluate(seen, { topology, now: AT })
  expect(said(conclusions.filter(({ center }) => center === 'zone-a'))).toEqual([says])
})

test('verify asks about the set-up only where it is meant', () => {
  const selected = (checks: readonly string[], groups: readonly string[]) =>
    selectQuestions(questions, { checks, groups, narrowed: false }).map(({ group }) => group)
  expect(selected([], [])).not.toContain('setup')
  expect(new Set(selected([], ['setup', 'routes']))).toEqual(new Set(['setup', 'routes']))
  expect(selected(['TC-018'], [])).toEqual(['setup'])
  expect(askedByDefault(questions).length + questions.filter(({ group }) => group === 'setup').length).toBe(questions.length)
})
