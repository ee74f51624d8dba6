import { isNoiseAnnotation, METADATA_NOISE, TOP_NOISE } from './noise.ts'

/** What a walk over one item of a list has found. Places are counted from the beginning of the page. It holds until the next walk of the same scanner. */
export interface Scanned {
  /** Behind its last byte. */
  readonly end: number
  readonly namespace: string
  readonly name: string
  /** It carries one of our marks, or is being deleted: whatever else it says, somebody has to read it. */
  readonly special: boolean
  /** Level, from, until of every part that is no noise, in the order in which they are written; each begins with its key. */
  readonly parts: readonly number[]
  /** From, until of every value that is noise, in the order in which they are written. */
  readonly noise: readonly number[]
}

/** What the scan cannot make sense of; to be read as JSON, by those who say what is wrong with it. */
export class Odd extends Error {}

const [TOP, METADATA, ANNOTATION] = [0, 1, 2] as const
type Level = typeof TOP | typeof METADATA | typeof ANNOTATION
const [QUOTE, BACKSLASH, COMMA, COLON, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d] as const

/** Behind the comma at `at`. */
export function behindComma(page: Buffer, at: number, until: number): number {
  return expect(page, at, until, COMMA)
}

/**
 * Walks over items of a list without parsing them. Only the compact form is read, in which API servers answer: whatever is unusual, cut off or not an object of a
 * list is `Odd`.
 */
export function scanner(): (page: Buffer, at: number, until: number) => Scanned {
  // Made once, for there are thousands of items.
  const parts: number[] = []
  const noise: number[] = []
  const found = { end: 0, namespace: '', name: '', special: false, parts, noise }
  let [named, owned, versioned] = [false, false, false]

  function members(page: Buffer, at: number, end: number, level: Level): number {
    let i = expect(page, at, end, OPEN)
    if (i < end && page[i] === CLOSE) return i + 1
    for (;;) {
      if (page[i] !== QUOTE) throw new Odd()
      const behind = valueEnd(page, i, end)
      i = member(page, i + 1, behind - 1, expect(page, behind, end, COLON), end, level)
      if (i < end && page[i] === CLOSE) return i + 1
      i = expect(page, i, end, COMMA)
    }
  }

  /** Behind the value at `at`, whose key stands from `from` until before `until`. */
  function member(page: Buffer, from: number, until: number, at: number, end: number, level: Level): number {
    let isNoise: boolean
    if (level === ANNOTATION) {
      const key = page.toString('utf8', from, until)
      if (key.includes('\\')) throw new Odd()
      isNoise = isNoiseAnnotation(key)
      if (isNoise && key.startsWith('tricenter.io/')) found.special = true
    } else {
      const key = keyOf(page, from, until)
      if (level === TOP) {
        if (key === 'metadata') return members(page, at, end, METADATA)
        isNoise = key !== undefined && TOP_NOISE.has(key)
      } else {
        if (key === 'annotations' && page[at] === OPEN) return members(page, at, end, ANNOTATION)
        if (key === 'name') {
          found.name = textAt(page, at, end)
          named = true
        } else if (key === 'namespace') found.namespace = textAt(page, at, end)
        else if (key === 'uid') owned = page[at] === QUOTE
        else if (key === 'resourceVersion') versioned = page[at] === QUOTE
        else if (key === 'deletionTimestamp') found.special = true
        isNoise = key !== undefined && METADATA_NOISE.has(key)
      }
    }
    const behind = valueEnd(page, at, end)
    if (isNoise) noise.push(at, behind)
    else parts.push(level, from - 1, behind)
    return behind
  }

  return (page, at, until) => {
    parts.length = noise.length = 0
    found.namespace = found.name = ''
    found.special = named = owned = versioned = false
    found.end = members(page, at, until, TOP)
    if (!named || !owned || !versioned) throw new Odd()
    return found
  }
}

/** Do two items, each in its page, say the same but for noise? Equal parts are equal JSON. False says nothing yet. */
export function sameParts(page: Buffer, a: Scanned, like: Buffer, b: Scanned): boolean {
  if (a.parts.length !== b.parts.length) return false
  for (let i = 0; i < a.parts.length; i += 3) {
    const [at, to, from, until] = [a.parts[i + 1] ?? 0, a.parts[i + 2] ?? 0, b.parts[i + 1] ?? 0, b.parts[i + 2] ?? 0]
    if (a.parts[i] !== b.parts[i] || to - at !== until - from || !sameBytes(page, at, like, from, to - at)) return false
  }
  return true
}

/** An item that has been scanned: where it stands, and where its noise does, from its first byte. */
export interface Reference {
  readonly page: Buffer
  readonly from: number
  readonly until: number
  readonly noise: Int32Array
  /** Its share of `noise`. */
  readonly first: number
  readonly last: number
}

/**
 * The short way: is what stands at `at` the same as the other item, to the letter, but for values that are noise in both? Then its keys are the same too, and
 * whatever the scan has said of the other holds of this one. Answers where it ends; -1 says nothing yet.
 */
export function endIfSame(page: Buffer, at: number, end: number, { page: like, from, until, noise, first, last }: Reference): number {
  let [here, there] = [at, from]
  for (let i = first; i < last; i += 2) {
    const value = from + (noise[i] ?? 0)
    const length = value - there
    if (here + length >= end || !sameBytes(page, here, like, there, length)) return -1
    here += length
    there = from + (noise[i + 1] ?? 0)
    if ((page[here] === QUOTE) !== (like[value] === QUOTE)) return -1
    here = endOf(page, here, end)
    if (here < 0) return -1
  }
  const rest = until - there
  return here + rest <= end && sameBytes(page, here, like, there, rest) ? here + rest : -1
}

/** The caller has looked that neither is cut off. */
function sameBytes(a: Buffer, at: number, b: Buffer, from: number, length: number): boolean {
  // A call costs more than a few bytes.
  if (length > 64) return a.compare(b, from, from + length, at, at + length) === 0
  for (let i = 0; i < length; i++) if (a[at + i] !== b[from + i]) return false
  return true
}

function expect(page: Buffer, at: number, end: number, byte: number): number {
  if (at >= end || page[at] !== byte) throw new Odd()
  return at + 1
}

/** From the first byte of a value to behind its last; -1: it is none, or does not end. */
function endOf(page: Buffer, at: number, end: number): number {
  if (at >= end) return -1
  const first = page[at]
  if (first === QUOTE) {
    for (let i = at + 1; i < end; i++) {
      const byte = page[i]
      if (byte === QUOTE) return i + 1
      if (byte === BACKSLASH) i++
    }
    return -1
  }
  if (first !== OPEN && first !== OPEN_LIST) return plainEnd(page, at, end)
  let depth = 0
  for (let i = at; i < end; i++) {
    const byte = page[i] ?? 0
    if (byte === QUOTE) {
      for (i++; i < end; i++) {
        const inner = page[i]
        if (inner === QUOTE) break
        if (inner === BACKSLASH) i++
      }
      // Brackets and braces differ by one bit.
    } else if ((byte | 0x20) === OPEN) depth++
    else if ((byte | 0x20) === CLOSE && --depth === 0) return i + 1
  }
  return -1
}

/** Behind a number or a word. */
function plainEnd(page: Buffer, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const byte = page[i]
    if (byte === COMMA || byte === CLOSE || byte === CLOSE_LIST) return i === at ? -1 : i
  }
  return end
}

function valueEnd(page: Buffer, at: number, end: number): number {
  const behind = endOf(page, at, end)
  if (behind < 0) throw new Odd()
  return behind
}

function textAt(page: Buffer, at: number, end: number): string {
  if (page[at] !== QUOTE) throw new Odd()
  const text = page.toString('latin1', at + 1, valueEnd(page, at, end) - 1)
  // Names are plain; what is not is somebody else's to read.
  if (!/^[\w.:-]*$/.test(text)) throw new Odd()
  return text
}

/** Keys that mean something here, by length; undefined: another one. A key that is written with escapes could be any. */
const KEYS: (readonly (readonly [string, Buffer])[] | undefined)[] = []
for (const key of [...TOP_NOISE, ...METADATA_NOISE, 'metadata', 'annotations', 'name', 'namespace'])
  KEYS[key.length] = [...(KEYS[key.length] ?? []), [key, Buffer.from(key)]]

function keyOf(page: Buffer, from: number, until: number): string | undefined {
  const likely = KEYS[until - from]
  if (likely !== undefined)
    for (const [key, bytes] of likely) {
      let i = 0
      while (i < bytes.length && bytes[i] === page[from + i]) i++
      if (i === bytes.length) return key
    }
  for (let i = from; i < until; i++) if (page[i] === BACKSLASH) throw new Odd()
  return undefined
}
