/**
 * What the API server fills into built-in kinds and does not say in its OpenAPI: the defaults of a Deployment, a StatefulSet, a Service and their pods, written
 * as schemas. Source: pkg/apis/{apps,core}/v1/defaults.go of Kubernetes 1.36. A free-form map has no schema here, so that it stays free.
 */
type Raw = Readonly<Record<string, unknown>>

const withDefault = (value: unknown): Raw => ({ default: value, 'x-builtin': true })
const map = (properties: Raw, more: Raw = {}): Raw => ({ type: 'object', properties, 'x-builtin': true, ...more })
const listOf = (items: Raw): Raw => ({ type: 'array', items, 'x-builtin': true })
const quantities: Raw = { additionalProperties: { 'x-quantity': true, 'x-builtin': true }, 'x-builtin': true }

const field = map({ apiVersion: withDefault('v1') })
const httpGet = map({ scheme: withDefault('HTTP'), path: withDefault('/') })
const probe = map({
  timeoutSeconds: withDefault(1),
  periodSeconds: withDefault(10),
  successThreshold: withDefault(1),
  failureThreshold: withDefault(3),
  httpGet,
})
const container = map({
  terminationMessagePath: withDefault('/dev/termination-log'),
  terminationMessagePolicy: withDefault('File'),
  ports: listOf(map({ protocol: withDefault('TCP') })),
  env: listOf(map({ name: {}, value: {}, valueFrom: map({ fieldRef: field, resourceFieldRef: map({ divisor: withDefault('0') }) }) })),
  resources: map({ limits: quantities, requests: quantities }),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: map({ postStart: map({ httpGet }), preStop: map({ httpGet }) }),
})
const podSpec = map({
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
      projected: map({ defaultMode: withDefault(420) }),
      emptyDir: map({ sizeLimit: { 'x-quantity': true, 'x-builtin': true } }),
    }),
  ),
})
const template = map({ spec: podSpec })
const claim = map({
  apiVersion: withDefault('v1'),
  kind: withDefault('PersistentVolumeClaim'),
  spec: map({ volumeMode: withDefault('Filesystem'), resources: map({ limits: quantities, requests: quantities }) }),
})

const kinds: Readonly<Record<string, Raw>> = {
  'apps/Deployment': map({
    spec: map({
      replicas: withDefault(1),
      revisionHistoryLimit: withDefault(10),
      progressDeadlineSeconds: withDefault(600),
      strategy: map(
        { type: withDefault('RollingUpdate'), rollingUpdate: map({ maxSurge: withDefault('25%'), maxUnavailable: withDefault('25%') }) },
        { default: { type: 'RollingUpdate', rollingUpdate: {} } },
      ),
      template,
    }),
  }),
  'apps/StatefulSet': map({
    spec: map({
      replicas: withDefault(1),
      revisionHistoryLimit: withDefault(10),
      podManagementPolicy: withDefault('OrderedReady'),
      persistentVolumeClaimRetentionPolicy: withDefault({ whenDeleted: 'Retain', whenScaled: 'Retain' }),
      updateStrategy: map(
        { type: withDefault('RollingUpdate'), rollingUpdate: map({ partition: withDefault(0) }) },
        { default: { type: 'RollingUpdate', rollingUpdate: {} } },
      ),
      template,
      volumeClaimTemplates: listOf(claim),
    }),
  }),
  'apps/DaemonSet': map({ spec: map({ revisionHistoryLimit: withDefault(10), template }) }),
  '/Service': map({
    spec: map({
      type: withDefault('ClusterIP'),
      sessionAffinity: withDefault('None'),
      internalTrafficPolicy: withDefault('Cluster'),
      ports: listOf(map({ protocol: withDefault('TCP') }, { 'x-default-from': { targetPort: 'port' } })),
    }),
  }),
  '/ConfigMap': map({}),
  '/Secret': map({ type: withDefault('Opaque') }),
}

export function builtinSchema({ group, kind }: { readonly group: string; readonly kind: string }): Raw | undefined {
  return kinds[`${group}/${kind}`]
}
