import type { ComparedKind } from './compare.ts'

/** How an API serves a kind. */
export type ServedKind = Pick<ComparedKind, 'group' | 'version' | 'plural' | 'kind' | 'namespaced'>

const of = (apiVersion: string, kind: string, plural: string, namespaced = true): ServedKind => {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group, version: version ?? '', plural, kind, namespaced }
}

/** Kinds that need not be explained in a topology. Others name their apiVersion and plural. */
const knownKinds: readonly ServedKind[] = [
  of('v1', 'ConfigMap', 'configmaps'),
  of('v1', 'Namespace', 'namespaces', false),
  of('v1', 'Secret', 'secrets'),
  of('v1', 'Service', 'services'),
  of('v1', 'ServiceAccount', 'serviceaccounts'),
  of('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false),
  of('apps/v1', 'DaemonSet', 'daemonsets'),
  of('apps/v1', 'Deployment', 'deployments'),
  of('apps/v1', 'StatefulSet', 'statefulsets'),
  of('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  of('extensions.higress.io/v1alpha1', 'WasmPlugin', 'wasmplugins'),
  of('gateway.networking.k8s.io/v1', 'BackendTLSPolicy', 'backendtlspolicies'),
  of('gateway.networking.k8s.io/v1', 'GRPCRoute', 'grpcroutes'),
  of('gateway.networking.k8s.io/v1', 'Gateway', 'gateways'),
  of('gateway.networking.k8s.io/v1', 'GatewayClass', 'gatewayclasses', false),
  of('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
  of('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', 'referencegrants'),
  of('networking.higress.io/v1', 'Http2Rpc', 'http2rpcs'),
  of('networking.higress.io/v1', 'McpBridge', 'mcpbridges'),
  of('networking.istio.io/v1', 'DestinationRule', 'destinationrules'),
  of('networking.istio.io/v1', 'ServiceEntry', 'serviceentries'),
  of('networking.istio.io/v1', 'VirtualService', 'virtualservices'),
  of('networking.istio.io/v1alpha3', 'EnvoyFilter', 'envoyfilters'),
  of('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  of('networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false),
  of('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  of('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  of('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
]

export function knownKind(kind: string, group?: string): ServedKind | undefined {
  return knownKinds.find((one) => one.kind === kind && (group === undefined || one.group === group))
}
