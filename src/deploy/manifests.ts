import { canonical } from '../domain/canonical.ts'
import type { FoldedChange, LeafChange, ObjectChange } from '../domain/deploy.ts'
import { redact } from '../domain/redact.ts'
import type { CenterName } from '../domain/topology.ts'
import { list, record, text } from '../gateways/strange.ts'

/** One object of a chart's render, parsed. */
export type Manifest = Readonly<Record<string, unknown>>

/** What Helm renders, object by object: empty documents go, and a `List` is its items. */
export function manifestsOf(documents: readonly unknown[]): readonly Manifest[] {
  return documents.flatMap((document) => {
    const object = record(document)
    if (text(object['kind'])?.endsWith('List') && Array.isArray(object['items'])) return manifestsOf(object['items'])
    return text(object['kind']) === undefined ? [] : [object]
  })
}

/**
 * `Deployment.apps higress-system/higress-gateway`: kind and group, without the version, because two versions of one group are views of one object. An object
 * without a namespace gets `namespace`, the release's; of cluster-scoped objects that is no part (they name none and are known by kind).
 */
export function manifestKey(manifest: Manifest, namespace: string): string {
  const kind = text(manifest['kind']) ?? ''
  const [group] = (text(manifest['apiVersion']) ?? '').split('/')
  const metadata = record(manifest['metadata'])
  const name = text(metadata['name']) ?? text(metadata['generateName']) ?? ''
  const qualified = text(manifest['apiVersion'])?.includes('/') ? `${kind}.${group}` : kind
  return `${qualified} ${CLUSTER_SCOPED.has(kind) ? '' : `${text(metadata['namespace']) ?? namespace}/`}${name}`
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'GatewayClass',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
])

/**
 * What turns one render into another, in the order of the objects' names. Where an object stands in the render, and the order of keys, do not count. Secrets
 * show that they change, never what they are.
 */
export function changes(before: readonly Manifest[], after: readonly Manifest[], namespace: string): readonly ObjectChange[] {
  const [old, next] = [byKey(before, namespace), byKey(after, namespace)]
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((object): ObjectChange[] => {
    const [one, other] = [old.get(object), next.get(object)]
    if (one === undefined) return [{ object, kind: 'added', leaves: [] }]
    if (other === undefined) return [{ object, kind: 'removed', leaves: [] }]
    const leaves = withoutSecrets(leafChanges(one, other), redact(one), redact(other))
    return leaves.length === 0 ? [] : [{ object, kind: 'changed', leaves }]
  })
}

/** Secrets are known by what stands around them, which a leaf alone does not show: its values are taken from the objects without secrets. */
function withoutSecrets(leaves: readonly LeafChange[], before: Manifest, after: Manifest): readonly LeafChange[] {
  return leaves.map((leaf) => ({
    pointer: leaf.pointer,
    ...('before' in leaf ? { before: valueAt(before, leaf.pointer) } : {}),
    ...('after' in leaf ? { after: valueAt(after, leaf.pointer) } : {}),
  }))
}

/** The value that a JSON Pointer leads to; undefined: nothing is there. */
export function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, key) => (Array.isArray(inner) ? inner[Number(key)] : record(inner)[key]), value)
}

/** Two objects of one name (a mistake of the chart; Helm takes both) keep their places: the second is `…#2`. */
export function byKey(manifests: readonly Manifest[], namespace: string): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>()
  for (const manifest of manifests) {
    const plain = manifestKey(manifest, namespace)
    let key = plain
    for (let ordinal = 2; found.has(key); ordinal++) key = `${plain}#${ordinal}`
    found.set(key, manifest)
  }
  return found
}

/** The leaves in which two values differ. Lists of one length are compared item by item, others as a whole from the first that differs. */
export function leafChanges(before: unknown, after: unknown, pointer = ''): readonly LeafChange[] {
  if (Object.is(before, after)) return []
  if (isMap(before) && isMap(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .sort()
      .flatMap((key) => leafChanges(before[key], after[key], `${pointer}/${escaped(key)}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, i) => leafChanges(before[i], after[i], `${pointer}/${i}`)).flat()
  }
  return [{ pointer, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** What is the same in several centers is said once, with their names; centers keep the order in which they are given. */
export function foldCenters(perCenter: Readonly<Record<CenterName, readonly ObjectChange[]>>): readonly FoldedChange[] {
  const objects = new Map<
    string,
    { change: ObjectChange; centers: CenterName[]; leaves: Map<string, { leaf: LeafChange; centers: CenterName[] }> }
  >()
  for (const [center, changed] of Object.entries(perCenter)) {
    for (const change of changed) {
      const folded = entry(objects, `${change.object}\n${change.kind}`, () => ({ change, centers: [], leaves: new Map() }))
      folded.centers.push(center)
      for (const leaf of change.leaves) entry(folded.leaves, canonical(leaf), () => ({ leaf, centers: [] })).centers.push(center)
    }
  }
  return [...objects.values()]
    .map(({ change: { object, kind }, centers, leaves }) => ({
      object,
      kind,
      centers,
      leaves: [...leaves.values()].map(({ leaf, centers }) => ({ ...leaf, centers })),
    }))
    .map((folded) => ({ ...folded, leaves: folded.leaves.sort((a, b) => order(a.pointer, b.pointer)) }))
    .sort((a, b) => order(a.object, b.object) || order(a.kind, b.kind))
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The render as one text that does not depend on the order of objects and keys. */
export function normalisedText(manifests: readonly Manifest[], namespace: string): string {
  return [...byKey(manifests, namespace)]
    .sort(([a], [b]) => order(a, b))
    .map(([key, manifest]) => `${key} ${canonical(manifest)}`)
    .join('\n')
}

/** The HTTPRoutes of a render. */
export function httpRoutesIn(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter((one) => one['kind'] === 'HTTPRoute' && text(one['apiVersion'])?.startsWith('gateway.networking.k8s.io/'))
}

/** Containers of a workload's pods, init containers apart. */
export function podSpecOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  return record(record(record(manifest['spec'])['template'])['spec'])
}
export const containersOf = (manifest: Manifest): readonly Manifest[] => list(podSpecOf(manifest)['containers']).map(record)

/** Hooks are run, not kept: the manifest of a revision does not hold them. */
export function isHook({ metadata }: Manifest): boolean {
  return record(record(metadata)['annotations'])['helm.sh/hook'] !== undefined
}
