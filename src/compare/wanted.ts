import {
  pathLabel,
  type AnyObject,
  type Compare,
  type ComparedKind,
  type DeclaredIntent,
  type LeafDiff,
  type ObjectDiff,
  type PathPart,
} from '../domain/compare.ts'
import type { CenterName } from '../domain/topology.ts'
import { list, record, text } from '../gateways/strange.ts'
import { intentsFor } from './intents.ts'
import { isNoiseAnnotation, withoutNoise } from './noise.ts'
import { asIdentity, renamedTexts } from './rename.ts'
import type { SchemaNode } from './schema.ts'
import { treeOf, type Tree } from './tree.ts'
import { fits, patternParts, placesAt } from './walk.ts'

export interface WantedInput {
  readonly diff: ObjectDiff
  readonly kind: ComparedKind
  readonly source: { readonly name: string; readonly center?: CenterName; readonly object: AnyObject }
  readonly target: { readonly center: CenterName; readonly live?: AnyObject }
  readonly schema: SchemaNode | undefined
  readonly intents: readonly DeclaredIntent[]
  readonly aliases: Compare['aliases']
}

/**
 * What the object shall be in the target: the source's, in the target's words, with the target's own values wherever a difference is meant, ignored or given by its server.
 * Undefined: one of those places cannot be found in the source's object.
 */
export function wantedObject(input: WantedInput): AnyObject | undefined {
  const { diff, kind, source, target, aliases } = input
  const { live } = target
  const own = text(record(source.object['metadata'])['name']) ?? ''
  const name = nameIn(kind, diff.identity.name, target.center, aliases, text(record(live?.['metadata'])['name']))
  const asPattern = asIdentity(withoutNoise(source.object), renamedTexts(kind, own, diff.identity.name, source.center, aliases))
  const here = renamedTexts(kind, name, diff.identity.name, target.center, aliases)
  const renamed = asIdentity(asPattern, new Map([...here].map(([filled, pattern]) => [pattern, filled])))
  const metadata = record(renamed['metadata'])
  const kept = record(record(live?.['metadata'])['annotations'])
  const annotations = {
    ...record(metadata['annotations']),
    ...Object.fromEntries(Object.entries(kept).filter(([key]) => isNoiseAnnotation(key))),
  }
  const start: AnyObject = {
    ...renamed,
    ...(live === undefined ? {} : { apiVersion: live['apiVersion'] }),
    metadata: {
      name,
      ...(diff.identity.namespace === undefined ? {} : { namespace: diff.identity.namespace }),
      ...(metadata['labels'] === undefined ? {} : { labels: metadata['labels'] }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  }
  return live === undefined ? start : keepPlaces(withReplicas(withAllocated(start, live), live), live, input)
}

function nameIn(kind: ComparedKind, identity: string, center: CenterName, aliases: Compare['aliases'], live: string | undefined): string {
  return live ?? (kind.rename.includes(identity) ? identity.replaceAll('{center}', aliases[center] ?? center) : identity)
}

/** What the target's server gave out when it made the object. */
function withAllocated(want: AnyObject, live: AnyObject): AnyObject {
  if (want['kind'] !== 'Service' && want['kind'] !== 'PersistentVolumeClaim') return want
  const [spec, own] = [record(want['spec']), record(live['spec'])]
  const given = ['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'ipFamilies', 'ipFamilyPolicy', 'volumeName'].filter(
    (key) => own[key] !== undefined && spec[key] === undefined,
  )
  const ports = list(spec['ports']).map((port) => {
    const same = list(own['ports']).find(
      (one) => record(one)['port'] === record(port)['port'] && record(one)['name'] === record(port)['name'],
    )
    const nodePort = record(same)['nodePort']
    return nodePort === undefined ? port : { ...record(port), nodePort }
  })
  return {
    ...want,
    spec: { ...spec, ...Object.fromEntries(given.map((key) => [key, own[key]])), ...(ports.length === 0 ? {} : { ports }) },
  }
}

/** How many replicas there are is nobody's wish where the source does not say it: an autoscaler's, or a drill's. */
function withReplicas(want: AnyObject, live: AnyObject): AnyObject {
  const [spec, replicas] = [record(want['spec']), record(live['spec'])['replicas']]
  return replicas === undefined || spec['replicas'] !== undefined ? want : { ...want, spec: { ...spec, replicas } }
}

/** Puts back what stands in the target where a difference is meant or ignored, and what a declared intent wants there; what its server would drop is not asked of it. */
function keepPlaces(start: AnyObject, live: AnyObject, { diff, kind, target, schema, intents }: WantedInput): AnyObject | undefined {
  let want: AnyObject | undefined = start
  const options = { schema, namespace: diff.identity.namespace ?? '', rulesByName: namesRules(start) && namesRules(live) }
  const declared = intentsFor(diff.identity, intents).filter(({ centers, path }) => centers.includes(target.center) && path !== undefined)
  const stays = (path: readonly PathPart[]): void => {
    const found = placesAt(treeOf(live, options), partsOf(path))[0]?.tree
    want = want && put(want, path, found === undefined ? GONE : { value: found.value }, treeOf(want, options))
  }
  const leave = (path: readonly PathPart[]): void => {
    const around = path.slice(0, -1)
    const map = want === undefined || around.length === 0 ? undefined : placesAt(treeOf(want, options), partsOf(around))[0]?.tree
    // A map that holds nothing else goes with it.
    if (map !== undefined && map.kind === 'map' && map.entries.size === 1) return leave(around)
    want = want && put(want, path, GONE, treeOf(want, options))
  }
  for (const leaf of diff.leaves) {
    const intent = declared.find(({ path }) => fitsPath(leaf.path, patternParts(path ?? '')))
    if (leaf.kind === 'order' || leaf.kind === 'object' || leaf.kind === 'version') continue
    if (intent !== undefined && leaf.intents[target.center]?.by === 'topology') {
      const value = intent.absent === true ? GONE : { value: intent.value }
      want = want && put(want, leaf.path, value, treeOf(want, options))
    } else if (leaf.verdict === 'intended') stays(leaf.path)
    else if (isDropped(leaf, target.center)) leave(leaf.path)
  }
  for (const pattern of kind.ignore) {
    const parts = patternParts(pattern)
    const paths = [start, live].flatMap((object) => placesAt(treeOf(object, options), parts).map(({ path }) => path))
    for (const path of new Map(paths.map((one) => [pathLabel(one), one])).values()) stays(path)
  }
  return want
}

const isDropped = ({ cells }: LeafDiff, center: CenterName): boolean => {
  const cell = cells[center]
  return cell?.state === 'unset' && cell.dropped === true
}

type Placed = { readonly value: unknown } | typeof GONE
const GONE = 'gone'

/** The object with one place written or taken away; undefined: there is nowhere to write it. */
function put(object: AnyObject, path: readonly PathPart[], placed: Placed, tree: Tree): AnyObject | undefined {
  const at = placesAt(tree, partsOf(path))[0]?.tree
  if (at !== undefined) return edited(object, at.pointer, placed)
  if (placed === GONE) return object
  const last = path.at(-1)
  if (last === undefined) return undefined
  const parent = path.length === 1 ? tree : placesAt(tree, partsOf(path.slice(0, -1)))[0]?.tree
  if (parent === undefined) {
    // A map that is not there yet can be made; an item of a list cannot be guessed.
    return 'key' in last ? put(object, path.slice(0, -1), { value: { [last.key]: placed.value } }, tree) : undefined
  }
  if ('embedded' in parent || parent.kind === 'leaf') return undefined
  if ('key' in last) return edited(object, `${parent.pointer}/${last.key.replaceAll('~', '~0').replaceAll('/', '~1')}`, placed)
  return edited(object, `${parent.pointer}/-`, placed)
}

function edited(object: AnyObject, pointer: string, placed: Placed): AnyObject | undefined {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keys.length === 0) return undefined
  const into = (node: unknown, [key = '', ...rest]: readonly string[]): unknown => {
    if (Array.isArray(node)) {
      const items: readonly unknown[] = node
      const i = key === '-' ? items.length : Number(key)
      if (rest.length > 0) return items.map((one, n) => (n === i ? into(one, rest) : one))
      return placed === GONE ? items.filter((_, n) => n !== i) : [...items.slice(0, i), placed.value, ...items.slice(i + 1)]
    }
    const map = record(node)
    if (rest.length > 0) return { ...map, [key]: into(map[key], rest) }
    const { [key]: _gone, ...others } = map
    return placed === GONE ? others : { ...map, [key]: placed.value }
  }
  return into(object, keys) as AnyObject
}

const partsOf = (path: readonly PathPart[]): readonly string[] => path.map((part) => ('item' in part ? part.item : part.key))

function fitsPath(path: readonly PathPart[], parts: readonly string[]): boolean {
  return path.length === parts.length && path.every((part, i) => fits(part, parts[i] ?? ''))
}

function namesRules(object: AnyObject): boolean {
  const names = list(record(object['spec'])['rules']).map((rule) => text(record(rule)['name']))
  return !names.includes(undefined) && new Set(names).size === names.length
}
