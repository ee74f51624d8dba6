import { backendKey } from '../domain/backend-id.ts'
import { ruleKeys } from '../gateways/rule-key.ts'
import { list, record, text, whole } from '../gateways/strange.ts'
import { traitOf, type SchemaNode } from './schema.ts'

/** What identifies the items of a list, item by item. `ordered`: their order means something, and a change of it is a finding. */
export interface ItemKeys {
  readonly keys: readonly { readonly item: string; readonly label: string }[]
  readonly ordered: boolean
}

export interface ListPlace {
  /** The list's field, e.g. `backendRefs`. */
  readonly field: string
  readonly schema: SchemaNode | undefined
  /** Of the object, for references without one. */
  readonly namespace: string
  /** Every column names all of its rules, so that names identify them. */
  readonly rulesByName: boolean
}

/** Fields whose order decides: who is first wins, or runs first. */
const ORDERED = new Set(['rules', 'matchRules', 'filters', 'initContainers', 'http', 'tcp', 'tls', 'configPatches'])

/** Undefined: nothing identifies the items but their place. The schema's list-map keys come first, then what the domain knows, then a name that is unique. */
export function itemKeys(items: readonly unknown[], place: ListPlace): ItemKeys | undefined {
  if (items.length === 0) return { keys: [], ordered: false }
  const { field } = place
  if (!items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) return scalarKeys(items, place)
  const maps = items.map(record)
  const ordered = ORDERED.has(field)
  const keyed = (keys: readonly (string | undefined)[] | undefined, labels = keys): ItemKeys | undefined =>
    keys === undefined || keys.includes(undefined)
      ? undefined
      : { keys: distinct(keys as readonly string[], (labels ?? keys) as readonly string[]), ordered }
  const unique = (names: readonly (string | undefined)[]): readonly (string | undefined)[] | undefined =>
    new Set(names).size === names.length ? names : undefined

  if (field === 'rules' && maps.some((rule) => 'backendRefs' in rule || 'matches' in rule)) {
    const names = maps.map((rule) => text(rule['name']))
    if (place.rulesByName) return keyed(names)
    return keyed(ruleKeys(maps.map(({ matches }) => ({ matches }))))
  }
  if (field === 'backendRefs') {
    const refs = maps.map(toReference)
    return keyed(
      refs.map((ref) => backendKey(ref, place.namespace)),
      refs.map((ref) => backendLabel(ref, place.namespace)),
    )
  }
  const mapKeys = list(traitOf(place.schema, 'x-kubernetes-list-map-keys')).flatMap((key) => text(key) ?? [])
  if (mapKeys.length > 0) return keyed(maps.map((item) => mapKeys.map((key) => scalarText(item[key]) ?? '').join('/')))
  switch (field) {
    case 'parentRefs':
      return keyed(
        maps.map((ref) =>
          [text(ref['namespace']) ?? place.namespace, text(ref['name']), text(ref['sectionName']), whole(ref['port'])]
            .filter((one) => one !== undefined)
            .join('/'),
        ),
      )
    case 'matches':
      return keyed(ruleKeys(maps.map((match) => ({ matches: [match] }))))
    case 'ports':
      return (
        keyed(unique(maps.map((port) => text(port['name'])))) ??
        keyed(
          unique(
            maps
              .map((port) => scalarText(port['containerPort'] ?? port['port']))
              .map((port, i) => (port === undefined ? undefined : `${port}/${text(maps[i]?.['protocol']) ?? 'TCP'}`)),
          ),
        )
      )
    case 'volumeMounts':
      return keyed(unique(maps.map((mount) => text(mount['mountPath']))))
    case 'matchRules':
      return keyed(
        unique(
          maps.map(
            (rule) =>
              ['ingress', 'domain', 'service']
                .flatMap((key) => list(rule[key]).map((one) => `${key}=${scalarText(one) ?? ''}`))
                .join(' ') || undefined,
          ),
        ),
      )
    default: {
      for (const key of ['name', 'id', 'key', 'type', 'mountPath']) {
        const found = keyed(unique(maps.map((item) => text(item[key]))))
        if (found !== undefined) return found
      }
      return undefined
    }
  }
}

/** Sets of plain values: the order of hostnames means nothing. */
function scalarKeys(items: readonly unknown[], { field, schema }: ListPlace): ItemKeys | undefined {
  const isSet = traitOf(schema, 'x-kubernetes-list-type') === 'set' || SETS.has(field)
  const texts = items.map(scalarText)
  if (!isSet || texts.includes(undefined)) return undefined
  return { keys: distinct(texts as readonly string[], texts as readonly string[]), ordered: false }
}
const SETS = new Set([
  'hostnames',
  'finalizers',
  'accessModes',
  'ingress',
  'domain',
  'service',
  'hosts',
  'exportTo',
  'gateways',
  'methods',
  'allowMethods',
])

function toReference(ref: Readonly<Record<string, unknown>>) {
  const [group, kind, namespace, port] = [text(ref['group']), text(ref['kind']), text(ref['namespace']), whole(ref['port'])]
  return {
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port }),
    name: text(ref['name']) ?? '',
  }
}

function backendLabel({ namespace, name, port }: ReturnType<typeof toReference>, own: string): string {
  return `${namespace === undefined || namespace === own ? '' : `${namespace}/`}${name}${port === undefined ? '' : `:${port}`}`
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** A second item of one identity is `…#2`. */
function distinct(keys: readonly string[], labels: readonly string[]): ItemKeys['keys'] {
  const taken = new Map<string, number>()
  return keys.map((item, i) => {
    const ordinal = (taken.get(item) ?? 0) + 1
    taken.set(item, ordinal)
    const suffix = ordinal === 1 ? '' : `#${ordinal}`
    return { item: `${item}${suffix}`, label: `${labels[i] ?? item}${suffix}` }
  })
}
