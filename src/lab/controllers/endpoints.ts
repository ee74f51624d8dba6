import type { KubeObject, Tree } from '../apiserver/json.ts'
import type { Objects } from '../apiserver/objects.ts'
import { matchesSelector } from '../apiserver/selectors.ts'
import { ownedBy } from './owners.ts'
import { isReady, templateHash } from './pods.ts'
import { controllerManager, keyOfObject, keysOf, splitKey, type Controller } from './worker.ts'

const options = { manager: controllerManager }
const sliceResource = 'endpointslices.discovery.k8s.io'

/** Keeps one EndpointSlice and the older Endpoints for each Service with a selector. */
export function endpointController(objects: Objects): Controller {
  const own = keysOf('services.')
  return {
    keys: (event) => {
      if (event.resource !== 'pods.') return own(event)
      const labelSets = [event.object, event.previous].map((pod) => pod?.metadata.labels ?? {})
      const services = objects.store.list('services.', event.object.metadata.namespace)
      return services.filter((service) => labelSets.some((labels) => selects(service, labels))).map(({ metadata }) => keyOfObject(metadata))
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key)
      const service = objects.find(objects.target('services.', namespace), name)
      if (service === undefined) {
        const endpoints = objects.target('endpoints.', namespace)
        if (objects.find(endpoints, name) !== undefined) objects.delete(endpoints, name)
        return
      }
      if (!service['spec'].selector || service['spec'].type === 'ExternalName') return
      const pods = objects.store.list('pods.', namespace).filter((pod) => selects(service, pod.metadata.labels) && pod['status']?.podIP)
      writeSlice(objects, service, pods)
      writeEndpoints(objects, service, pods)
    },
  }
}

const selects = ({ spec }: KubeObject, labels: Tree = {}): boolean =>
  spec.selector !== undefined && matchesSelector({ matchLabels: spec.selector }, labels)
const serves = (pod: KubeObject) => isReady(pod) && pod.metadata.deletionTimestamp === undefined
const reference = ({ metadata: { namespace, name, uid } }: KubeObject) => ({ kind: 'Pod', namespace, name, uid })

function ports({ spec }: KubeObject, pods: readonly KubeObject[]): Tree[] {
  return (spec.ports ?? []).map(({ name = '', protocol, targetPort, port }: Tree) => ({
    name,
    protocol,
    port: typeof targetPort === 'string' ? (namedPort(pods, targetPort) ?? port) : (targetPort ?? port),
  }))
}

const namedPort = (pods: readonly KubeObject[], name: string): number | undefined =>
  pods.flatMap(({ spec }) => spec.containers.flatMap((one: Tree) => one['ports'] ?? [])).find((port: Tree) => port['name'] === name)
    ?.containerPort

function writeSlice(objects: Objects, service: KubeObject, pods: readonly KubeObject[]): void {
  const { name, namespace, uid } = service.metadata
  const endpoints = pods.map((pod) => ({
    addresses: [pod['status'].podIP],
    conditions: { ready: serves(pod), serving: isReady(pod), terminating: pod.metadata.deletionTimestamp !== undefined },
    ...(pod['spec'].nodeName && { nodeName: pod['spec'].nodeName }),
    targetRef: reference(pod),
  }))
  const metadata = {
    name: `${name}-${templateHash({ uid }).slice(0, 5)}`,
    labels: { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
    ownerReferences: [ownedBy(service)],
  }
  write(objects, sliceResource, namespace, { metadata, addressType: 'IPv4', endpoints, ports: ports(service, pods) })
}

function writeEndpoints(objects: Objects, service: KubeObject, pods: readonly KubeObject[]): void {
  const address = (pod: KubeObject) => ({
    ip: pod['status'].podIP,
    ...(pod['spec'].nodeName && { nodeName: pod['spec'].nodeName }),
    targetRef: reference(pod),
  })
  const addresses = pods.filter(serves).map(address)
  const notReadyAddresses = pods.filter((pod) => !isReady(pod)).map(address)
  const named = ports(service, pods).map(({ name, ...port }) => (name === '' ? port : { name, ...port }))
  const subsets = addresses.length + notReadyAddresses.length === 0 ? [] : [{ addresses, notReadyAddresses, ports: named }]
  write(objects, 'endpoints.', service.metadata.namespace, {
    metadata: { name: service.metadata.name, labels: service.metadata.labels },
    subsets,
  })
}

/** Creates an object, or brings an existing one to what is given beside its metadata. */
function write(objects: Objects, resource: string, namespace: string | undefined, { metadata, ...rest }: Tree): void {
  const target = objects.target(resource, namespace)
  if (objects.find(target, metadata.name) === undefined) objects.create(target, { metadata, ...rest }, options)
  else
    objects.update(target, metadata.name, options, ({ apiVersion, kind, metadata: live }) => ({
      apiVersion,
      kind,
      metadata: live,
      ...rest,
    }))
}
