import type { Resource } from './resource.ts'
import { isMap, type KubeObject, type Tree } from './json.ts'
import { valueAt } from './selectors.ts'

/** A column of `kubectl get`; `wide` ones are shown by `-o wide` only. `now` is in ms. */
interface Column {
  readonly name: string
  readonly wide?: boolean
  readonly cell: (object: KubeObject, now: number) => unknown
}

const at = (path: string) => (object: KubeObject) => valueAt(object, path.split('.'))
const or =
  (cell: Column['cell'], otherwise: unknown): Column['cell'] =>
  (object, now) =>
    cell(object, now) ?? otherwise
const ageColumn: Column = { name: 'Age', cell: ({ metadata }, now) => ago(metadata.creationTimestamp, now) }
const containers = (pod: Tree | undefined): Tree[] => pod?.['containers'] ?? []
const selector = (map: Tree | undefined) =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '<none>'
const templateColumns: readonly Column[] = [
  {
    name: 'Containers',
    wide: true,
    cell: ({ spec }) =>
      containers(spec.template?.spec)
        .map((one) => one['name'])
        .join(','),
  },
  {
    name: 'Images',
    wide: true,
    cell: ({ spec }) =>
      containers(spec.template?.spec)
        .map((one) => one['image'])
        .join(','),
  },
  { name: 'Selector', wide: true, cell: ({ spec }) => selector(spec.selector?.matchLabels) },
]

function externalAddress({ spec, status }: KubeObject): string {
  const given = (status?.loadBalancer?.ingress ?? []).map((one: Tree) => one['ip'] ?? one['hostname'])
  return spec.externalName ?? (given.length > 0 ? given.join(',') : spec.type === 'LoadBalancer' ? '<pending>' : '<none>')
}

/** `cpu: 12%/70%` per metric of a resource; what nobody measured is `<unknown>`. */
function scalingTargets({ spec, status }: KubeObject): string {
  const shown = (spec.metrics ?? []).map(({ resource }: Tree) => {
    const current = status?.currentMetrics?.find((one: Tree) => one['resource']?.name === resource?.name)?.resource?.current
    const wanted = resource?.target?.averageUtilization
    const [now, limit] =
      wanted === undefined
        ? [current?.averageValue, resource?.target?.averageValue]
        : [current?.averageUtilization === undefined ? undefined : `${current.averageUtilization}%`, `${wanted}%`]
    return `${resource?.name}: ${now ?? '<unknown>'}/${limit}`
  })
  return shown.join(', ') || '<none>'
}

const columns: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [{ name: 'Status', cell: at('status.phase') }, ageColumn],
  Node: [
    {
      name: 'Status',
      cell: ({ status }) =>
        status?.conditions?.some((one: Tree) => one['type'] === 'Ready' && one['status'] === 'True') ? 'Ready' : 'NotReady',
    },
    { name: 'Roles', cell: () => '<none>' },
    ageColumn,
    { name: 'Version', cell: or(at('status.nodeInfo.kubeletVersion'), '') },
  ],
  Pod: [
    {
      name: 'Ready',
      cell: ({ spec, status }) =>
        `${(status?.containerStatuses ?? []).filter((one: Tree) => one['ready']).length}/${containers(spec).length}`,
    },
    {
      name: 'Status',
      cell: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.reason ?? status?.phase ?? 'Unknown')),
    },
    {
      name: 'Restarts',
      cell: ({ status }) =>
        String((status?.containerStatuses ?? []).reduce((sum: number, one: Tree) => sum + (one['restartCount'] ?? 0), 0)),
    },
    ageColumn,
    { name: 'IP', wide: true, cell: or(at('status.podIP'), '<none>') },
    { name: 'Node', wide: true, cell: or(at('spec.nodeName'), '<none>') },
  ],
  Service: [
    { name: 'Type', cell: at('spec.type') },
    { name: 'Cluster-IP', cell: or(at('spec.clusterIP'), '<none>') },
    { name: 'External-IP', cell: externalAddress },
    {
      name: 'Port(s)',
      cell: ({ spec }) =>
        (spec.ports ?? [])
          .map((port: Tree) => `${port['port']}${port['nodePort'] ? `:${port['nodePort']}` : ''}/${port['protocol']}`)
          .join(',') || '<none>',
    },
    ageColumn,
    { name: 'Selector', wide: true, cell: ({ spec }) => selector(spec.selector) },
  ],
  Endpoints: [
    {
      name: 'Endpoints',
      cell: ({ subsets }) =>
        (subsets ?? [])
          .flatMap((set: Tree) =>
            (set['addresses'] ?? []).flatMap((one: Tree) => (set['ports'] ?? []).map((port: Tree) => `${one['ip']}:${port['port']}`)),
          )
          .join(',') || '<none>',
    },
    ageColumn,
  ],
  EndpointSlice: [
    { name: 'AddressType', cell: at('addressType') },
    { name: 'Ports', cell: ({ ports }) => (ports ?? []).map((port: Tree) => port['port']).join(',') || '<unset>' },
    { name: 'Endpoints', cell: ({ endpoints }) => (endpoints ?? []).flatMap((one: Tree) => one['addresses']).join(',') || '<unset>' },
    ageColumn,
  ],
  ConfigMap: [{ name: 'Data', cell: (object) => String(Object.keys({ ...object['data'], ...object['binaryData'] }).length) }, ageColumn],
  Secret: [
    { name: 'Type', cell: at('type') },
    { name: 'Data', cell: (object) => String(Object.keys(object['data'] ?? {}).length) },
    ageColumn,
  ],
  Event: [
    {
      name: 'Last Seen',
      cell: (object, now) => ago(object['lastTimestamp'] ?? object['eventTime'] ?? object.metadata.creationTimestamp, now),
    },
    { name: 'Type', cell: at('type') },
    { name: 'Reason', cell: at('reason') },
    { name: 'Object', cell: ({ involvedObject }) => `${String(involvedObject?.kind).toLowerCase()}/${involvedObject?.name}` },
    { name: 'Message', cell: at('message') },
  ],
  Deployment: [
    { name: 'Ready', cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}` },
    { name: 'Up-to-date', cell: ({ status }) => String(status?.updatedReplicas ?? 0) },
    { name: 'Available', cell: ({ status }) => String(status?.availableReplicas ?? 0) },
    ageColumn,
    ...templateColumns,
  ],
  ReplicaSet: [
    { name: 'Desired', cell: ({ spec }) => String(spec.replicas) },
    { name: 'Current', cell: ({ status }) => String(status?.replicas ?? 0) },
    { name: 'Ready', cell: ({ status }) => String(status?.readyReplicas ?? 0) },
    ageColumn,
    ...templateColumns,
  ],
  StatefulSet: [
    { name: 'Ready', cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas}` },
    ageColumn,
    ...templateColumns.slice(0, 2),
  ],
  HorizontalPodAutoscaler: [
    { name: 'Reference', cell: ({ spec }) => `${spec.scaleTargetRef?.kind}/${spec.scaleTargetRef?.name}` },
    { name: 'Targets', cell: scalingTargets },
    { name: 'MinPods', cell: ({ spec }) => String(spec.minReplicas) },
    { name: 'MaxPods', cell: ({ spec }) => String(spec.maxReplicas) },
    { name: 'Replicas', cell: ({ status }) => String(status?.currentReplicas ?? 0) },
    ageColumn,
  ],
  PodDisruptionBudget: [
    { name: 'Min Available', cell: ({ spec }) => String(spec.minAvailable ?? 'N/A') },
    { name: 'Max Unavailable', cell: ({ spec }) => String(spec.maxUnavailable ?? 'N/A') },
    { name: 'Allowed Disruptions', cell: ({ status }) => String(status?.disruptionsAllowed ?? 0) },
    ageColumn,
  ],
  NetworkPolicy: [{ name: 'Pod-Selector', cell: ({ spec }) => selector(spec.podSelector?.matchLabels) }, ageColumn],
  Lease: [{ name: 'Holder', cell: or(at('spec.holderIdentity'), '') }, ageColumn],
  Ingress: [
    { name: 'Class', cell: or(at('spec.ingressClassName'), '<none>') },
    { name: 'Hosts', cell: ({ spec }) => (spec.rules ?? []).map((rule: Tree) => rule['host'] ?? '*').join(',') || '*' },
    ageColumn,
  ],
  RoleBinding: [{ name: 'Role', cell: ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}` }, ageColumn],
  ClusterRoleBinding: [{ name: 'Role', cell: ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}` }, ageColumn],
  CustomResourceDefinition: [{ name: 'Created At', cell: ({ metadata }) => metadata.creationTimestamp }],
}

/** How long ago, as kubectl shows it. */
function ago(time: string | undefined, now: number): string {
  if (time === undefined) return '<unknown>'
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** A column that a CRD declares by JSONPath; the forms that CRDs use are read: fields, `[*]`, `[0]` and one equality filter. */
function declared({ name, jsonPath, type, priority = 0 }: Tree): Column {
  const steps: string[] = jsonPath.match(/\.[^.[]+|\[[^\]]*\]/g) ?? []
  const cell = (object: KubeObject, now: number) => {
    const found = steps.reduce<unknown[]>((values, step) => values.flatMap((value) => follow(value, step)), [object])
    const value = found[0]
    if (type === 'date') return typeof value === 'string' ? ago(value, now) : '<unknown>'
    return found.length === 0
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : type === 'integer' || type === 'number'
          ? value
          : String(value)
  }
  return { name, wide: priority > 0, cell }
}

function follow(value: unknown, step: string): unknown[] {
  const filter = /^\[\?\(@\.(\w+)\s*==\s*['"]([^'"]*)['"]\)\]$/.exec(step)
  if (step === '[*]') return Array.isArray(value) ? value : []
  if (filter !== null) return Array.isArray(value) ? value.filter((item) => isMap(item) && item[filter[1]!] === filter[2]) : []
  const key = step.replace(/^\.|[[\]'"]/g, '')
  const next = isMap(value) || Array.isArray(value) ? (value as Tree)[key] : undefined
  return next === undefined ? [] : [next]
}

/** Writes objects as the rows of a `Table`, which is what kubectl prints. */
export class TableWriter {
  readonly #columns: readonly Column[]
  readonly #include: string
  readonly #now: number

  /** `include`: what a row carries of its object: `Metadata`, `Object` or `None`. */
  constructor({ kind, custom, versions }: Resource, version: string, include: string, now: number) {
    const given = versions.find(({ name }) => name === version)?.columns ?? []
    this.#columns = custom ? (given.length > 0 ? given.map(declared) : [ageColumn]) : (columns[kind] ?? [ageColumn])
    this.#include = include
    this.#now = now
  }

  write(objects: readonly KubeObject[], metadata: Tree, withColumns = true): Tree {
    const definitions = [
      { name: 'Name', format: 'name', priority: 0 },
      ...this.#columns.map(({ name, wide = false }) => ({ name, format: '', priority: wide ? 1 : 0 })),
    ]
    const columnDefinitions = withColumns ? definitions.map((column) => ({ type: 'string', description: '', ...column })) : []
    return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows: objects.map((object) => this.#row(object)) }
  }

  #row(object: KubeObject): Tree {
    const cells = [object.metadata.name, ...this.#columns.map(({ cell }) => cell(object, this.#now) ?? '')]
    const shown = this.#include === 'Object' ? object : this.#include === 'None' ? undefined : partial(object)
    return { cells, ...(shown && { object: shown }) }
  }
}

export const partial = ({ metadata }: KubeObject): Tree => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
