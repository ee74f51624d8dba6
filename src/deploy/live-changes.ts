import type { LeafChange, ObjectChange } from '../domain/deploy.ts'
import { redact } from '../domain/redact.ts'
import { withoutNoise } from '../compare/noise.ts'
import { schemaOfKind } from '../compare/schema.ts'
import { treeOf, type Tree } from '../compare/tree.ts'
import { differences, meaningOfTree, type Place } from '../compare/walk.ts'
import { weightMeanings } from '../compare/weights.ts'
import { record, text } from '../gateways/strange.ts'
import { byKey, changes, valueAt, type Manifest } from './manifests.ts'

/** The live objects of a release by their names (`manifestKey`). Undefined: there is none. Those that could not be read are not in it. */
export type LiveObjects = ReadonlyMap<string, Manifest | undefined>

interface Sides {
  /** What the deployed revision holds. */
  readonly deployed: readonly Manifest[]
  /** What is going to be applied. */
  readonly rendered: readonly Manifest[]
  readonly found: LiveObjects
  /** The release's, for objects that name none. */
  readonly namespace: string
}

/**
 * What an upgrade changes of the live objects: where the render sets something else, and where the deployed revision set what the render no longer does.
 * What others added stays out of it, defaults and status included. `byHand`: the live value is not what the deployed revision had set. Objects that could not be
 * read are compared with the deployed revision.
 */
export function liveChanges({ deployed, rendered, found, namespace }: Sides): readonly ObjectChange[] {
  const [old, next] = [byKey(deployed, namespace), byKey(rendered, namespace)]
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((object): readonly ObjectChange[] => {
    const [one, other] = [old.get(object), next.get(object)]
    if (!found.has(object)) return changes(one === undefined ? [] : [one], other === undefined ? [] : [other], namespace)
    const live = found.get(object)
    if (live === undefined) return other === undefined ? [] : [{ object, kind: 'added', leaves: [] }]
    if (other === undefined) return isKept(one) ? [] : [{ object, kind: 'removed', leaves: [] }]
    const leaves = leavesOf(live, other, one, namespace)
    return leaves.length === 0 ? [] : [{ object, kind: 'changed', leaves }]
  })
}

/** Objects of the deployed revision in which something is not as it was set, or which are gone. */
export function touchedSince({ deployed, found, namespace }: Omit<Sides, 'rendered'>): readonly string[] {
  const left = deployed.filter((one) => found.has(keyOf(one, namespace)))
  return liveChanges({ deployed: left, rendered: left, found, namespace }).map(({ object }) => object)
}

const keyOf = (manifest: Manifest, namespace: string): string => [...byKey([manifest], namespace).keys()][0] ?? ''

/** Helm leaves these where they are. */
function isKept(manifest: Manifest | undefined): boolean {
  return record(record(manifest?.['metadata'])['annotations'])['helm.sh/resource-policy'] === 'keep'
}

function leavesOf(live: Manifest, next: Manifest, old: Manifest | undefined, namespace: string): readonly LeafChange[] {
  const [is, becomes, was] = [contentOf(live), contentOf(next), contentOf(old ?? {})]
  const [liveTree, nextTree, oldTree] = [is, becomes, was].map((content) => treeOfContent(content, next, namespace))
  if (liveTree === undefined || nextTree === undefined || oldTree === undefined) return []
  const meaningAt = weightMeanings([liveTree, nextTree, oldTree])
  const meaning = (tree: Tree | undefined): string | undefined =>
    tree === undefined ? undefined : (meaningAt(tree) ?? meaningOfTree(tree))
  const [shownLive, shownNext] = [redact({ ...is, kind: next['kind'] }), redact({ ...becomes, kind: next['kind'] })]
  return differences([liveTree, nextTree], meaningAt).flatMap((place): readonly LeafChange[] => {
    const before = treeAt(oldTree, place)
    const [there, wanted] = place.trees
    if (place.sameEffect || (wanted === undefined && before === undefined)) return []
    const asBefore = meaning(before) === meaning(wanted)
    // A server drops what says as much as saying nothing.
    if (there === undefined && asBefore && isZero(wanted?.value)) return []
    const [at = '', to = ''] = place.pointers
    const byHand = place.kind === 'value' && before !== undefined && meaning(before) !== meaning(there)
    const [from, into] =
      place.kind === 'order'
        ? place.values
        : [there === undefined ? undefined : valueAt(shownLive, at), wanted === undefined ? undefined : valueAt(shownNext, to)]
    return [
      {
        pointer: wanted === undefined ? at : to,
        ...(from === undefined ? {} : { before: from }),
        ...(into === undefined ? {} : { after: into }),
        ...(byHand ? { byHand } : {}),
      },
    ]
  })
}

const isZero = (value: unknown): boolean => value === false || value === 0

function treeAt(tree: Tree, { path }: Place): Tree | undefined {
  return path.reduce<Tree | undefined>(
    (inner, part) =>
      inner === undefined || inner.kind === 'leaf' ? undefined : inner.entries.get('item' in part ? part.item : part.key)?.tree,
    tree,
  )
}

function treeOfContent(content: Manifest, { apiVersion, kind }: Manifest, namespace: string): Tree {
  const [group, version] = text(apiVersion)?.includes('/') ? String(apiVersion).split('/') : ['', String(apiVersion)]
  const schema = schemaOfKind({}, { group: group ?? '', version: version ?? '', kind: String(kind) })
  return treeOf(content, { schema, namespace, rulesByName: false })
}

/** What somebody wants of an object: neither its name, nor what a server writes beside it. A Secret's texts are its data, as the server keeps them. */
function contentOf(manifest: Manifest): Manifest {
  const { apiVersion: _version, kind, metadata, stringData, ...content } = withoutNoise(manifest)
  const { name: _name, namespace: _namespace, ...rest } = record(metadata)
  const encoded = Object.fromEntries(Object.entries(record(stringData)).map(([key, value]) => [key, base64(String(value))]))
  const data = kind === 'Secret' && stringData !== undefined ? { data: { ...record(content['data']), ...encoded } } : {}
  return { metadata: rest, ...content, ...data }
}

const base64 = (value: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(value)))
