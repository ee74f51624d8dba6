import { isNoiseAnnotation, METADATA_NOISE, TOP_NOISE } from './noise.ts'

/** Where an item of a list, or a part of one, stands in the bytes of a page: from here until before there. */
export interface Item {
  readonly page: Buffer
  readonly start: number
  readonly end: number
  readonly namespace: string
  readonly name: string
  /** It carries one of our marks, or is being deleted: whatever else it says, somebody has to read it. */
  readonly special: boolean
  /** Level, from, until of every part that is no noise, in the order in which they are written; each begins with its key. */
  readonly parts: readonly number[]
}

/** What the scan cannot make sense of; to be read as JSON, by those who say what is wrong with it. */
export class Odd extends Error {}

const [TOP, METADATA, ANNOTATION] = [0, 1, 2]
const [QUOTE, BACKSLASH, COMMA, COLON, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d] as const

/**
 * Walks the items of a list without parsing them. Equal parts are equal JSON; parts that differ say nothing yet. Only the compact form is read, in which API
 * servers answer: whatever is unusual, cut off or not an object of a list is `Odd`.
 */
export function scanItems(
  page: Buffer,
  from: number,
  until: number,
  known: (namespace: string, name: string) => Item | undefined,
  visit: (item: Item, like: Item | undefined) => void,
): void {
  const scan = scanner(page, until, known)
  for (let at = from; at < until;) {
    if (at > from) at = scan.expect(at, COMMA)
    at = scan.item(at, visit)
  }
}

function samePart(a: Item, b: Item, i: number): boolean {
  const [at, to] = [a.parts[i + 1] ?? 0, a.parts[i + 2] ?? 0]
  return sameBytes(a.page, at, to, b.page, b.parts[i + 1] ?? 0, b.parts[i + 2] ?? 0)
}

function sameBytes(a: Buffer, from: number, until: number, b: Buffer, at: number, to: number): boolean {
  if (until - from !== to - at) return false
  // A call costs more than a few bytes.
  if (until - from > 48) return a.compare(b, at, to, from, until) === 0
  for (let i = from, j = at; i < until; i++, j++) if (a[i] !== b[j]) return false
  return true
}

/** Do both say the same, but for noise? False says nothing yet. */
export function sameParts(a: Item, b: Item): boolean {
  if (a.parts.length !== b.parts.length) return false
  for (let i = 0; i < a.parts.length; i += 3) if (a.parts[i] !== b.parts[i] || !samePart(a, b, i)) return false
  return true
}

function scanner(page: Buffer, end: number, find: (namespace: string, name: string) => Item | undefined) {
  function expect(at: number, byte: number): number {
    if (at >= end || page[at] !== byte) throw new Odd()
    return at + 1
  }

  /** From an opening quote to behind the closing one. */
  function string(at: number): number {
    for (let i = at + 1; i < end; i++) {
      const byte = page[i]
      if (byte === QUOTE) return i + 1
      if (byte === BACKSLASH) i++
    }
    throw new Odd()
  }

  /** From the first byte of a value to behind its last. */
  function value(at: number): number {
    const first = page[at]
    if (first === QUOTE) return string(at)
    if (first !== OPEN && first !== OPEN_LIST) {
      let i = at
      for (; i < end; i++) {
        const byte = page[i]
        if (byte === COMMA || byte === CLOSE || byte === CLOSE_LIST) break
      }
      if (i === at) throw new Odd()
      return i
    }
    let depth = 0
    for (let i = at; i < end; i++) {
      const byte = page[i]
      if (byte === QUOTE) {
        for (i++; i < end; i++) {
          const inner = page[i]
          if (inner === QUOTE) break
          if (inner === BACKSLASH) i++
        }
      } else if (byte === OPEN || byte === OPEN_LIST) depth++
      else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) return i + 1
    }
    throw new Odd()
  }

  /** Visits `key: value` by key; the visitor answers where the value ends. */
  function members(at: number, visit: (from: number, until: number, value: number) => number): number {
    let i = expect(at, OPEN)
    if (page[i] === CLOSE) return i + 1
    for (;;) {
      if (page[i] !== QUOTE) throw new Odd()
      const behind = string(i)
      i = visit(i + 1, behind - 1, expect(behind, COLON))
      if (page[i] === CLOSE && i < end) return i + 1
      i = expect(i, COMMA)
    }
  }

  function textAt(at: number): string {
    if (page[at] !== QUOTE) throw new Odd()
    const text = page.toString('latin1', at + 1, string(at) - 1)
    // Names are plain; what is not is somebody else's to read.
    if (!/^[\w.:-]*$/.test(text)) throw new Odd()
    return text
  }

  // Of the item that is being walked; made once a page, for there are thousands of items.
  let parts: number[] = []
  let [namespace, name] = ['', '']
  let [named, owned, versioned, special] = [false, false, false, false]
  let like: Item | undefined
  const part = (level: number, from: number, at: number): number => {
    // Most of an object is the same as in the center before: one comparison, instead of looking for its end.
    const i = parts.length
    if (like !== undefined && like.parts[i] === level) {
      const [was, to] = [like.parts[i + 1] ?? 0, like.parts[i + 2] ?? 0]
      const until = from - 1 + to - was
      const next = page[until]
      if (until < end && (next === COMMA || next === CLOSE) && sameBytes(page, from - 1, until, like.page, was, to)) {
        parts.push(level, from - 1, until)
        return until
      }
    }
    const until = value(at)
    parts.push(level, from - 1, until)
    return until
  }
  const annotation = (from: number, until: number, at: number): number => {
    const key = page.toString('utf8', from, until)
    if (key.includes('\\')) throw new Odd()
    if (!isNoiseAnnotation(key)) return part(ANNOTATION, from, at)
    if (key.startsWith('tricenter.io/')) special = true
    return value(at)
  }
  const metadata = (from: number, until: number, at: number): number => {
    const key = keyOf(page, from, until)
    if (key === 'annotations' && page[at] === OPEN) return members(at, annotation)
    if (key === 'name') [name, named] = [textAt(at), true]
    else if (key === 'namespace') namespace = textAt(at)
    else if (key === 'uid') owned = page[at] === QUOTE
    else if (key === 'resourceVersion') versioned = page[at] === QUOTE
    else if (key === 'deletionTimestamp') special = true
    return key !== undefined && METADATA_NOISE.has(key) ? value(at) : part(METADATA, from, at)
  }
  const top = (from: number, until: number, at: number): number => {
    const key = keyOf(page, from, until)
    if (key === 'metadata') {
      const behind = members(at, metadata)
      like = find(namespace, name)
      return behind
    }
    return key !== undefined && TOP_NOISE.has(key) ? value(at) : part(TOP, from, at)
  }

  function item(start: number, visit: (item: Item, like: Item | undefined) => void): number {
    parts = []
    namespace = name = ''
    named = owned = versioned = special = false
    like = undefined
    const behind = members(start, top)
    if (!named || !owned || !versioned) throw new Odd()
    visit({ page, start, end: behind, namespace, name, special, parts }, like)
    return behind
  }

  return { expect, item }
}

/** Keys that mean something here, by length; undefined: another one. A key that is written with escapes could be any. */
const KEYS = new Map<number, readonly (readonly [string, Buffer])[]>()
for (const key of [...TOP_NOISE, ...METADATA_NOISE, 'metadata', 'annotations', 'name', 'namespace'])
  KEYS.set(key.length, [...(KEYS.get(key.length) ?? []), [key, Buffer.from(key)]])

function keyOf(page: Buffer, from: number, until: number): string | undefined {
  const likely = KEYS.get(until - from)
  if (likely !== undefined)
    for (const [key, bytes] of likely) {
      let i = 0
      while (i < bytes.length && bytes[i] === page[from + i]) i++
      if (i === bytes.length) return key
    }
  for (let i = from; i < until; i++) if (page[i] === BACKSLASH) throw new Odd()
  return undefined
}
