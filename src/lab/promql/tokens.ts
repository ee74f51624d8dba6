import { QueryRefusal, notOffered } from './refusal.ts'

export interface Token {
  readonly kind: 'name' | 'number' | 'duration' | 'text' | 'sign' | 'end'
  /** As written; a text without its quotes, its escapes read. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const SPACE = /(?:\s|#[^\n]*)*/y
const NAME = /[A-Za-z_:][A-Za-z0-9_:]*/y
const DURATION = /\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdw]))*(?![A-Za-z0-9_])/y
const NUMBER = /(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_.])/y
const SIGN = /=~|!~|==|!=|<=|>=|[-+*/%^=<>(){}[\],@]/y
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y

/** Throws a `QueryRefusal` at the first thing that is no part of PromQL. The last token is of kind `end`. */
export function tokens(source: string): readonly Token[] {
  const found: Token[] = []
  let at = 0
  const read = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  for (;;) {
    at += read(SPACE)?.length ?? 0
    if (at >= source.length) break
    const kinds = [
      ['name', NAME],
      ['duration', DURATION],
      ['number', NUMBER],
      ['text', QUOTED],
      ['sign', SIGN],
    ] as const
    const hit = kinds.map(([kind, pattern]) => ({ kind, text: read(pattern) })).find(({ text }) => text !== undefined)
    if (hit?.text === undefined) throw parseError(source, at, `unexpected ${JSON.stringify(source[at])}`)
    const end = at + hit.text.length
    found.push({ kind: hit.kind, text: hit.kind === 'text' ? unquoted(hit.text, source, at) : hit.text, start: at, end })
    at = end
  }
  return [...found, { kind: 'end', text: 'end of input', start: source.length, end: source.length }]
}

/** A refusal with the place as Prometheus writes it: line and column from 1. */
export function parseError(source: string, at: number, what: string): QueryRefusal {
  return new QueryRefusal('bad_data', `${placeOf(source, at)}: parse error: ${what}`)
}

export function placeOf(source: string, at: number): string {
  const before = source.slice(0, at).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

function unquoted(text: string, source: string, at: number): string {
  const quote = text[0]!
  const inner = text.slice(1, -1)
  if (quote === '`') return inner.replaceAll('\r', '')
  return inner.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{3}|.)/gs, (all, escape: string) => {
    const simple = escape === quote ? quote : SIMPLE[escape]
    if (simple !== undefined) return simple
    if (/^[uU]./.test(escape)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 16))
    if (/^(?:x.|[0-7]{3})/.test(escape)) throw notOffered(`bytes in texts (${all})`)
    throw parseError(source, at, `unknown escape sequence ${all}`)
  })
}
