import type { AnyObject } from '../domain/compare.ts'
import { isNoiseAnnotation, withSecretData } from '../domain/object-content.ts'
import { record } from '../gateways/strange.ts'

/** What the server, controllers and this tool write beside an object: no part of what somebody wanted. */
export const TOP_NOISE = new Set(['status'])
export const METADATA_NOISE = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generateName',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
])
/** Fields that the server allocates when the object is made, by kind. A Service of `clusterIP: None` asked for that itself. */
const ALLOCATED: Readonly<Record<string, ReadonlySet<string>>> = {
  Service: new Set(['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'ipFamilies', 'ipFamilyPolicy']),
  PersistentVolumeClaim: new Set(['volumeName']),
  Namespace: new Set(['finalizers']),
}

export { isNoiseAnnotation } from '../domain/object-content.ts'

/** An object that each cluster has of its own, made by its API server or by the mesh in it: nobody wants it to be alike anywhere else. */
export function isOfCluster(object: AnyObject): boolean {
  const { name, namespace } = record(object['metadata'])
  const kind = object['kind']
  return (
    (kind === 'ConfigMap' && CA_BUNDLES.has(String(name))) ||
    (kind === 'Service' && name === 'kubernetes' && namespace === 'default') ||
    (kind === 'ServiceAccount' && name === 'default') ||
    (kind === 'Secret' && object['type'] === 'kubernetes.io/service-account-token') ||
    (kind === 'Namespace' && /^(?:kube-.*|default)$/.test(String(name)))
  )
}
const CA_BUNDLES = new Set(['kube-root-ca.crt', 'istio-ca-root-cert', 'higress-ca-root-cert'])

/** The object as somebody wants it. Nothing is copied that stays. */
export function withoutNoise(given: AnyObject): AnyObject {
  const object = withSecretData(given)
  const kept = Object.fromEntries(Object.entries(object).filter(([key]) => !TOP_NOISE.has(key)))
  const metadata = record(object['metadata'])
  const clean = Object.fromEntries(
    Object.entries(metadata).flatMap(([key, value]) => {
      if (METADATA_NOISE.has(key)) return []
      if (key === 'annotations') {
        const left = Object.entries(record(value)).filter(([name]) => !isNoiseAnnotation(name))
        return left.length === 0 ? [] : [[key, Object.fromEntries(left)]]
      }
      if (key === 'labels' && object['kind'] === 'Namespace')
        return [[key, Object.fromEntries(Object.entries(record(value)).filter(([name]) => name !== 'kubernetes.io/metadata.name'))]]
      if (key !== 'ownerReferences' || !Array.isArray(value)) return [[key, value]]
      return [[key, value.map((owner) => Object.fromEntries(Object.entries(record(owner)).filter(([name]) => name !== 'uid')))]]
    }),
  )
  const allocated = ALLOCATED[String(object['kind'])]
  const spec = record(object['spec'])
  const wanted =
    allocated === undefined || object['spec'] === undefined
      ? {}
      : {
          spec: withoutPorts(
            object['kind'],
            Object.fromEntries(Object.entries(spec).filter(([key, value]) => !allocated.has(key) || value === 'None')),
          ),
        }
  return { ...kept, ...('metadata' in object ? { metadata: clean } : {}), ...wanted }
}

/** Node ports of a Service are given by the server. */
function withoutPorts(kind: unknown, spec: AnyObject): AnyObject {
  if (kind !== 'Service' || !Array.isArray(spec['ports'])) return spec
  return {
    ...spec,
    ports: spec['ports'].map((port) => Object.fromEntries(Object.entries(record(port)).filter(([key]) => key !== 'nodePort'))),
  }
}

/**
 * Are two objects the same to the letter but for noise, keys in any order? The way by which nearly all objects go: no schema, no copy, no hash.
 * False says nothing yet.
 */
export function sameButNoise(a: AnyObject, b: AnyObject): boolean {
  return sameMaps(a, b, (key, one, other) => {
    if (TOP_NOISE.has(key)) return true
    if (key !== 'metadata') return same(one, other)
    return sameMaps(record(one), record(other), (inner, left, right) => {
      if (METADATA_NOISE.has(inner)) return true
      if (inner !== 'annotations') return same(left, right)
      return sameMaps(record(left), record(right), (name, value, next) => isNoiseAnnotation(name) || value === next)
    })
  })
}

function sameMaps(a: AnyObject, b: AnyObject, equal: (key: string, one: unknown, other: unknown) => boolean): boolean {
  for (const key in a) if (!equal(key, a[key], b[key])) return false
  for (const key in b) if (!(key in a) && !equal(key, undefined, b[key])) return false
  return true
}

/** Deep equality of JSON values. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  return !Array.isArray(b) && sameMaps(a as AnyObject, b as AnyObject, (_, one, other) => same(one, other))
}
