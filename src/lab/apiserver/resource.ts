import type { Tree } from './json.ts'

/** How one version of a kind is served. Built-ins have no schema: what is known of them stands in `builtin-fields.ts`. */
export interface ServedVersion {
  readonly name: string
  readonly schema?: Tree
  readonly columns?: readonly Tree[]
}

/** A kind of object as this server keeps it. */
export interface Resource {
  readonly group: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  /** Preferred first. */
  readonly versions: readonly ServedVersion[]
  readonly custom: boolean
  readonly status: boolean
  readonly scale: boolean
  /** Whether `metadata.generation` counts changes of what is wanted. */
  readonly generation: boolean
}

/** Which objects a call is about. */
export interface Target {
  readonly resource: Resource
  readonly version: string
  readonly namespace: string | undefined
}

export const schemaOf = ({ resource, version }: Target): Tree | undefined => resource.versions.find(({ name }) => name === version)?.schema
export const keyOf = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string => `${plural}.${group}`
export const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`)

type Flag = 'cluster' | 'status' | 'scale' | 'generation' | 'all'

function builtin(gv: string, plural: string, kind: string, shortNames: string, ...flags: Flag[]): Resource {
  const [version = '', group = ''] = gv.split('/').reverse()
  const has = (flag: Flag) => flags.includes(flag)
  return {
    group,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !has('cluster'),
    shortNames: shortNames.split(' ').filter(Boolean),
    categories: has('all') ? ['all'] : [],
    versions: [{ name: version }],
    custom: false,
    status: has('status'),
    scale: has('scale'),
    generation: has('generation'),
  }
}

/** The kinds that the embedded server has from the start; all else comes by CustomResourceDefinition. */
export const builtins: readonly Resource[] = [
  builtin('v1', 'namespaces', 'Namespace', 'ns', 'cluster', 'status'),
  builtin('v1', 'nodes', 'Node', 'no', 'cluster', 'status'),
  builtin('v1', 'pods', 'Pod', 'po', 'status', 'generation', 'all'),
  builtin('v1', 'services', 'Service', 'svc', 'status', 'all'),
  builtin('v1', 'endpoints', 'Endpoints', 'ep'),
  builtin('v1', 'configmaps', 'ConfigMap', 'cm'),
  builtin('v1', 'secrets', 'Secret', ''),
  builtin('v1', 'serviceaccounts', 'ServiceAccount', 'sa'),
  builtin('v1', 'events', 'Event', 'ev'),
  builtin('apps/v1', 'deployments', 'Deployment', 'deploy', 'status', 'scale', 'generation', 'all'),
  builtin('apps/v1', 'replicasets', 'ReplicaSet', 'rs', 'status', 'scale', 'generation', 'all'),
  builtin('apps/v1', 'statefulsets', 'StatefulSet', 'sts', 'status', 'scale', 'generation', 'all'),
  builtin('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'hpa', 'status', 'all'),
  builtin('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', 'pdb', 'status', 'generation'),
  builtin('coordination.k8s.io/v1', 'leases', 'Lease', ''),
  builtin('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', '', 'generation'),
  builtin('networking.k8s.io/v1', 'ingresses', 'Ingress', 'ing', 'status', 'generation'),
  builtin('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', 'netpol', 'generation'),
  builtin('rbac.authorization.k8s.io/v1', 'roles', 'Role', ''),
  builtin('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', ''),
  builtin('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', '', 'cluster'),
  builtin('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', '', 'cluster'),
  builtin(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    'crd crds',
    'cluster',
    'status',
    'generation',
  ),
]

/** What a CustomResourceDefinition makes the server serve. */
export function resourceOf(definition: Tree): Resource {
  const { group, names, scope, versions } = definition['spec']
  const served = versions.filter((version: Tree) => version['served'])
  return {
    group,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    namespaced: scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    versions: served
      .map((version: Tree) => ({
        name: version['name'],
        schema: version['schema']?.openAPIV3Schema ?? { type: 'object' },
        columns: version['additionalPrinterColumns'] ?? [],
      }))
      .sort((a: ServedVersion, b: ServedVersion) => maturity(b.name) - maturity(a.name)),
    custom: true,
    status: served.some((version: Tree) => version['subresources']?.status !== undefined),
    scale: false,
    generation: true,
  }
}

/** v2 before v1 before v1beta2 before v1beta1 before v1alpha1, as Kubernetes orders versions. */
function maturity(version: string): number {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
  return (stage === undefined ? 2_000_000 : stage === 'beta' ? 1_000_000 : 0) + Number(major) * 1000 + Number(minor)
}
