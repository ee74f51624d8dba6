import { compare, type ColumnObjects } from '../../src/compare/compare.ts'
import { diffDocument } from '../../src/compare/document.ts'
import { schemaNode, schemaOfKind, type SchemaNode } from '../../src/compare/schema.ts'
import { embeddedDocument } from '../../src/documents/embedded.ts'
import type { AnyObject, Column, ComparedKind, Comparison, DeclaredIntent } from '../../src/domain/compare.ts'
import type { DiffDocument } from '../../src/domain/diff-document.ts'
import { knownKind } from '../../src/domain/known-kinds.ts'

export function kindOf(kind: string, more: Partial<ComparedKind> = {}): ComparedKind {
  const served = knownKind(kind) ?? { group: 'example.com', version: 'v1', plural: `${kind.toLowerCase()}s`, kind, namespaced: true }
  return { ...served, rename: [], ignore: [], check: { by: 'content' }, ...more }
}

const ROLES = { 'zone-a': 'active', 'zone-b': 'active', 'zone-c': 'standby' } as const

function columnOf(name: string): Column {
  if (name === 'desired') return { name, source: 'desired' }
  return { name, source: 'live', center: name, role: ROLES[name as keyof typeof ROLES] ?? 'active' }
}

export interface Given {
  readonly kind: ComparedKind
  readonly columns: Readonly<Record<string, readonly AnyObject[] | Exclude<ColumnObjects, { state: 'present' }>>>
  readonly schema?: SchemaNode | undefined
  readonly intents?: readonly DeclaredIntent[]
  readonly aliases?: Readonly<Record<string, string>>
  readonly now?: number
}

/** Objects of one kind, side by side. */
export function compared({ kind, columns, schema = schemaOfKind({}, kind), intents = [], aliases = {}, now = 0 }: Given): Comparison {
  const cells = new Map<string, ColumnObjects>(
    Object.entries(columns).map(([name, given]) => [
      name,
      Array.isArray(given)
        ? { state: 'present', objects: given as readonly AnyObject[], ...(schema === undefined ? {} : { schema }) }
        : (given as ColumnObjects),
    ]),
  )
  return compare({
    columns: Object.keys(columns).map(columnOf),
    kinds: [{ kind, columns: cells }],
    intents,
    aliases,
    embedded: embeddedDocument,
    now,
  })
}

export function documentOf(comparison: Comparison, fingerprint: (secret: string) => string = () => 'f00'): DiffDocument {
  return diffDocument(comparison, { topology: 'test', took: 1, fingerprint })
}

/** An object of a kind with this content. */
export function object(kind: string, content: object = {}, metadata: object = {}): AnyObject {
  const { group, version } = kindOf(kind)
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name: 'one', namespace: 'ai', ...metadata },
    ...content,
  }
}

/** The paths that differ between two objects; `[]`: none do. */
export function differing(kind: string, a: AnyObject, b: AnyObject, schema?: object): readonly string[] {
  const comparison = compared({
    kind: kindOf(kind),
    columns: { 'zone-a': [a], 'zone-b': [b] },
    ...(schema === undefined ? {} : { schema: schemaNode(schema) }),
  })
  return documentOf(comparison).objects.flatMap(({ leaves }) =>
    leaves.filter(({ verdict }) => verdict !== 'equal').map(({ path, kind: sort }) => (sort === 'order' ? `${path} reordered` : path)),
  )
}
