import { expect, test } from 'vitest'
import { accessLogged } from '../../src/checks/access-logged.ts'
import { antiAffinity } from '../../src/checks/anti-affinity.ts'
import { autoscalerBounds } from '../../src/checks/autoscaler-bounds.ts'
import { bridgeEffective } from '../../src/checks/bridge-effective.ts'
import { budgetsPresent } from '../../src/checks/budgets-present.ts'
import { clientsAuthenticated } from '../../src/checks/clients-authenticated.ts'
import { clocksAgree } from '../../src/checks/clocks-agree.ts'
import { entryNames } from '../../src/checks/entry-names.ts'
import { gatewayAddressed } from '../../src/checks/gateway-addressed.ts'
import { gatewayAnswers } from '../../src/checks/gateway-answers.ts'
import { gatewayProgrammed } from '../../src/checks/gateway-programmed.ts'
import { gatewayReady } from '../../src/checks/gateway-ready.ts'
import { gatewaySpread } from '../../src/checks/gateway-spread.ts'
import { gracefulStop } from '../../src/checks/graceful-stop.ts'
import { nacosReady } from '../../src/checks/nacos-ready.ts'
import { policiesPass } from '../../src/checks/policies-pass.ts'
import { portsOpen } from '../../src/checks/ports-open.ts'
import { resourcesDeclared } from '../../src/checks/resources-declared.ts'
import { servicesAnswerInside } from '../../src/checks/services-answer-inside.ts'
import { servicesServing } from '../../src/checks/services-serving.ts'
import { verifyPlanOf } from '../../src/domain/estate.ts'
import { topology } from '../domain/world.ts'
import { ask, askAll, AT, object, present, said, silent } from './ask.ts'

const labels = { app: 'higress-gateway' }
interface Shape {
  readonly replicas?: number
  readonly ready?: number
  readonly observed?: number
  readonly pod?: object
  readonly container?: object
}
const deployment = (name: string, { replicas = 3, ready = replicas, observed = 1, pod = {}, container = {} }: Shape = {}) =>
  object('Deployment', name, {
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'higress-gateway', ...container }], ...pod } },
    },
    status: { readyReplicas: ready, observedGeneration: observed },
  })
const deployed = (shape?: Shape) => ({
  gateway: deployment('higress-gateway', shape),
  controller: deployment('higress-controller'),
  version: '2.1.9',
})

test.each([
  { of: 'all ready', seen: deployed(), says: ['passed ready', 'passed ready'] },
  { of: 'one missing', seen: deployed({ ready: 2 }), says: ['failed not-ready', 'passed ready'] },
  { of: 'at zero', seen: deployed({ replicas: 0 }), says: ['failed not-ready', 'passed ready'] },
  { of: 'figures of an older generation', seen: deployed({ observed: 0 }), says: ['inconclusive stale', 'passed ready'] },
  { of: 'no gateway', seen: { ...deployed(), gateway: undefined }, says: ['failed missing', 'passed ready'] },
])('gateway pods: $of', ({ seen, says }) => {
  expect(said(ask(gatewayReady, { gatewayDeployments: seen }))).toEqual(says)
})

const node = (name: string, zone: string) =>
  object('Node', name, {}, { labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone } })
const pods = (...places: readonly string[]) =>
  places.map((nodeName, i) => object('Pod', `p${i}`, { spec: { nodeName }, status: { phase: 'Running' } }, { labels }))
const required = (topologyKey: string) => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: labels }, topologyKey }] },
  },
})

test.each([
  { of: 'two nodes', shape: {}, on: ['n1', 'n2', 'n1'], says: ['passed spread'] },
  { of: 'one node of two', shape: {}, on: ['n1', 'n1', 'n1'], says: ['warning together'] },
  {
    of: 'the documented rule in a cluster with one zone',
    shape: { pod: required('topology.kubernetes.io/zone') },
    on: ['n1'],
    says: ['failed impossible'],
  },
  {
    of: 'a rule that two replicas can meet',
    shape: { replicas: 2, pod: required('kubernetes.io/hostname') },
    on: ['n1', 'n2'],
    says: ['passed spread'],
  },
  { of: 'one replica', shape: { replicas: 1 }, on: ['n1'], says: ['skipped single'] },
])('spread: $of', ({ shape, on, says }) => {
  const seen = { gatewayDeployments: deployed(shape), gatewayPods: pods(...on), nodes: [node('n1', 'z'), node('n2', 'z')] }
  expect(said(ask(gatewaySpread, seen))).toEqual(says)
})

const service = (type: string, status: object = {}) => [object('Service', 'higress-gateway', { spec: { type }, status })]
test.each([
  { of: 'an address', services: service('LoadBalancer', { loadBalancer: { ingress: [{ ip: '10.0.1.10' }] } }), says: ['passed addressed'] },
  { of: 'none yet', services: service('LoadBalancer', { loadBalancer: {} }), says: ['failed pending'] },
  { of: 'inside only', services: service('ClusterIP'), says: ['warning inside-only'] },
  { of: 'node ports', services: service('NodePort'), says: ['passed node-port'] },
  { of: 'no Service', services: [], says: ['failed missing'] },
])('address: $of', ({ services, says }) => {
  expect(said(ask(gatewayAddressed, { gatewayServices: services }))).toEqual(says)
})

const told = (status: string, observedGeneration = 1) =>
  ['Accepted', 'Programmed'].map((type) => ({ type, status, observedGeneration, reason: 'Programmed', message: '' }))
const gatewayObject = (own: readonly object[], ofListener: readonly object[] | undefined) =>
  object('Gateway', 'higress-gateway', {
    spec: { gatewayClassName: 'higress', listeners: [{ name: 'http' }] },
    status: { conditions: own, listeners: ofListener === undefined ? [] : [{ name: 'http', conditions: ofListener }] },
  })
const classOf = (controllerName: string) => object('GatewayClass', 'higress', { spec: { controllerName } })
test.each([
  { of: 'all True', gateways: [gatewayObject(told('True'), told('True'))], says: ['passed programmed'] },
  { of: 'a listener False', gateways: [gatewayObject(told('True'), told('False'))], says: ['failed not-programmed'] },
  { of: 'a listener without report', gateways: [gatewayObject(told('True'), undefined)], says: ['inconclusive unreported'] },
  { of: 'an older generation', gateways: [gatewayObject(told('True', 0), told('True'))], says: ['inconclusive stale'] },
  { of: 'Unknown', gateways: [gatewayObject(told('Unknown'), told('True'))], says: ['inconclusive undecided'] },
  { of: 'none', gateways: [], says: ['failed no-gateway'] },
])('Gateway: $of', ({ gateways, says }) => {
  expect(said(ask(gatewayProgrammed, { gatewayObjects: { gateways, classes: [classOf('higress.io/gateway-controller')] } }))).toEqual(says)
})

test('a Gateway of another controller is failed, however well it is', () => {
  const seen = { gateways: [gatewayObject(told('True'), told('True'))], classes: [classOf('istio.io/gateway-controller')] }
  expect(said(ask(gatewayProgrammed, { gatewayObjects: seen }))).toEqual(['failed other-controller'])
})

const bridge = (name: string, registries: readonly object[], namespace = 'higress-system') =>
  object('McpBridge', name, { spec: { registries } }, { namespace })
const nacos = (name: string, more: object = {}) => ({ name, type: 'nacos2', nacosNamespaceId: name, ...more })
test.each([
  { of: 'default', bridges: [bridge('default', [nacos('a')])], says: ['passed effective'] },
  { of: 'the documented name', bridges: [bridge('ai-service-registry', [nacos('a')])], says: ['failed no-default'] },
  { of: 'none', bridges: [], says: ['failed no-default'] },
  {
    of: 'registries that overwrite each other',
    bridges: [bridge('default', [nacos('a', { nacosNamespaceId: 'public' }), nacos('b', { nacosNamespaceId: 'public' })])],
    says: ['failed overlap'],
  },
  { of: 'fields that are dropped', bridges: [bridge('default', [nacos('a', { healthCheck: {} })])], says: ['warning dropped'] },
  {
    of: 'one that nobody reads beside it',
    bridges: [bridge('default', [nacos('a')]), bridge('ai-service-health-check', [])],
    says: ['passed effective', 'warning unread'],
  },
  { of: 'no registry', bridges: [bridge('default', [])], says: ['failed no-registry'] },
])('McpBridge: $of', ({ bridges, says }) => {
  expect(said(ask(bridgeEffective, { mcpBridges: bridges }))).toEqual(says)
})

const state = (desired: number, ready: number, fault?: object) => [
  {
    service: 'ai-service',
    workload: { kind: 'Deployment', namespace: 'ai-system', name: 'ai-service-zone-a' },
    desired,
    ready,
    ...(fault === undefined ? {} : { fault }),
  },
]
test.each([
  { workloads: state(10, 10), says: ['passed ready'] },
  { workloads: state(10, 9), says: ['warning some-missing'] },
  { workloads: state(10, 0), says: ['failed too-few'] },
  { workloads: state(0, 0, { run: 'r' }), says: ['failed drilled'] },
])('service workloads: $says', ({ workloads, says }) => {
  expect(said(ask(servicesServing, { workloads }))).toEqual(says)
})

test('a gateway answers with any status, or is failed', () => {
  expect(said(ask(gatewayAnswers, { gateway: present({ status: 404 }) }))).toEqual(['passed answers'])
  expect(said(ask(gatewayAnswers, { gateway: silent }))).toEqual(['failed silent'])
})

const good = {
  pod: { topologySpreadConstraints: [{}], terminationGracePeriodSeconds: 60 },
  container: {
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
  },
}
test.each([
  { question: antiAffinity, bad: 'warning together', fine: 'passed apart' },
  { question: gracefulStop, bad: 'warning no-hook', fine: 'passed graceful' },
  { question: resourcesDeclared, bad: 'warning undeclared', fine: 'passed declared' },
])('$question.name tells what is missing', ({ question, bad, fine }) => {
  expect(said(ask(question, { gatewayDeployments: deployed(), serviceDeployments: [] }))).toEqual([bad])
  expect(said(ask(question, { gatewayDeployments: deployed(good), serviceDeployments: [] }))).toEqual([fine])
})

test('no grace at all is worse than no hook', () => {
  const seen = { gatewayDeployments: deployed({ pod: { terminationGracePeriodSeconds: 0 } }), serviceDeployments: [] }
  expect(said(ask(gracefulStop, seen))).toEqual(['warning no-grace'])
})

const budget = (spec: object) => object('PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: labels }, ...spec } })
test.each([
  { of: 'none', budgets: [], says: ['warning none'] },
  { of: 'one that lets a Pod go', budgets: [budget({ minAvailable: 2 })], says: ['passed covered'] },
  { of: 'one that lets none go', budgets: [budget({ minAvailable: '100%' })], says: ['warning blocks'] },
  {
    of: 'one of other Pods',
    budgets: [object('PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'x' } } } })],
    says: ['warning none'],
  },
])('budgets: $of', ({ budgets, says }) => {
  expect(said(ask(budgetsPresent, { disruptionBudgets: budgets, gatewayDeployments: deployed(), serviceDeployments: [] }))).toEqual(says)
})

const scaler = (minReplicas: number, maxReplicas: number, currentReplicas: number, conditions: readonly object[] = []) => [
  object('HorizontalPodAutoscaler', 'h', { spec: { minReplicas, maxReplicas }, status: { currentReplicas, conditions } }),
]
test.each([
  { autoscalers: scaler(3, 10, 3), says: ['passed bounded'] },
  { autoscalers: scaler(1, 10, 3), says: ['warning floor'] },
  { autoscalers: scaler(3, 3, 3), says: ['warning fixed'] },
  { autoscalers: scaler(3, 10, 10), says: ['warning ceiling'] },
  {
    autoscalers: scaler(3, 10, 3, [{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' }]),
    says: ['failed blind'],
  },
  { autoscalers: [], says: [] },
])('autoscalers: $says', ({ autoscalers, says }) => {
  expect(said(ask(autoscalerBounds, { autoscalers }))).toEqual(says)
})

const policy = (spec: object) => object('NetworkPolicy', 'p', { spec: { podSelector: { matchLabels: labels }, ...spec } })
const documented = policy({
  policyTypes: ['Ingress', 'Egress'],
  egress: [{ to: [{ namespaceSelector: { matchLabels: { type: 'ai-services' } } }], ports: [{ port: 8080 }] }],
})
const passing = policy({
  policyTypes: ['Egress'],
  egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 8080 }] }, { ports: [{ port: 53 }] }],
})
test.each([
  { of: 'the documented policy', policies: [documented], says: ['failed walled', 'failed no-dns'] },
  { of: 'one that passes', policies: [passing], says: ['passed passes'] },
  { of: 'both, whose union counts', policies: [documented, passing], says: ['passed passes'] },
  { of: 'ingress only', policies: [policy({ policyTypes: ['Ingress'] })], says: ['passed open'] },
  { of: 'none', policies: [], says: ['warning none'] },
])('network policies: $of', ({ policies, says }) => {
  expect(said(ask(policiesPass, { networkPolicies: policies, gatewayDeployments: deployed() }))).toEqual(says)
})

const declared = {
  ...topology,
  verify: { ...verifyPlanOf(topology), entries: [{ name: 'ai.example.com', addresses: ['1.2.3.4'], maxTtl: 60_000 }] },
}
const answer = (value: unknown) => ({ 'zone-a': present([{ name: 'ai.example.com', answer: value }]) })
test.each([
  { of: 'as declared', cells: answer(present({ addresses: ['1.2.3.4'], ttl: 60_000 })), says: ['passed resolves'] },
  { of: 'another address', cells: answer(present({ addresses: ['6.6.6.6'], ttl: 60_000 })), says: ['failed other-address'] },
  { of: 'a longer TTL', cells: answer(present({ addresses: ['1.2.3.4'], ttl: 300_000 })), says: ['warning long-ttl'] },
  { of: 'no such name', cells: answer({ state: 'absent', at: AT, took: 1 }), says: ['failed no-such-name'] },
  { of: 'no answer', cells: answer(silent), says: ['inconclusive unresolved'] },
  { of: 'nobody asked', cells: { 'zone-a': silent }, says: ['inconclusive unasked'] },
])('entry names: $of', ({ cells, says }) => {
  expect(said(askAll(entryNames, cells, declared))).toEqual(says)
})

const port = { center: 'zone-a', host: '10.0.1.10', port: 9848, purpose: 'Nacos gRPC' }
test.each([
  { answer: present(true), says: ['passed open'] },
  { answer: { state: 'absent', at: AT, took: 1 }, says: ['failed refused'] },
  { answer: silent, says: ['failed blocked'] },
  { answer: { state: 'unknown', why: 'no network', at: AT, took: 0 }, says: ['inconclusive unasked'] },
])('ports: $says', ({ answer: seen, says }) => {
  expect(said(ask(portsOpen, { openPorts: [{ port, answer: seen }] }))).toEqual(says)
})

test.each([
  { offset: 300, says: ['passed near'] },
  { offset: -60_000, says: ['failed apart'] },
  { offset: undefined, says: ['inconclusive no-date'] },
])('a clock $offset ms away is $says', ({ offset, says }) => {
  expect(said(ask(clocksAgree, { apiClock: { version: 'v1.36.3', ...(offset === undefined ? {} : { offset }) } }))).toEqual(says)
})

const nacosPods = (...ready: readonly boolean[]) =>
  ready.map((one, i) =>
    object(
      'Pod',
      `nacos-${i}`,
      { status: { conditions: [{ type: 'Ready', status: one ? 'True' : 'False' }] } },
      { labels: { app: 'nacos' } },
    ),
  )
test.each([
  { pods: nacosPods(true, true, true), says: ['passed ready'] },
  { pods: nacosPods(true, true, false), says: ['warning some-missing'] },
  { pods: nacosPods(true, false, false), says: ['failed no-majority'] },
  { pods: pods('n1'), says: ['skipped elsewhere'] },
])('Nacos: $says', ({ pods: gatewayPods, says }) => {
  expect(said(ask(nacosReady, { gatewayPods }))).toEqual(says)
})

test.each([
  { mesh: 'accessLogFile: /dev/stdout\nenableTracing: true\n', says: ['passed logged'] },
  { mesh: 'accessLogFile: ""\n', says: ['warning silent'] },
  { mesh: '# accessLogFile: /dev/stdout\n', says: ['warning silent'] },
  { mesh: '', says: ['warning silent'] },
])('access log: $says', ({ mesh, says }) => {
  expect(said(ask(accessLogged, { meshConfig: mesh }))).toEqual(says)
})

const plugin = (name: string, spec: object = {}) => object('WasmPlugin', name, { spec })
test.each([
  { of: 'key-auth', plugins: present([plugin('key-auth')]), says: ['passed asked'] },
  {
    of: 'one known by its image',
    plugins: present([plugin('clients', { url: 'oci://registry/plugins/jwt-auth:1.0.0' })]),
    says: ['passed asked'],
  },
  { of: 'one that is switched off', plugins: present([plugin('key-auth', { defaultConfigDisable: true })]), says: ['warning open'] },
  { of: 'others', plugins: present([plugin('ai-proxy')]), says: ['warning open'] },
  { of: 'a cluster without the kind', plugins: { state: 'absent', at: AT, took: 1 }, says: ['warning open'] },
  { of: 'no right to see them', plugins: { state: 'forbidden', why: 'x', at: AT, took: 1 }, says: ['inconclusive unread'] },
])('authentication: $of is $says', ({ plugins, says }) => {
  expect(said(ask(clientsAuthenticated, { wasmPlugins: plugins }))).toEqual(says)
})

const inside = (answer: unknown, pod?: string) => [
  { service: 'ai-service', path: '/api/health', answer, ...(pod === undefined ? {} : { pod }) },
]
test.each([
  { answers: inside(present('ok'), 'p'), says: ['passed answers'] },
  { answers: inside({ state: 'absent', at: AT, took: 1 }), says: ['failed no-pod'] },
  { answers: inside({ state: 'absent', at: AT, took: 1 }, 'p'), says: ['failed not-found'] },
  { answers: inside({ state: 'forbidden', why: 'x', at: AT, took: 1 }, 'p'), says: ['inconclusive unasked'] },
  { answers: inside(silent, 'p'), says: ['inconclusive unasked'] },
])('inside: $says', ({ answers, says }) => {
  expect(said(ask(servicesAnswerInside, { insideAnswers: answers }))).toEqual(says)
})
