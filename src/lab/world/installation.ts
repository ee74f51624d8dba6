import type { KubeObject } from '../kube-object.ts'
import type { KeyPair } from '../pki.ts'
import type { LabCenter } from './centers.ts'
import { type Creation, create } from './creation.ts'

export const SYSTEM = 'higress-system'
export const GATEWAY = 'higress-gateway'
const CONTROLLER = 'higress-controller'
/** What the chart `higress/higress` of this version would have made, as far as somebody looks at it. */
const VERSION = '2.1.9'
const HUB = 'higress-registry.cn-hangzhou.cr.aliyuncs.com/higress'
/** Named by the Gateway's HTTPS listener (§5.4). */
export const TLS_SECRET = 'ai-gateway-tls'

export interface InstallationOptions {
  /** Of the HTTPS listener. */
  readonly tls: KeyPair
  /** As in `LabEngine`. */
  readonly scheduler: string | undefined
}

/** Higress and Nacos as they stand in one center's cluster: §4.3 to §4.5 and §9, with the affinity that one zone can give and the egress that other centers' backends need. */
export function installation(center: LabCenter, options: InstallationOptions): readonly Creation[] {
  const core = `/api/v1/namespaces/${SYSTEM}`
  const apps = `/apis/apps/v1/namespaces/${SYSTEM}`
  return [
    create(`${core}/configmaps`, config(center)),
    create(`${core}/secrets`, secret(options.tls)),
    create(`${core}/services`, gatewayService()),
    create(`${core}/services`, controllerService()),
    create(`${core}/services`, registryService(center)),
    create(`${apps}/deployments`, gatewayDeployment(center, options)),
    create(`${apps}/deployments`, controllerDeployment(center, options)),
    create(`${apps}/statefulsets`, registrySet(center, options)),
    create(`/apis/autoscaling/v2/namespaces/${SYSTEM}/horizontalpodautoscalers`, autoscaler(center)),
    create(`/apis/policy/v1/namespaces/${SYSTEM}/poddisruptionbudgets`, disruptionBudget(center)),
    create(`/apis/networking.k8s.io/v1/namespaces/${SYSTEM}/networkpolicies`, networkPolicy()),
    create(`/apis/networking.higress.io/v1/namespaces/${SYSTEM}/mcpbridges`, bridge(center)),
  ]
}

/** Pods of the installation, all told, that a node agent brings up. */
export function installedPods({ gateways, controllers, registries }: LabCenter): number {
  return gateways + controllers + registries
}

const selectorOf = (app: string): Readonly<Record<string, string>> => ({
  app,
  higress: app === GATEWAY ? `${SYSTEM}-${GATEWAY}` : app,
})
const labelsOf = (app: string): Readonly<Record<string, string>> => ({
  ...selectorOf(app),
  'app.kubernetes.io/name': app,
  'app.kubernetes.io/version': VERSION,
})
const scheduled = (scheduler: string | undefined): object => (scheduler === undefined ? {} : { schedulerName: scheduler })
const resources = (cpu: string, memory: string, cpuLimit: string, memoryLimit: string): object => ({
  requests: { cpu, memory },
  limits: { cpu: cpuLimit, memory: memoryLimit },
})
/** Preferred: within one zone a rule that is required over zones would leave all replicas but one Pending. */
export const apart = (app: string): object => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' } },
    ],
  },
})

function gatewayDeployment({ name: zone, region, gateways, role }: LabCenter, { scheduler }: InstallationOptions): KubeObject {
  const size = role === 'active' ? resources('2000m', '4Gi', '4000m', '8Gi') : resources('1000m', '2Gi', '2000m', '4Gi')
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: GATEWAY, namespace: SYSTEM, labels: labelsOf(GATEWAY) },
    spec: {
      replicas: gateways,
      selector: { matchLabels: selectorOf(GATEWAY) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '25%' } },
      template: {
        metadata: { labels: { ...selectorOf(GATEWAY), region, zone } },
        spec: {
          ...scheduled(scheduler),
          terminationGracePeriodSeconds: 60,
          affinity: apart(GATEWAY),
          containers: [
            {
              name: GATEWAY,
              image: `${HUB}/gateway:${VERSION}`,
              args: ['proxy', 'router'],
              ports: [
                { name: 'http', containerPort: 80 },
                { name: 'https', containerPort: 443 },
                { name: 'istio-prom', containerPort: 15020 },
                { name: 'http-envoy-prom', containerPort: 15090 },
              ],
              readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 2, failureThreshold: 30 },
              lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 15'] } } },
              resources: size,
            },
          ],
        },
      },
    },
  }
}

function controllerDeployment({ controllers }: LabCenter, { scheduler }: InstallationOptions): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: CONTROLLER, namespace: SYSTEM, labels: labelsOf(CONTROLLER) },
    spec: {
      replicas: controllers,
      selector: { matchLabels: selectorOf(CONTROLLER) },
      template: {
        metadata: { labels: selectorOf(CONTROLLER) },
        spec: {
          ...scheduled(scheduler),
          affinity: apart(CONTROLLER),
          containers: [
            {
              name: 'higress-core',
              image: `${HUB}/higress:${VERSION}`,
              args: ['serve'],
              ports: [
                { name: 'http', containerPort: 8888 },
                { name: 'grpc', containerPort: 15051 },
              ],
              readinessProbe: { httpGet: { path: '/ready', port: 8888 }, periodSeconds: 3 },
              resources: resources('500m', '1Gi', '1000m', '2Gi'),
            },
            {
              name: 'discovery',
              image: `${HUB}/pilot:${VERSION}`,
              args: ['discovery'],
              ports: [{ name: 'grpc-xds', containerPort: 15010 }],
              readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 3 },
              resources: resources('500m', '1Gi', '1000m', '2Gi'),
            },
          ],
        },
      },
    },
  }
}

/** What the center's own Nacos is called (§2.3). */
function registryName({ alias }: LabCenter): string {
  return `nacos-${alias}`
}

function registrySet(center: LabCenter, { scheduler }: InstallationOptions): KubeObject {
  const name = registryName(center)
  const labels = { app: 'nacos', 'app.kubernetes.io/instance': name }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: SYSTEM, labels },
    spec: {
      replicas: center.registries,
      serviceName: name,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...scheduled(scheduler),
          affinity: apart('nacos'),
          containers: [
            {
              name: 'nacos',
              image: 'nacos/nacos-server:v2.3.0',
              ports: [
                { name: 'http', containerPort: 8848 },
                { name: 'client-rpc', containerPort: 9848 },
              ],
              readinessProbe: { httpGet: { path: '/nacos/v1/console/health/readiness', port: 8848 }, periodSeconds: 5 },
              resources: resources('500m', '1Gi', '1000m', '2Gi'),
            },
          ],
        },
      },
    },
  }
}

function registryService(center: LabCenter): KubeObject {
  return service(registryName(center), { app: 'nacos' }, { app: 'nacos', 'app.kubernetes.io/instance': registryName(center) }, [
    ['http', 8848],
    ['client-rpc', 9848],
  ])
}

function controllerService(): KubeObject {
  return service(CONTROLLER, labelsOf(CONTROLLER), selectorOf(CONTROLLER), [
    ['http', 8888],
    ['grpc', 15051],
    ['grpc-xds', 15010],
  ])
}

function gatewayService(): KubeObject {
  const made = service(GATEWAY, labelsOf(GATEWAY), selectorOf(GATEWAY), [
    ['http2', 80],
    ['https', 443],
  ])
  return { ...made, spec: { ...made.spec, type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } }
}

function service(name: string, labels: object, selector: object, ports: readonly (readonly [string, number])[]): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: SYSTEM, labels: { ...labels } },
    spec: { selector, ports: ports.map(([of, port]) => ({ name: of, port, targetPort: port, protocol: 'TCP' })) },
  }
}

/** The access log is on (§9.3). */
function config({ name }: LabCenter): KubeObject & { readonly data: object } {
  const mesh = [
    'accessLogEncoding: TEXT',
    'accessLogFile: /dev/stdout',
    'accessLogFormat: \'{"authority":"%REQ(:AUTHORITY)%","path":"%REQ(:PATH)%","response_code":"%RESPONSE_CODE%"}\'',
    'defaultConfig:',
    `  discoveryAddress: ${CONTROLLER}.${SYSTEM}.svc:15012`,
    'enablePrometheusMerge: true',
    'trustDomain: cluster.local',
  ]
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'higress-config', namespace: SYSTEM, labels: labelsOf(GATEWAY) },
    data: { mesh: `${mesh.join('\n')}\n`, meshNetworks: 'networks: {}\n', higress: `downstream:\n  idleTimeout: 180\n# ${name}\n` },
  }
}

function secret({ cert, key }: KeyPair): KubeObject & { readonly data: object; readonly type: string } {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: TLS_SECRET, namespace: SYSTEM },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(cert), 'tls.key': base64(key) },
  }
}

function autoscaler({ gateways, role }: LabCenter): KubeObject {
  const condition = (type: string, reason: string): object => ({ type, status: 'True', reason, message: '' })
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: GATEWAY, namespace: SYSTEM, labels: labelsOf(GATEWAY) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: GATEWAY },
      minReplicas: gateways,
      maxReplicas: role === 'active' ? 10 : 6,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    },
    // Nobody scales in a lab: what a quiet one would say.
    status: {
      currentReplicas: gateways,
      desiredReplicas: gateways,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12, averageValue: '240m' } } }],
      conditions: [condition('AbleToScale', 'ReadyForNewScale'), condition('ScalingActive', 'ValidMetricFound')],
    },
  }
}

function disruptionBudget({ gateways }: LabCenter): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: GATEWAY, namespace: SYSTEM, labels: labelsOf(GATEWAY) },
    spec: { minAvailable: gateways - 1, selector: { matchLabels: selectorOf(GATEWAY) } },
    status: {
      currentHealthy: gateways,
      desiredHealthy: gateways - 1,
      disruptionsAllowed: 1,
      expectedPods: gateways,
      observedGeneration: 1,
    },
  }
}

/** The documented egress (§9.3) reaches namespaces of its own cluster only: backends of other centers, Nacos, the controller and DNS would be cut off. This one lets them through. */
function networkPolicy(): KubeObject {
  const ports = (...numbers: readonly number[]): readonly object[] => numbers.map((port) => ({ protocol: 'TCP', port }))
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'higress-network-policy', namespace: SYSTEM },
    spec: {
      podSelector: { matchLabels: { app: GATEWAY } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: ports(80, 443, 15020, 15090) }],
      egress: [
        { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: ports(8080, 8848, 9848) },
        { to: [{ podSelector: { matchLabels: { app: CONTROLLER } } }], ports: ports(15010, 15012, 15051) },
        {
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    },
  }
}

/** Its own Nacos alone: the registries of the centers are kept alike, so that each knows the services of all. */
function bridge(center: LabCenter): KubeObject {
  const name = registryName(center)
  return {
    apiVersion: 'networking.higress.io/v1',
    kind: 'McpBridge',
    metadata: { name: 'default', namespace: SYSTEM },
    spec: {
      registries: [
        {
          name,
          type: 'nacos2',
          domain: `${name}.${SYSTEM}.svc.cluster.local`,
          port: 8848,
          nacosNamespaceId: 'public',
          nacosGroups: ['DEFAULT_GROUP'],
        },
      ],
    },
  }
}
