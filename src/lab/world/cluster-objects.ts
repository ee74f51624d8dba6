import type { EngineName } from '../engines/engine.ts'
import { CONTROLLER } from '../gateway/route-status.ts'
import type { KubeObject } from '../kube-object.ts'
import type { LabCenter } from './centers.ts'
import { routes } from './routes.ts'

/** What marks a cluster as a lab's: ConfigMap kube-system/tricenter-lab. */
export interface LabMarker {
  readonly controlUrl: string
  readonly engine: EngineName
  readonly runId: string
}

/** One object to be created, and the collection that takes it. */
export interface Creation {
  readonly path: string
  readonly object: KubeObject
}

export function nodeNames({ name }: LabCenter): readonly string[] {
  return [1, 2, 3].map((number) => `${name}-node-${number}`)
}

/** Everything that one center's cluster holds at the beginning, in groups: within one, the order does not matter. `scheduler` as in `LabEngine`. */
export function clusterObjects(center: LabCenter, marker: LabMarker, scheduler?: string): readonly (readonly Creation[])[] {
  return [
    [
      ...['ai-system', 'higress-system'].map((name) =>
        create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
      ),
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
      create('/apis/gateway.networking.k8s.io/v1/namespaces/higress-system/gateways', gateway()),
      ...routes().map((route) => create('/apis/gateway.networking.k8s.io/v1/namespaces/ai-system/httproutes', route)),
      create('/apis/apps/v1/namespaces/ai-system/deployments', deployment(center, scheduler)),
      create('/api/v1/namespaces/ai-system/services', service(center)),
    ],
  ]
}

const create = (path: string, object: KubeObject): Creation => ({ path, object })

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

/** The document's Gateway without its HTTPS listener, for the lab ends no TLS; and with `allowedRoutes`, without which routes of ai-system would not attach. */
function gateway(): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'higress-gateway', namespace: 'higress-system' },
    spec: {
      gatewayClassName: 'higress-gateway-class',
      listeners: [{ name: 'http', protocol: 'HTTP', port: 80, hostname: '*.example.com', allowedRoutes: { namespaces: { from: 'All' } } }],
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
          containers: [{ name: 'ai-service', image: 'lab/ai-service', ports: [{ name: 'http', containerPort: 8080 }] }],
        },
      },
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
