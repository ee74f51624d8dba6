/**
 * What the API server fills into built-in kinds and does not say in its OpenAPI: the defaults of a Deployment, a StatefulSet, a Service and their pods, written
 * as schemas. Source: pkg/apis/{apps,core}/v1/defaults.go of Kubernetes 1.36. A free-form map has no schema here, so that it stays free.
 */
type Raw = Readonly<Record<string, unknown>>
/** What a server fills into a map by what else stands in it. */
export type Computed = (map: Raw) => Raw

const withDefault = (value: unknown): Raw => ({ default: value, 'x-builtin': true })
const map = (properties: Raw, more: Raw = {}): Raw => ({ type: 'object', properties, 'x-builtin': true, ...more })
const listOf = (items: Raw): Raw => ({ type: 'array', items, 'x-builtin': true })
const quantities: Raw = { additionalProperties: { 'x-quantity': true, 'x-builtin': true }, 'x-builtin': true }

const computed = (fill: Computed): Raw => ({ 'x-defaults': fill })
/** Fields that the API server does not write where they are false or 0. */
const no = withDefault(false)
const zero = withDefault(0)

/** Source: SetDefaults_Container and parsers.ParseImageName: without a tag, and without a digest, it is the latest. */
function pullPolicy({ image }: Raw): Raw {
  if (typeof image !== 'string' || image === '') return {}
  const [name = '', digest] = image.split('@')
  const tag = /:([^/:]*)$/.exec(name)?.[1] ?? (digest === undefined ? 'latest' : '')
  return { imagePullPolicy: tag === 'latest' ? 'Always' : 'IfNotPresent' }
}

const field = map({ apiVersion: withDefault('v1') })
const httpGet = map({ scheme: withDefault('HTTP'), path: withDefault('/') })
const probe = map({
  timeoutSeconds: withDefault(1),
  periodSeconds: withDefault(10),
  successThreshold: withDefault(1),
  failureThreshold: withDefault(3),
  initialDelaySeconds: zero,
  httpGet,
  grpc: map({ service: withDefault('') }),
})
const containerFields: Raw = {
  stdin: no,
  stdinOnce: no,
  tty: no,
  terminationMessagePath: withDefault('/dev/termination-log'),
  terminationMessagePolicy: withDefault('File'),
  ports: listOf(map({ protocol: withDefault('TCP'), hostPort: zero })),
  volumeMounts: listOf(map({ readOnly: no })),
  env: listOf(map({ name: {}, value: {}, valueFrom: map({ fieldRef: field, resourceFieldRef: map({ divisor: withDefault('0') }) }) })),
  resources: map({ limits: quantities, requests: quantities }),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: map({ postStart: map({ httpGet }), preStop: map({ httpGet }) }),
}
const container = map(containerFields, computed(pullPolicy))
/** The old name of the account is written beside the new one. */
const account: Raw = { 'x-default-from': { serviceAccount: 'serviceAccountName', serviceAccountName: 'serviceAccount' } }
const podFields: Raw = {
  hostNetwork: no,
  hostPID: no,
  hostIPC: no,
  restartPolicy: withDefault('Always'),
  dnsPolicy: withDefault('ClusterFirst'),
  schedulerName: withDefault('default-scheduler'),
  terminationGracePeriodSeconds: withDefault(30),
  containers: listOf(container),
  initContainers: listOf(container),
  volumes: listOf(
    map({
      configMap: map({ defaultMode: withDefault(420) }),
      secret: map({ defaultMode: withDefault(420) }),
      downwardAPI: map({ defaultMode: withDefault(420), items: listOf(map({ fieldRef: field })) }),
      projected: map({
        defaultMode: withDefault(420),
        sources: listOf(
          map({
            serviceAccountToken: map({ expirationSeconds: withDefault(3600) }),
            downwardAPI: map({ items: listOf(map({ fieldRef: field })) }),
          }),
        ),
      }),
      persistentVolumeClaim: map({ readOnly: no }),
      hostPath: map({ type: withDefault('') }),
      emptyDir: map({ sizeLimit: { 'x-quantity': true, 'x-builtin': true } }),
    }),
  ),
}
const podSpec = map(podFields, account)
const template = map({ spec: podSpec })
const claim = map({
  apiVersion: withDefault('v1'),
  kind: withDefault('PersistentVolumeClaim'),
  spec: map({ volumeMode: withDefault('Filesystem'), resources: map({ limits: quantities, requests: quantities }) }),
  status: withDefault({ phase: 'Pending' }),
})
const rolling = computed(({ type, rollingUpdate }) =>
  type === 'RollingUpdate' && rollingUpdate === undefined ? { rollingUpdate: {} } : {},
)

const RBAC = 'rbac.authorization.k8s.io'
const binding = map({
  roleRef: map({ apiGroup: withDefault(RBAC) }),
  subjects: listOf(
    map(
      {},
      computed(({ kind }): Raw => (kind === 'User' || kind === 'Group' ? { apiGroup: RBAC } : {})),
    ),
  ),
})

const kinds: Readonly<Record<string, Raw>> = {
  'apps/Deployment': map({
    spec: map({
      replicas: withDefault(1),
      revisionHistoryLimit: withDefault(10),
      progressDeadlineSeconds: withDefault(600),
      minReadySeconds: zero,
      paused: no,
      strategy: map(
        { type: withDefault('RollingUpdate'), rollingUpdate: map({ maxSurge: withDefault('25%'), maxUnavailable: withDefault('25%') }) },
        { default: {}, ...rolling },
      ),
      template,
    }),
  }),
  'apps/StatefulSet': map({
    spec: map({
      replicas: withDefault(1),
      revisionHistoryLimit: withDefault(10),
      podManagementPolicy: withDefault('OrderedReady'),
      minReadySeconds: zero,
      persistentVolumeClaimRetentionPolicy: withDefault({ whenDeleted: 'Retain', whenScaled: 'Retain' }),
      updateStrategy: map({ type: withDefault('RollingUpdate'), rollingUpdate: map({ partition: zero }) }, { default: {}, ...rolling }),
      template,
      volumeClaimTemplates: listOf(claim),
    }),
  }),
  'apps/DaemonSet': map({
    spec: map({
      revisionHistoryLimit: withDefault(10),
      minReadySeconds: zero,
      updateStrategy: map(
        { type: withDefault('RollingUpdate'), rollingUpdate: map({ maxSurge: zero, maxUnavailable: withDefault(1) }) },
        { default: {}, ...rolling },
      ),
      template,
    }),
  }),
  '/Service': map({
    spec: map(
      {
        type: withDefault('ClusterIP'),
        sessionAffinity: withDefault('None'),
        sessionAffinityConfig: map({ clientIP: map({ timeoutSeconds: withDefault(10_800) }) }),
        publishNotReadyAddresses: no,
        ports: listOf(map({ protocol: withDefault('TCP') }, { 'x-default-from': { targetPort: 'port' } })),
      },
      computed(serviceDefaults),
    ),
  }),
  '/ConfigMap': map({}),
  '/Secret': map({ type: withDefault('Opaque') }),
  'autoscaling/HorizontalPodAutoscaler': map({ spec: map({ minReplicas: withDefault(1) }) }),
  'rbac.authorization.k8s.io/RoleBinding': binding,
  'rbac.authorization.k8s.io/ClusterRoleBinding': binding,
  'apiextensions.k8s.io/CustomResourceDefinition': map({
    spec: map({ conversion: map({}, { default: { strategy: 'None' } }), names: map({}, computed(crdNames)) }),
  }),
}

function serviceDefaults({ type, sessionAffinity }: Raw): Raw {
  const outside = type === 'NodePort' || type === 'LoadBalancer'
  return {
    ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
    ...(outside ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    ...(sessionAffinity === 'ClientIP' ? { sessionAffinityConfig: { clientIP: {} } } : {}),
  }
}

function crdNames({ kind }: Raw): Raw {
  return typeof kind === 'string' ? { singular: kind.toLowerCase(), listKind: `${kind}List` } : {}
}

export function builtinSchema({ group, kind }: { readonly group: string; readonly kind: string }): Raw | undefined {
  return kinds[`${group}/${kind}`]
}
