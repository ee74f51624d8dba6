import { isNode, LineCounter, parseAllDocuments } from 'yaml'
import type { Document } from 'yaml'
import type { AnyObject } from '../domain/compare.ts'
import { knownKind } from '../domain/known-kinds.ts'
import type { Mistake, Path } from './mistake.ts'

/** One object of a text of manifests. */
interface Manifest {
  readonly object: AnyObject
  /** A mistake about it, where it stands. */
  readonly mistake: (message: string) => Mistake
}

/**
 * Every object of a text: YAML 1.1 as kubectl and Helm read it, documents and Lists in any depth, or JSON. Documents without content are none. A text of which a part
 * cannot be read has mistakes, and says nothing.
 */
export function readManifestText(
  text: string,
  file: string,
): { readonly manifests: readonly Manifest[]; readonly mistakes: readonly Mistake[] } {
  const source = text.replace(/^\uFEFF/, '')
  const json = /^\s*[[{]/.test(source) ? parsed(source) : undefined
  // JSON is read as such, which is many times faster; where an object stands is looked up when somebody asks.
  const documents = json === undefined ? yamlDocuments(source, file) : [{ value: json, mistake: laterIn(source, file) }]
  const mistakes: Mistake[] = []
  const manifests: Manifest[] = []
  for (const { value, mistake, broken } of documents) {
    if (broken !== undefined) mistakes.push(broken)
    else collect(value, [], mistake, manifests, mistakes)
  }
  return { manifests: mistakes.length > 0 ? [] : manifests, mistakes }
}

interface Read {
  readonly value: unknown
  readonly mistake: (path: Path, message: string) => Mistake
  readonly broken?: Mistake
}

function collect(value: unknown, path: Path, mistake: Read['mistake'], into: Manifest[], mistakes: Mistake[]): void {
  if (value === undefined || value === null) return
  const object = (typeof value === 'object' ? value : {}) as AnyObject
  const { kind, apiVersion, items, metadata } = object
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))
    return items.forEach((item: unknown, i) => collect(item ?? {}, [...path, 'items', i], mistake, into, mistakes))
  const name: unknown = typeof metadata === 'object' ? (metadata as AnyObject | null)?.['name'] : undefined
  const lacking = [
    ...(filled(apiVersion) ? [] : ['apiVersion']),
    ...(filled(kind) ? [] : ['kind']),
    ...(filled(name) ? [] : ['metadata.name']),
  ]
  if (lacking.length > 0) return void mistakes.push(mistake(path, `no Kubernetes object: ${lacking.join(', ')} missing`))
  into.push({ object, mistake: (message) => mistake(path, message) })
}

const filled = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** Objects that are written more than once, under whatever version of their group: which of them is meant nobody can tell. */
export function writtenTwice(manifests: readonly Manifest[]): readonly Mistake[] {
  const known = new Map<string, Manifest>()
  return manifests.flatMap((manifest) => {
    const { label, key } = identityOf(manifest.object)
    const first = known.get(key)
    if (first === undefined) {
      known.set(key, manifest)
      return []
    }
    const { file, line } = first.mistake('')
    return [manifest.mistake(`${label} is written twice; it stands at ${file}:${line} already`)]
  })
}

function identityOf(object: AnyObject): { readonly key: string; readonly label: string } {
  const kind = String(object['kind'])
  const [group] = String(object['apiVersion']).split('/').toReversed().slice(1)
  const { name, namespace } = object['metadata'] as AnyObject
  const scope = namespace ?? (knownKind(kind, group ?? '')?.namespaced === false ? '' : 'default')
  const label = `${kind} ${namespace === undefined ? '' : `${String(namespace)}/`}${String(name)}`
  return { label, key: [group ?? '', kind, scope, name].join('\n') }
}

function yamlDocuments(source: string, file: string): readonly Read[] {
  const lines = new LineCounter()
  const options = { version: '1.1', merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent', lineCounter: lines } as const
  const documents = parseAllDocuments(source, options) as readonly Document.Parsed[]
  return documents.map((document): Read => {
    const at = (offset: number, message: string): Mistake => {
      const { line, col } = lines.linePos(offset)
      return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: '', message }
    }
    const mistake = (path: Path, message: string): Mistake => at(offsetIn(document, path), message)
    const [error] = document.errors
    if (error !== undefined) return { value: undefined, mistake, broken: at(error.pos[0], `not YAML: ${error.message}`) }
    try {
      return { value: document.toJS({ maxAliasCount: 1000 }) as unknown, mistake }
    } catch {
      return { value: undefined, mistake, broken: mistake([], 'aliases repeat too much') }
    }
  })
}

/** Where the first key of the node begins, which is where a person looks for it. */
function offsetIn(document: Document.Parsed, path: Path): number {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
  return (isNode(node) ? node.range?.[0] : undefined) ?? document.range[0]
}

function laterIn(source: string, file: string): Read['mistake'] {
  let read: readonly Read[] | undefined
  return (path, message) => {
    read ??= yamlDocuments(source, file)
    return read[0]?.mistake(path, message) ?? { file, line: 1, column: 1, path: '', message }
  }
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source) as unknown
  } catch {
    return undefined
  }
}
