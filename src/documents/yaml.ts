import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Node } from 'yaml'
import type { Mistake, Path } from './mistake.ts'
import { pathText } from './mistake.ts'

/** Bytes. A topology of 24 centers and 50 services is under 100 KiB. */
const LIMIT = 1024 * 1024
/** Nodes that aliases may add up to, as the yaml library counts them. */
const ALIAS_LIMIT = 100
/** A topology is 7 deep, a runbook with its steps in steps rarely 10. */
const DEPTH_LIMIT = 100

/** A text of another kind: one line says so, instead of everything that a reader of the wrong kind would miss. */
export function otherKind(document: YamlDocument, kind: string): Mistake | undefined {
  const value = document.value as { kind?: unknown } | null
  if (typeof value !== 'object' || typeof value?.kind !== 'string' || value.kind === kind) return undefined
  return document.mistake(['kind'], `expected ${kind}, not ${value.kind}`)
}

/** A text that could be read, with the way from a path in its value back to line and column. */
export interface YamlDocument {
  readonly value: unknown
  /** A mistake about the value at `path`, or about its key: shown where the reader must edit. */
  mistake(path: Path, message: string, at?: 'key' | 'value'): Mistake
}

/**
 * Text → value with positions (YAML 1.2 core, one document, plain keys, no merge keys). Bytes must be UTF-8; a byte order mark is skipped.
 * Without a document the text could not be read; with one, `mistakes` may still hold duplicate keys.
 */
export function readYaml(
  text: string | Uint8Array,
  file: string,
): { readonly mistakes: readonly Mistake[]; readonly document?: YamlDocument } {
  const lines = new LineCounter()
  const at = (offset: number, message: string, path: Path = []): Mistake => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), message }
  }
  const only = (offset: number, message: string) => ({ mistakes: [at(offset, message)] })

  if (text.length > LIMIT) return only(0, `too large: ${Math.ceil(text.length / 1024)} KiB, the limit is ${LIMIT / 1024} KiB`)
  const source = (typeof text === 'string' ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(text)).replace(/^\uFEFF/, '')
  const unreadable = source.search(/[\uFFFD\0]/)
  if (unreadable >= 0) {
    for (let i = source.indexOf('\n'); i >= 0 && i < unreadable; i = source.indexOf('\n', i + 1)) lines.addNewLine(i + 1)
    lines.lineStarts.unshift(0)
    return only(unreadable, 'not UTF-8 text. Save the file as UTF-8')
  }

  let parsed: Document.Parsed
  try {
    parsed = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' })
  } catch (error) {
    if (error instanceof RangeError) return only(0, 'nested too deeply')
    throw error
  }
  const complaints = [...parsed.errors, ...parsed.warnings]
  const several = complaints.find(({ code }) => code === 'MULTIPLE_DOCS')
  if (several) return only(several.pos[0], 'a second document begins here. Write one document per file')
  const duplicates = complaints.filter(({ code }) => code === 'DUPLICATE_KEY')
  if (complaints.length > duplicates.length) {
    if (complaints.some(({ message }) => message.includes('call stack'))) return only(0, 'nested too deeply')
    // The first alone: what a parser says after it is mostly its own confusion.
    const [first] = complaints.filter(({ code }) => code !== 'DUPLICATE_KEY').sort((a, b) => a.pos[0] - b.pos[0])
    return only(first!.pos[0], explainSyntax(first!.code, first!.message, source, first!.pos))
  }
  if (parsed.contents === null || (isScalar(parsed.contents) && parsed.contents.value === null))
    return only(0, 'empty: nothing is declared')
  const trap = findTrap(parsed)
  if (trap) return only(trap.offset, trap.message)

  try {
    const value: unknown = parsed.toJS({ maxAliasCount: ALIAS_LIMIT })
    return {
      mistakes: duplicates.map(({ pos }) => at(pos[0], `key ${word(source, pos)} is written twice`)),
      document: { value, mistake: (path, message, where = 'value') => at(offsetOf(parsed, path, where), message, path) },
    }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return only(firstAlias(parsed), `aliases repeat too much: more than ${ALIAS_LIMIT} times in all`)
  }
}

/** Where the node at `path` begins, or its key; a part that is missing is shown at the nearest part around it that is written. */
function offsetOf(document: Document.Parsed, path: Path, where: 'key' | 'value'): number {
  let node: Node | null = document.contents
  let key = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isMap(node)) {
      const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (!pair || !isNode(pair.key)) return key
      key = pair.key.range?.[0] ?? key
      node = isNode(pair.value) ? pair.value : null
    } else if (isSeq(node) && typeof part === 'number') {
      const item: unknown = node.items[part]
      if (!isNode(item)) return key
      key = item.range?.[0] ?? key
      node = item
    } else return key
  }
  const written = isCollection(node) || isAlias(node) || (isScalar(node) && node.source !== '')
  return where === 'value' && written && !isMap(node) ? (node?.range?.[0] ?? key) : key
}

/** What would hang or mislead whoever walks the value: an alias inside the node that it repeats, one without an anchor, depth, and the key that JavaScript reserves. */
function findTrap(document: Document.Parsed): { readonly offset: number; readonly message: string } | undefined {
  let found: { offset: number; message: string } | undefined
  const stop = (node: Node | undefined, message: string) => {
    found = { offset: node?.range?.[0] ?? 0, message }
    return visit.BREAK
  }
  visit(document, {
    Alias(_, alias) {
      const range = alias.resolve(document)?.range
      if (!range) return stop(alias, `*${alias.source} repeats nothing: no &${alias.source} stands above it`)
      const here = alias.range?.[0] ?? 0
      return here >= range[0] && here < range[2] ? stop(alias, `*${alias.source} stands inside the part that it repeats`) : undefined
    },
    Collection(_, node, path) {
      return path.filter(isCollection).length >= DEPTH_LIMIT ? stop(node, 'nested too deeply') : undefined
    },
    Pair(_, { key }) {
      return isScalar(key) && key.value === '__proto__' ? stop(key, '__proto__ cannot be a key') : undefined
    },
  })
  return found
}

function firstAlias(document: Document.Parsed): number {
  let offset = 0
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

const word = (source: string, [from]: readonly [number, number]): string => /^[^:\s]*/.exec(source.slice(from))![0]

function explainSyntax(code: string, message: string, source: string, pos: readonly [number, number]): string {
  const start = source.lastIndexOf('\n', pos[0] - 1) + 1
  const line = source.slice(start, source.indexOf('\n', start) < 0 ? undefined : source.indexOf('\n', start))
  if (/[{[].*[^"']\$\{/.test(line)) return 'inside { } and [ ] write "${…}" in quotes'
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indented with a tab. YAML wants spaces'
    case 'TAG_RESOLVE_FAILED':
      return `unknown tag ${source.slice(pos[0], pos[1])}`
    case 'NON_STRING_KEY':
      return 'a key must be plain text'
    default:
      return `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1).split('\n', 1)[0]!.replace(/:$/, '')}`
  }
}
