import type { EngineName } from '../engines/engine.ts'
import { CONTROLLER } from '../gateway/route-status.ts'
import type { KubeObject } from '../kube-object.ts'
import type { KeyPair } from '../pki.ts'
import type { LabCenter } from './centers.ts'
import { type Creation, create } from './creation.ts'
import { SYSTEM, TLS_SECRET, apart, installation } from './installation.ts'
import { routes } from './routes.ts'

/** What marks a cluster as a lab's: ConfigMap kube-system/tricenter-lab. */
export interface LabMarker {
  readonly controlUrl: string
  readonly engine: EngineName
  readonly runId: string
}

export function nodeNames({ name }: LabCenter): readonly string[] {
  return [1, 2, 3].map((number) => `${name}-node-${number}`)
}

export interface Furnishing {
  /** As in `LabEngine`. */
  readonly scheduler?: string | undefined
  /** Of the HTTPS listener; absent: no gateway and no registry are installed, somebody else will. */
  readonly tls?: KeyPair
}

/** Everything that one center's cluster holds at the beginning, in groups: within one, the order does not matter. */
export function clusterObjects(
  center: LabCenter,
  marker: LabMarker,
  { scheduler, tls }: Furnishing = {},
): readonly (readonly Creation[])[] {
  return [
    [
      ...['ai-system', SYSTEM].map((name) => create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      ...nodeNames(center).map((name) => create('/api/v1/nodes', node(name, center))),
      create('/apis/gateway.networking.k8s.io/v1/gatewayclasses', {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'GatewayClass',
        metadata: { name: 'higress-gateway-class' },
        spec: { controllerName: CONTROLLER },
      }),
      create('/api/v1/namespaces/kube-system/configmaps', configMap(marker)),
    ],
    [
      ...(tls === undefined ? [] : installation(center, { tls, scheduler })),
      create('/apis/gateway.networking.k8s.io/v1/namespaces/higress-system/gateways', gateway(tls !== undefined)),
      ...routes().map((route) => create('/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes', route)),
      create('/apis/apps/v1/namespaces/ai-system/deployments', deployment(center, scheduler)),
      create('/apis/policy/v1/namespaces/ai-system/poddisruptionbudgets', budget(center)),
      create('/api/v1/namespaces/ai-system/services', service(center)),
    ],
  ]
}

function configMap(data: LabMarker): KubeObject & { readonly data: LabMarker } {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'tricenter-lab', namespace: 'kube-system' }, data }
}

function node(name: string, { name: zone, region }: LabCenter): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone, 'topology.kubernetes.io/region': region },
    },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'node agent of the lab' }],
      nodeInfo: { kubeletVersion: 'lab' },
    },
  }
}

/** The document's Gateway (§5.4), and with `allowedRoutes`, without which routes of ai-system would not attach. */
function gateway(secure: boolean): KubeObject {
  const shared = { hostname: '*.example.com', allowedRoutes: { namespaces: { from: 'All' } } }
  const https = {
    name: 'https',
    protocol: 'HTTPS',
    port: 443,
    tls: { mode: 'Terminate', certificateRefs: [{ name: TLS_SECRET }] },
    ...shared,
  }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'higress-gateway', namespace: 'higress-system' },
    spec: {
      gatewayClassName: 'higress-gateway-class',
      listeners: [{ name: 'http', protocol: 'HTTP', port: 80, ...shared }, ...(secure ? [https] : [])],
    },
  }
}

function deployment({ app, replicas, region, name: datacenter }: LabCenter, scheduler: string | undefined): KubeObject {
  const labels = { app, region, datacenter }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: 'ai-system', labels },
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels },
        spec: {
          ...(scheduler === undefined ? {} : { schedulerName: scheduler }),
          terminationGracePeriodSeconds: 30,
          affinity: apart(app),
          containers: [
            {
              name: 'ai-service',
              image: 'lab/ai-service',
              ports: [{ name: 'http', containerPort: 8080 }],
              lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 5'] } } },
              resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1000m', memory: '2Gi' } },
            },
          ],
        },
      },
    },
  }
}

function budget({ app, replicas }: LabCenter): KubeObject {
  const spared = Math.max(1, Math.floor(replicas / 4))
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: app, namespace: 'ai-system' },
    spec: { maxUnavailable: spared, selector: { matchLabels: { app } } },
    status: {
      currentHealthy: replicas,
      desiredHealthy: replicas - spared,
      disruptionsAllowed: spared,
      expectedPods: replicas,
      observedGeneration: 1,
    },
  }
}

function service({ app }: LabCenter): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'ai-service', namespace: 'ai-system' },
    spec: { selector: { app }, ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }] },
  }
}
