import { list, record, text } from '../gateways/strange.ts'
import { builtinSchema } from './builtin-defaults.ts'

type Raw = Readonly<Record<string, unknown>>

/** One place in the schema of a kind: what the cluster says of it and, for the built-in kinds, what its OpenAPI leaves out (`builtin-defaults`). */
export interface SchemaNode {
  readonly layers: readonly Raw[]
  readonly components: Raw
}

/** The schema of a kind in a document of `/openapi/v3/…`; undefined: nothing is known, and nothing is assumed. */
export function schemaOfKind(
  document: unknown,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
): SchemaNode | undefined {
  const components = record(record(record(document)['components'])['schemas'])
  const found = Object.values(components)
    .map(record)
    .find((schema) =>
      list(schema['x-kubernetes-group-version-kind'])
        .map(record)
        .some((one) => one['kind'] === kind.kind && (text(one['group']) ?? '') === kind.group && one['version'] === kind.version),
    )
  const builtin = builtinSchema(kind)
  const layers = [...(found === undefined ? [] : [found]), ...(builtin === undefined ? [] : [builtin])]
  return layers.length === 0 ? undefined : node(layers, components)
}

/** The schema of a CustomResourceDefinition's version, as `openAPIV3Schema` has it. */
export function schemaNode(schema: unknown): SchemaNode {
  return node([record(schema)], {})
}

/** `$ref` and `allOf` of one reference are how OpenAPI of the built-in kinds is written. */
function node(layers: readonly Raw[], components: Raw): SchemaNode {
  return { layers: layers.flatMap((layer) => resolved(layer, components, 0)), components }
}

function resolved(layer: Raw, components: Raw, depth: number): readonly Raw[] {
  if (depth > 8) return [layer]
  const refs = [text(layer['$ref']), ...list(layer['allOf']).map((one) => text(record(one)['$ref']))]
  const targets = refs.flatMap((ref) => {
    const name = ref?.split('/').at(-1)
    return name === undefined || components[name] === undefined
      ? []
      : resolved({ ...record(components[name]), 'x-ref': name }, components, depth + 1)
  })
  return [layer, ...targets]
}

export function propertyOf(schema: SchemaNode | undefined, key: string): SchemaNode | undefined {
  if (schema === undefined) return undefined
  const layers = schema.layers.flatMap((layer) => {
    const own = record(layer['properties'])[key] ?? layer['additionalProperties']
    return typeof own === 'object' && own !== null ? [record(own)] : []
  })
  return layers.length === 0 ? undefined : node(layers, schema.components)
}

export function itemsOf(schema: SchemaNode | undefined): SchemaNode | undefined {
  const layers = schema?.layers.flatMap((layer) => (layer['items'] === undefined ? [] : [record(layer['items'])])) ?? []
  return schema === undefined || layers.length === 0 ? undefined : node(layers, schema.components)
}

/** Is this a field with a name of its own, and not a key of a free map? */
export function isDeclared(schema: SchemaNode | undefined, key: string): boolean {
  return schema?.layers.some((layer) => key in record(layer['properties'])) === true
}

/** Would the server drop this field of this object without a word? Only a cluster's own schema can tell. */
export function drops(schema: SchemaNode | undefined, key: string): boolean {
  const own = schema?.layers.filter((layer) => layer['x-builtin'] !== true) ?? []
  const closed = own.filter((layer) => layer['properties'] !== undefined)
  const open = own.some(
    (layer) => layer['x-kubernetes-preserve-unknown-fields'] === true || (layer['additionalProperties'] ?? false) !== false,
  )
  return closed.length > 0 && !open && !closed.some((layer) => key in record(layer['properties']))
}

export function defaultOf(schema: SchemaNode | undefined): unknown {
  return schema?.layers.find((layer) => layer['default'] !== undefined)?.['default']
}

export function propertiesOf(schema: SchemaNode | undefined): readonly string[] {
  return [...new Set(schema?.layers.flatMap((layer) => Object.keys(record(layer['properties']))))]
}

export function traitOf(schema: SchemaNode | undefined, trait: string): unknown {
  return schema?.layers.find((layer) => layer[trait] !== undefined)?.[trait]
}
