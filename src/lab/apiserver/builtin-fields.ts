import { duplicateValue, invalidValue, requiredValue, type FieldError } from './api-error.ts'
import { isEmpty, isMap, type KubeObject, type Tree } from './json.ts'
import { matchesSelector } from './selectors.ts'

const podSpec =
  'activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes workloadRef'
const container =
  'args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir'

/** The fields of `spec` by kind, to one level: an unknown one is told of and dropped. What lies deeper is taken as it comes, except pod templates. */
const specFields: Readonly<Record<string, string>> = {
  Namespace: 'finalizers',
  Node: 'configSource externalID podCIDR podCIDRs providerID taints unschedulable',
  Pod: podSpec,
  Service:
    'allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type',
  Deployment: 'minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy template',
  ReplicaSet: 'minReadySeconds replicas selector template',
  StatefulSet:
    'minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas revisionHistoryLimit selector serviceName template updateStrategy volumeClaimTemplates',
  HorizontalPodAutoscaler: 'behavior maxReplicas metrics minReplicas scaleTargetRef',
  PodDisruptionBudget: 'maxUnavailable minAvailable selector unhealthyPodEvictionPolicy',
  Lease: 'acquireTime holderIdentity leaseDurationSeconds leaseTransitions preferredHolder renewTime strategy',
  Ingress: 'defaultBackend ingressClassName rules tls',
  NetworkPolicy: 'egress ingress podSelector policyTypes',
  CustomResourceDefinition: 'conversion group names preserveUnknownFields scope versions',
}

/** The fields of an object beside apiVersion, kind and metadata, by kind; others have `spec` and `status`. */
const topFields: Readonly<Record<string, string>> = {
  ConfigMap: 'data binaryData immutable',
  Secret: 'data stringData type immutable',
  ServiceAccount: 'secrets imagePullSecrets automountServiceAccountToken',
  Endpoints: 'subsets',
  EndpointSlice: 'addressType endpoints ports',
  Event:
    'involvedObject reason message source firstTimestamp lastTimestamp count type eventTime series action related reportingComponent reportingInstance',
  Role: 'rules',
  ClusterRole: 'rules aggregationRule',
  RoleBinding: 'subjects roleRef',
  ClusterRoleBinding: 'subjects roleRef',
}

/** Drops what a built-in's type has no field for, in place; returns the paths. */
export function pruneBuiltin(object: KubeObject): string[] {
  const removed = keep(object, `apiVersion kind metadata ${topFields[object.kind] ?? 'spec status'}`, '')
  const { spec } = object
  if (!isMap(spec)) return removed
  const known = specFields[object.kind]
  if (known !== undefined) removed.push(...keep(spec, known, 'spec.'))
  const template = object.kind === 'Pod' ? spec : spec['template']?.spec
  const path = object.kind === 'Pod' ? 'spec.' : 'spec.template.spec.'
  if (!isMap(template)) return removed
  if (object.kind !== 'Pod') removed.push(...keep(template, podSpec, path))
  for (const list of ['containers', 'initContainers']) {
    for (const [i, item] of (template[list] ?? []).entries())
      if (isMap(item)) removed.push(...keep(item, container, `${path}${list}[${i}].`))
  }
  return removed
}

function keep(map: Tree, known: string, path: string): string[] {
  const names = known.split(' ')
  const removed = Object.keys(map).filter((key) => !names.includes(key))
  for (const key of removed) delete map[key]
  return removed.map((key) => path + key)
}

/** Built-ins are typed on a real server: nulls, empty lists and empty string maps do not come back. */
export function dropEmpty(value: Tree): void {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || (Array.isArray(inner) && inner.length === 0)) delete value[key]
    else if (stringMaps.has(key) && isEmpty(inner)) delete value[key]
    else if (Array.isArray(inner)) for (const item of inner.filter(isMap)) dropEmpty(item)
    else if (isMap(inner) && !opaque.has(key)) dropEmpty(inner)
  }
}
const stringMaps = new Set(['labels', 'annotations', 'data', 'binaryData', 'nodeSelector', 'matchLabels'])
const opaque = new Set(['openAPIV3Schema', 'fieldsV1'])

function defaults(target: Tree, values: Tree): void {
  for (const [key, value] of Object.entries(values)) target[key] ??= value
}

function defaultPodSpec(spec: Tree): void {
  defaults(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  })
  for (const one of [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])]) {
    const tagged = /[:@][^/]*$/.test(one.image ?? '') && !one.image.endsWith(':latest')
    defaults(one, {
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: tagged ? 'IfNotPresent' : 'Always',
    })
    for (const port of one.ports ?? []) defaults(port, { protocol: 'TCP' })
    for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
      if (one[name] === undefined) continue
      defaults(one[name], { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
      if (one[name].httpGet !== undefined) defaults(one[name].httpGet, { path: '/', scheme: 'HTTP' })
    }
  }
}

const defaulters: Readonly<Record<string, (object: KubeObject) => void>> = {
  Namespace: (object) => {
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name }
    object['spec'] ??= { finalizers: ['kubernetes'] }
    object['status'] ??= { phase: 'Active' }
  },
  Pod: (object) => {
    defaultPodSpec(object['spec'])
    defaults(object['spec'], { enableServiceLinks: true, serviceAccountName: 'default' })
    object['status'] ??= { phase: 'Pending', qosClass: 'BestEffort' }
  },
  Service: ({ spec }) => {
    defaults(spec, { type: 'ClusterIP', sessionAffinity: 'None' })
    if (spec.type === 'ExternalName') return
    defaults(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })
    for (const port of spec.ports ?? []) defaults(port, { protocol: 'TCP', targetPort: port.port })
  },
  Deployment: ({ spec }) => {
    defaults(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} })
    defaults(spec.strategy, { type: 'RollingUpdate' })
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {}
      defaults(spec.strategy.rollingUpdate, { maxUnavailable: '25%', maxSurge: '25%' })
    }
    defaultTemplate(spec)
  },
  ReplicaSet: ({ spec }) => {
    defaults(spec, { replicas: 1 })
    defaultTemplate(spec)
  },
  StatefulSet: ({ spec }) => {
    defaults(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    })
    defaults(spec, { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } })
    defaultTemplate(spec)
  },
  Secret: (object) => {
    object['type'] ??= 'Opaque'
    for (const [key, text] of Object.entries<string>(object['stringData'] ?? {}))
      (object['data'] ??= {})[key] = Buffer.from(text).toString('base64')
    delete object['stringData']
  },
  HorizontalPodAutoscaler: ({ spec }) =>
    defaults(spec, {
      minReplicas: 1,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    }),
  NetworkPolicy: ({ spec }) => {
    defaults(spec, { policyTypes: ['Ingress', ...(spec.egress === undefined ? [] : ['Egress'])] })
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) defaults(port, { protocol: 'TCP' })
  },
  RoleBinding: defaultBinding,
  ClusterRoleBinding: defaultBinding,
  CustomResourceDefinition: ({ spec }) => {
    defaults(spec, { conversion: { strategy: 'None' } })
    defaults(spec.names, { listKind: `${spec.names.kind}List`, singular: spec.names.kind.toLowerCase() })
  },
}

function defaultTemplate(spec: Tree): void {
  if (!isMap(spec['template']?.spec)) return
  spec['template'].metadata ??= {}
  defaultPodSpec(spec['template'].spec)
}

function defaultBinding(object: KubeObject): void {
  defaults(object['roleRef'] ?? {}, { apiGroup: 'rbac.authorization.k8s.io' })
  for (const subject of object['subjects'] ?? [])
    if (subject.kind !== 'ServiceAccount') defaults(subject, { apiGroup: 'rbac.authorization.k8s.io' })
}

/** Fills in, in place, what the real server fills in for a built-in. */
export function defaultBuiltin(object: KubeObject): void {
  if (specFields[object.kind] !== undefined && object.kind !== 'Namespace' && object.kind !== 'Node') object['spec'] ??= {}
  defaulters[object.kind]?.(object)
}

/** The mistakes in built-ins that people make; far from all that the real server finds. */
export function validateBuiltin(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { spec = {} } = object
  switch (object.kind) {
    case 'Pod':
      return podErrors(spec, 'spec')
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return workloadErrors(spec, old?.['spec'])
    case 'Service':
      return serviceErrors(spec)
    case 'HorizontalPodAutoscaler':
      return autoscalerErrors(spec)
    case 'PodDisruptionBudget':
      return spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined
        ? [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
        : []
    case 'ConfigMap':
    case 'Secret':
      return old?.['immutable'] === true && JSON.stringify(old['data']) !== JSON.stringify(object['data'])
        ? [{ reason: 'FieldValueForbidden', field: 'data', message: 'Forbidden: field is immutable when `immutable` is set' }]
        : []
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return object['roleRef']?.name === undefined ? [requiredValue('roleRef.name')] : []
    case 'CustomResourceDefinition':
      return object.metadata.name === `${spec['names']?.plural}.${spec['group']}`
        ? []
        : [invalidValue('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group')]
    default:
      return []
  }
}

function autoscalerErrors({ minReplicas = 1, maxReplicas = 0, scaleTargetRef }: Tree): FieldError[] {
  const errors: FieldError[] = []
  if (maxReplicas < 1) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'))
  if (maxReplicas < minReplicas)
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'))
  for (const field of ['kind', 'name']) if (!scaleTargetRef?.[field]) errors.push(requiredValue(`spec.scaleTargetRef.${field}`))
  return errors
}

function podErrors(spec: Tree, path: string): FieldError[] {
  const containers: Tree[] = spec['containers'] ?? []
  if (containers.length === 0) return [requiredValue(`${path}.containers`)]
  const names = containers.map((one) => one['name'])
  return containers.flatMap((one, i) => {
    const at = `${path}.containers[${i}]`
    const errors: FieldError[] = []
    if (!one['name']) errors.push(requiredValue(`${at}.name`))
    else if (names.indexOf(one['name']) < i) errors.push(duplicateValue(`${at}.name`, one['name']))
    if (!one['image']) errors.push(requiredValue(`${at}.image`))
    const ports = (one['ports'] ?? []).map((port: Tree) => port['name'])
    for (const [j, name] of ports.entries())
      if (name !== undefined && ports.indexOf(name) < j) errors.push(duplicateValue(`${at}.ports[${j}].name`, name))
    return errors
  })
}

function workloadErrors(spec: Tree, old: Tree | undefined): FieldError[] {
  const errors: FieldError[] = []
  const { replicas, selector, template = {} } = spec
  if (!Number.isInteger(replicas) || replicas < 0)
    errors.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'))
  if (!isMap(selector) || isEmpty(selector)) errors.push(requiredValue('spec.selector'))
  else if (old !== undefined && JSON.stringify(old['selector']) !== JSON.stringify(selector))
    errors.push(invalidValue('spec.selector', selector, 'field is immutable'))
  else if (!matchesSelector(selector, template.metadata?.labels))
    errors.push(
      invalidValue('spec.template.metadata.labels', template.metadata?.labels ?? null, '`selector` does not match template `labels`'),
    )
  return [...errors, ...podErrors(template.spec ?? {}, 'spec.template.spec')]
}

function serviceErrors({ type, ports = [], clusterIP }: Tree): FieldError[] {
  if (type === 'ExternalName') return []
  if (ports.length === 0 && clusterIP !== 'None') return [requiredValue('spec.ports')]
  return ports.flatMap(({ port, name }: Tree, i: number) => {
    const errors: FieldError[] = []
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      errors.push(invalidValue(`spec.ports[${i}].port`, port ?? 0, 'must be between 1 and 65535, inclusive'))
    if (ports.length > 1 && !name) errors.push(requiredValue(`spec.ports[${i}].name`))
    if (name && ports.findIndex((other: Tree) => other['name'] === name) < i) errors.push(duplicateValue(`spec.ports[${i}].name`, name))
    return errors
  })
}
