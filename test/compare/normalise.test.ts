import { describe, expect, test } from 'vitest'
import type { AnyObject } from '../../src/domain/compare.ts'
import { differing, object } from './world.ts'

const ref = (name: string, weight?: number, more: object = {}) => ({ name, port: 80, ...(weight === undefined ? {} : { weight }), ...more })
const path = (value: string, type?: string) => ({ path: { ...(type === undefined ? {} : { type }), value } })
const rule = (value: string, ...refs: object[]) => ({ matches: [path(value, 'PathPrefix')], backendRefs: refs })
const route = (...rules: object[]) => object('HTTPRoute', { spec: { rules } })
const pod = (container: object, more: object = {}) => ({
  spec: { template: { spec: { containers: [{ name: 'c', ...container }], ...more } } },
})
const deploy = (container: object, more: object = {}) => object('Deployment', pod(container, more))
const config = (data: object) => object('ConfigMap', { data })
const plugin = (defaultConfig: object, more: object = {}) => object('WasmPlugin', { spec: { defaultConfig, ...more } })
const meta = (metadata: object) => object('ConfigMap', {}, metadata)
const widget = (spec: object) => object('Widget', { spec })

const routeSchema = {
  properties: {
    spec: {
      properties: {
        hostnames: { items: {} },
        parentRefs: { items: { properties: { group: { default: 'gateway.networking.k8s.io' }, kind: { default: 'Gateway' }, name: {} } } },
        rules: {
          'x-kubernetes-list-type': 'atomic',
          default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
          items: {
            properties: {
              name: {},
              matches: {
                default: [{ path: { type: 'PathPrefix', value: '/' } }],
                items: {
                  properties: {
                    path: {
                      default: { type: 'PathPrefix', value: '/' },
                      properties: { type: { default: 'PathPrefix' }, value: { default: '/' } },
                    },
                    headers: { items: { properties: { type: { default: 'Exact' }, name: {}, value: {} } } },
                  },
                },
              },
              timeouts: { properties: { request: { pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' } } },
              backendRefs: {
                items: {
                  properties: {
                    group: { default: '' },
                    kind: { default: 'Service' },
                    weight: { default: 1 },
                    name: {},
                    port: {},
                    namespace: {},
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}
const listMap = {
  properties: {
    spec: {
      properties: {
        list: {
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['host', 'port'],
          items: { properties: { port: { default: 80 } } },
        },
        set: { 'x-kubernetes-list-type': 'set', items: {} },
        either: { 'x-kubernetes-int-or-string': true },
        wait: { format: 'duration' },
        text: { type: 'string' },
        nested: { properties: { deep: { default: 5 } } },
        made: { default: {}, properties: { size: { default: 3 } } },
      },
    },
  },
}

type Case = readonly [name: string, kind: string, a: object, b: object, differs: readonly string[], schema?: object]

const noise: readonly Case[] = [
  ['status', 'ConfigMap', object('ConfigMap', { status: { a: 1 } }), object('ConfigMap'), []],
  ['managedFields', 'ConfigMap', meta({ managedFields: [{ manager: 'x' }] }), meta({}), []],
  [
    'resourceVersion, uid, generation',
    'ConfigMap',
    meta({ resourceVersion: '1', uid: 'a', generation: 3 }),
    meta({ resourceVersion: '2', uid: 'b' }),
    [],
  ],
  ['last-applied', 'ConfigMap', meta({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }), meta({}), []],
  ['our own mark', 'ConfigMap', meta({ annotations: { 'tricenter.io/run': '{"seq":3}' } }), meta({ annotations: {} }), []],
  ['another annotation', 'ConfigMap', meta({ annotations: { a: '1' } }), meta({}), ['metadata.annotations.a']],
  ['creationTimestamp', 'ConfigMap', meta({ creationTimestamp: '2026-01-01T00:00:00Z' }), meta({ creationTimestamp: null }), []],
  [
    'a revision of a Deployment',
    'Deployment',
    object('Deployment', {}, { annotations: { 'deployment.kubernetes.io/revision': '4' } }),
    object('Deployment'),
    [],
  ],
  [
    'the uid of an owner',
    'ConfigMap',
    meta({ ownerReferences: [{ kind: 'A', name: 'a', uid: '1' }] }),
    meta({ ownerReferences: [{ kind: 'A', name: 'a', uid: '2' }] }),
    [],
  ],
  [
    'the clusterIP that a server chose',
    'Service',
    object('Service', { spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] } }),
    object('Service', { spec: {} }),
    [],
  ],
  [
    'a headless Service',
    'Service',
    object('Service', { spec: { clusterIP: 'None' } }),
    object('Service', { spec: { clusterIP: '10.0.0.1' } }),
    ['spec.clusterIP'],
  ],
  [
    'the node port that a server chose',
    'Service',
    object('Service', { spec: { ports: [{ port: 80, nodePort: 30001 }] } }),
    object('Service', { spec: { ports: [{ port: 80 }] } }),
    [],
  ],
  ['an older version of the same group', 'HTTPRoute', { ...route(), apiVersion: 'gateway.networking.k8s.io/v1beta1' }, route(), []],
]

const lists: readonly Case[] = [
  ['the order of backends', 'HTTPRoute', route(rule('/', ref('a', 1), ref('b', 2))), route(rule('/', ref('b', 2), ref('a', 1))), []],
  ['the order of rules', 'HTTPRoute', route(rule('/a'), rule('/b')), route(rule('/b'), rule('/a')), ['spec.rules reordered']],
  ['a rule more', 'HTTPRoute', route(rule('/a', ref('a'))), route(rule('/a', ref('a')), rule('/b', ref('b'))), ['spec.rules[/b]']],
  [
    'a rule more in front is not every rule changed',
    'HTTPRoute',
    route(rule('/a', ref('a'))),
    route(rule('/0', ref('b')), rule('/a', ref('a'))),
    ['spec.rules[/0]'],
  ],
  [
    'a weight',
    'HTTPRoute',
    route(rule('/', ref('a', 1), ref('b', 1))),
    route(rule('/', ref('a', 1), ref('b', 2))),
    ['spec.rules[/].backendRefs[b:80].weight'],
  ],
  ['weights of one ratio', 'HTTPRoute', route(rule('/', ref('a', 50), ref('b', 50))), route(rule('/', ref('a', 1), ref('b', 1))), []],
  ['a backend of weight 0 that is not there', 'HTTPRoute', route(rule('/', ref('a', 1), ref('b', 0))), route(rule('/', ref('a', 1))), []],
  ['an absent weight is 1', 'HTTPRoute', route(rule('/', ref('a'))), route(rule('/', ref('a', 1))), [], routeSchema],
  [
    'all weights 0 and some',
    'HTTPRoute',
    route(rule('/', ref('a', 0))),
    route(rule('/', ref('a', 5))),
    ['spec.rules[/].backendRefs[a:80].weight'],
  ],
  [
    'backends of two ports',
    'HTTPRoute',
    route(rule('/', ref('a', 1))),
    route(rule('/', ref('a', 1, { port: 81 }))),
    ['spec.rules[/].backendRefs[a:80]', 'spec.rules[/].backendRefs[a:81]'],
  ],
  ['the own namespace, written or not', 'HTTPRoute', route(rule('/', ref('a', 1, { namespace: 'ai' }))), route(rule('/', ref('a', 1))), []],
  [
    'a backend twice',
    'HTTPRoute',
    route(rule('/', ref('a', 1), ref('a', 1))),
    route(rule('/', ref('a', 2), ref('a', 1))),
    ['spec.rules[/].backendRefs[a:80].weight'],
  ],
  [
    'names identify rules where all have one',
    'HTTPRoute',
    route({ name: 'x', ...rule('/a') }),
    route({ name: 'x', ...rule('/b') }),
    ['spec.rules[x].matches[/a]', 'spec.rules[x].matches[/b]'],
  ],
  [
    'the order of matches',
    'HTTPRoute',
    route({ name: 'x', matches: [path('/a'), path('/b')] }),
    route({ name: 'x', matches: [path('/b'), path('/a')] }),
    [],
  ],
  [
    'hostnames in another order',
    'HTTPRoute',
    object('HTTPRoute', { spec: { hostnames: ['a', 'b'] } }),
    object('HTTPRoute', { spec: { hostnames: ['b', 'a'] } }),
    [],
  ],
  [
    'one hostname more',
    'HTTPRoute',
    object('HTTPRoute', { spec: { hostnames: ['a'] } }),
    object('HTTPRoute', { spec: { hostnames: ['a', 'b'] } }),
    ['spec.hostnames[b]'],
  ],
  [
    'containers in another order',
    'Deployment',
    object('Deployment', { spec: { template: { spec: { containers: [{ name: 'a' }, { name: 'b' }] } } } }),
    object('Deployment', { spec: { template: { spec: { containers: [{ name: 'b' }, { name: 'a' }] } } } }),
    [],
  ],
  [
    'env in another order',
    'Deployment',
    deploy({
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    }),
    deploy({
      env: [
        { name: 'B', value: '2' },
        { name: 'A', value: '1' },
      ],
    }),
    [],
  ],
  [
    'one env',
    'Deployment',
    deploy({ env: [{ name: 'A', value: '1' }] }),
    deploy({ env: [{ name: 'A', value: '2' }] }),
    ['spec.template.spec.containers[c].env[A].value'],
  ],
  [
    'the order of init containers',
    'Deployment',
    deploy({}, { initContainers: [{ name: 'a' }, { name: 'b' }] }),
    deploy({}, { initContainers: [{ name: 'b' }, { name: 'a' }] }),
    ['spec.template.spec.initContainers reordered'],
  ],
  [
    'ports by name',
    'Service',
    object('Service', {
      spec: {
        ports: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      },
    }),
    object('Service', {
      spec: {
        ports: [
          { name: 'b', port: 2 },
          { name: 'a', port: 1 },
        ],
      },
    }),
    [],
  ],
  [
    'args in another order',
    'Deployment',
    deploy({ args: ['a', 'b'] }),
    deploy({ args: ['b', 'a'] }),
    ['spec.template.spec.containers[c].args'],
  ],
  [
    'list-map keys of the schema',
    'Widget',
    widget({ list: [{ host: 'a', port: 1 }, { host: 'b' }] }),
    widget({
      list: [
        { host: 'b', port: 80 },
        { host: 'a', port: 1 },
      ],
    }),
    [],
    listMap,
  ],
  ['a set of the schema', 'Widget', widget({ set: [1, 2] }), widget({ set: [2, 1] }), [], listMap],
  ['a list of which nothing is known', 'Widget', widget({ plain: [1, 2] }), widget({ plain: [2, 1] }), ['spec.plain']],
  [
    'registries of an McpBridge',
    'McpBridge',
    object('McpBridge', {
      spec: {
        registries: [
          { name: 'a', port: 1 },
          { name: 'b', port: 2 },
        ],
      },
    }),
    object('McpBridge', {
      spec: {
        registries: [
          { name: 'b', port: 2 },
          { name: 'a', port: 3 },
        ],
      },
    }),
    ['spec.registries[a].port'],
  ],
  [
    'match rules of a plugin by what they match',
    'WasmPlugin',
    plugin({}, { matchRules: [{ ingress: ['a'], config: { x: 1 } }] }),
    plugin({}, { matchRules: [{ ingress: ['a'], config: { x: 2 } }] }),
    ['spec.matchRules[ingress=a].config.x'],
  ],
  [
    'providers of a plugin by id',
    'WasmPlugin',
    plugin({ providers: [{ id: 'q', timeout: 1 }] }),
    plugin({ providers: [{ id: 'q', timeout: 2 }] }),
    ['spec.defaultConfig.providers[q].timeout'],
  ],
]

const values: readonly Case[] = [
  ['cpu in milli', 'Deployment', deploy({ resources: { limits: { cpu: '1000m' } } }), deploy({ resources: { limits: { cpu: 1 } } }), []],
  [
    'memory in Mi and Gi',
    'Deployment',
    deploy({ resources: { limits: { memory: '1Gi' } } }),
    deploy({ resources: { limits: { memory: '1024Mi' } } }),
    [],
  ],
  [
    'G is not Gi',
    'Deployment',
    deploy({ resources: { limits: { memory: '1G' } } }),
    deploy({ resources: { limits: { memory: '1Gi' } } }),
    ['spec.template.spec.containers[c].resources.limits.memory'],
  ],
  [
    'an exponent',
    'Deployment',
    deploy({ resources: { requests: { memory: '1e3' } } }),
    deploy({ resources: { requests: { memory: '1k' } } }),
    [],
  ],
  [
    'a decimal fraction',
    'Deployment',
    deploy({ resources: { requests: { cpu: '0.5' } } }),
    deploy({ resources: { requests: { cpu: '500m' } } }),
    [],
  ],
  [
    'a label that looks like a quantity',
    'ConfigMap',
    meta({ labels: { size: '1000m' } }),
    meta({ labels: { size: '1' } }),
    ['metadata.labels.size'],
  ],
  [
    'durations of Gateway API',
    'HTTPRoute',
    route({ ...rule('/'), timeouts: { request: '60s' } }),
    route({ ...rule('/'), timeouts: { request: '1m' } }),
    [],
    routeSchema,
  ],
  ['durations of Go', 'Widget', widget({ wait: '1m0s' }), widget({ wait: '60000ms' }), [], listMap],
  [
    'a duration by the name of its field',
    'DestinationRule',
    object('DestinationRule', { spec: { interval: '30s' } }),
    object('DestinationRule', { spec: { interval: '0.5m' } }),
    [],
  ],
  [
    'two durations',
    'HTTPRoute',
    route({ ...rule('/'), timeouts: { request: '60s' } }),
    route({ ...rule('/'), timeouts: { request: '61s' } }),
    ['spec.rules[/].timeouts.request'],
    routeSchema,
  ],
  ['an int or a string', 'Widget', widget({ either: '8080' }), widget({ either: 8080 }), [], listMap],
  ['a named port is no number', 'Widget', widget({ either: 'http' }), widget({ either: 8080 }), ['spec.either'], listMap],
  ['a number and its text elsewhere', 'ConfigMap', config({ a: '1' }), config({ a: '01' }), ['data.a']],
  ['an empty map', 'ConfigMap', object('ConfigMap', { data: {} }), object('ConfigMap'), []],
  ['an empty list', 'Widget', widget({ a: [] }), widget({}), []],
  ['null', 'Widget', widget({ a: null }), widget({}), []],
  ['maps that are empty within', 'Widget', widget({ a: { b: { c: {} } } }), widget({}), []],
  ['an empty text of a declared field', 'Widget', widget({ text: '' }), widget({}), [], listMap],
  ['an empty text of a free key', 'ConfigMap', config({ a: '' }), config({}), ['data.a']],
  [
    'an emptyDir is not nothing',
    'Deployment',
    deploy({}, { volumes: [{ name: 'v', emptyDir: {} }] }),
    deploy({}, { volumes: [{ name: 'v' }] }),
    ['spec.template.spec.volumes[v].emptyDir'],
  ],
  ['an empty selector selects all', 'Widget', widget({ podSelector: {} }), widget({}), ['spec.podSelector']],
  [
    'a port of a ConfigMap is a text',
    'ConfigMap',
    config({ port: '8080', timeout: '60s' }),
    config({ port: '08080', timeout: '1m' }),
    ['data.port', 'data.timeout'],
  ],
  [
    'annotations are texts',
    'ConfigMap',
    meta({ annotations: { 'x/timeout': '60s', 'x/port': '1' } }),
    meta({ annotations: { 'x/timeout': '1m', 'x/port': '01' } }),
    ['metadata.annotations[x/port]', 'metadata.annotations[x/timeout]'],
  ],
  [
    'plain texts of a Secret and packed ones',
    'Secret',
    object('Secret', { stringData: { a: 'b' } }),
    object('Secret', { data: { a: 'Yg==' } }),
    [],
  ],
  [
    'a plain text of a Secret that another one hides',
    'Secret',
    object('Secret', { stringData: { a: 'b' }, data: { a: 'Yw==' } }),
    object('Secret', { data: { a: 'Yw==' } }),
    ['data.a'],
  ],
  ['false is not absent', 'Widget', widget({ a: false }), widget({}), ['spec.a']],
  ['zero is not absent', 'Widget', widget({ a: 0, b: 1 }), widget({ b: 1 }), ['spec.a']],
]

const defaults: readonly Case[] = [
  ['a default of the schema', 'Widget', widget({ nested: { deep: 5, x: 1 } }), widget({ nested: { x: 1 } }), [], listMap],
  ['a default within a default', 'Widget', widget({ made: { size: 3 } }), widget({}), [], listMap],
  ['a value that is not the default', 'Widget', widget({ made: { size: 4 } }), widget({}), ['spec.made.size'], listMap],
  ['null takes the default', 'Widget', widget({ nested: { deep: null, x: 1 } }), widget({ nested: { x: 1 } }), [], listMap],
  [
    'kind and group of a backend',
    'HTTPRoute',
    route(rule('/', ref('a', 1, { group: '', kind: 'Service' }))),
    route(rule('/', ref('a', 1))),
    [],
    routeSchema,
  ],
  ['matches of a rule', 'HTTPRoute', route({ backendRefs: [ref('a')] }), route(rule('/', ref('a'))), [], routeSchema],
  [
    'the type of a header match',
    'HTTPRoute',
    route({ matches: [{ headers: [{ name: 'x', value: '1' }] }] }),
    route({ matches: [{ headers: [{ name: 'x', value: '1', type: 'Exact' }] }] }),
    [],
    routeSchema,
  ],
  [
    'replicas and strategy of a Deployment',
    'Deployment',
    object('Deployment', {
      spec: { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } },
    }),
    object('Deployment', { spec: {} }),
    [],
  ],
  [
    'what a server adds to a container',
    'Deployment',
    deploy({
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
    }),
    deploy({ ports: [{ containerPort: 80 }] }),
    [],
  ],
  [
    'what a server adds to a pod',
    'Deployment',
    deploy(
      {},
      {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        terminationGracePeriodSeconds: 30,
        securityContext: {},
      },
    ),
    deploy({}),
    [],
  ],
  [
    'a probe',
    'Deployment',
    deploy({
      readinessProbe: {
        httpGet: { port: 80, scheme: 'HTTP' },
        periodSeconds: 10,
        timeoutSeconds: 1,
        successThreshold: 1,
        failureThreshold: 3,
      },
    }),
    deploy({ readinessProbe: { httpGet: { port: 80 } } }),
    [],
  ],
  [
    'the target port of a Service',
    'Service',
    object('Service', { spec: { type: 'ClusterIP', sessionAffinity: 'None', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] } }),
    object('Service', { spec: { ports: [{ port: 80 }] } }),
    [],
  ],
  ...(
    [
      ['web', 'Always'],
      ['web:latest', 'Always'],
      ['r.example:5000/web', 'Always'],
      ['web:1', 'IfNotPresent'],
      ['r.example:5000/web:1', 'IfNotPresent'],
      ['web@sha256:00', 'IfNotPresent'],
    ] as const
  ).map(([image, imagePullPolicy]): Case => [
    `when ${image} is pulled`,
    'Deployment',
    deploy({ image, imagePullPolicy }),
    deploy({ image }),
    [],
  ]),
  [
    'another time of pulling',
    'Deployment',
    deploy({ image: 'web', imagePullPolicy: 'IfNotPresent' }),
    deploy({ image: 'web' }),
    ['spec.template.spec.containers[c].imagePullPolicy'],
  ],
  [
    'false and 0 that a server leaves out',
    'Deployment',
    object('Deployment', {
      spec: { paused: false, minReadySeconds: 0, template: { spec: { hostNetwork: false, containers: [{ name: 'c', tty: false }] } } },
    }),
    object('Deployment', { spec: { template: { spec: { containers: [{ name: 'c' }] } } } }),
    [],
  ],
  [
    'the account under its old name',
    'Deployment',
    deploy({}, { serviceAccountName: 'a', serviceAccount: 'a' }),
    deploy({}, { serviceAccountName: 'a' }),
    [],
  ],
  [
    'a rolling update without figures',
    'Deployment',
    object('Deployment', { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } } }),
    object('Deployment', { spec: { strategy: { type: 'RollingUpdate' } } }),
    [],
  ],
  [
    'a Deployment that is recreated',
    'Deployment',
    object('Deployment', { spec: { strategy: { type: 'Recreate' } } }),
    object('Deployment', { spec: {} }),
    ['spec.strategy.rollingUpdate.maxSurge', 'spec.strategy.rollingUpdate.maxUnavailable', 'spec.strategy.type'],
  ],
  [
    'the claims of a StatefulSet',
    'StatefulSet',
    object('StatefulSet', {
      spec: {
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'd' },
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
    }),
    object('StatefulSet', { spec: { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] } }),
    [],
  ],
  [
    'a Service that is seen from outside',
    'Service',
    object('Service', {
      spec: {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Cluster',
        allocateLoadBalancerNodePorts: true,
        internalTrafficPolicy: 'Cluster',
      },
    }),
    object('Service', { spec: { type: 'LoadBalancer' } }),
    [],
  ],
  [
    'how long a client stays with its Pod',
    'Service',
    object('Service', { spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } } }),
    object('Service', { spec: { sessionAffinity: 'ClientIP' } }),
    [],
  ],
  [
    'the group of a binding',
    'RoleBinding',
    object('RoleBinding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
    }),
    object('RoleBinding', { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'u' }] }),
    [],
  ],
  [
    'names and conversion of a CRD',
    'CustomResourceDefinition',
    object('CustomResourceDefinition', {
      spec: { names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
    }),
    object('CustomResourceDefinition', { spec: { names: { kind: 'Widget', plural: 'widgets' } } }),
    [],
  ],
  [
    'the name of a Namespace among its labels',
    'Namespace',
    object('Namespace', { spec: { finalizers: ['kubernetes'] } }, { labels: { 'kubernetes.io/metadata.name': 'one' } }),
    object('Namespace'),
    [],
  ],
  [
    'replicas that are not the default',
    'Deployment',
    object('Deployment', { spec: { replicas: 2 } }),
    object('Deployment', { spec: {} }),
    ['spec.replicas'],
  ],
]

const embedded: readonly Case[] = [
  ['YAML in another layout', 'ConfigMap', config({ f: 'a: 1\nb:\n  - x\n' }), config({ f: '# note\nb: [x]\na: 1\n' }), []],
  ['JSON and YAML of one value', 'ConfigMap', config({ f: '{"a": 1}' }), config({ f: 'a: 1\n' }), []],
  ['one value in it', 'ConfigMap', config({ f: 'a: 1\nb: {c: 2}\n' }), config({ f: 'a: 1\nb: {c: 3}\n' }), ['data.f.b.c']],
  ['text that is no document', 'ConfigMap', config({ f: 'a=1\n' }), config({ f: 'a=1\n\n' }), ['data.f']],
  ['a document here, text there', 'ConfigMap', config({ f: 'a: 1' }), config({ f: 'hello' }), ['data.f']],
  ['broken YAML', 'ConfigMap', config({ f: 'a: [1' }), config({ f: 'a: [2' }), ['data.f']],
  ['texts of other kinds stay texts', 'Widget', widget({ data: '{"a":1}' }), widget({ data: '{"a": 1}' }), ['spec.data']],
]

for (const [group, cases] of Object.entries({ noise, lists, values, defaults, embedded })) {
  describe(group, () => {
    for (const [name, kind, a, b, expected, schema] of cases) {
      test(name, () => {
        expect(differing(kind, a as AnyObject, b as AnyObject, schema)).toEqual(expected)
        expect(differing(kind, b as AnyObject, a as AnyObject, schema).toSorted()).toEqual([...expected].toSorted())
      })
    }
  })
}

test('the table has at least 60 cases', () => {
  expect([noise, lists, values, defaults, embedded].flat().length).toBeGreaterThanOrEqual(60)
})
