import type { AnyObject, ObjectIdentity } from '../domain/compare.ts'
import type { ListPage } from '../ports/cluster.ts'
import { behindComma, endIfSame, Odd, sameParts, scanner } from './bytes.ts'
import { pageStore, type Place } from './page-store.ts'

/** What is left to look at when objects that are the same everywhere have been counted and let go. */
export interface Sifted {
  /** Objects that the columns hold, in the order of the columns. */
  readonly columns: readonly (readonly AnyObject[])[]
  /** Objects that every column has, the same to the letter but for noise. */
  readonly equal: number
}

export interface SiftOptions {
  readonly columns: number
  readonly kind: Pick<ObjectIdentity, 'group' | 'kind'> & { readonly namespaced: boolean }
  /** An object that has to be looked at, whatever it says. */
  readonly wanted: (identity: ObjectIdentity) => boolean
}

export interface Sieve {
  /** False: this page cannot be sifted, and every list has to be read as objects. */
  add(column: number, page: ListPage): boolean
  /** A column will not be whole: nothing is equal everywhere, and all is kept. False: objects were let go that are needed now. */
  lose(): boolean
  /** When all pages of all columns are in. Undefined: something in them is no JSON. */
  end(): Sifted | undefined
}

/** Most columns that a sieve can tell apart. */
export const MOST_COLUMNS = 30

/**
 * Takes the pages of all columns as they come. An object is parsed when two columns do not agree on it; one on which all agree is forgotten at once, so that
 * memory holds what is not decided yet.
 */
export function sieve({ columns, kind, wanted }: SiftOptions): Sieve {
  const all = 2 ** columns - 1
  const kept: AnyObject[][] = Array.from({ length: columns }, () => [])
  const store = pageStore(columns)
  const [scanOne, scanOther] = [scanner(), scanner()]
  /** Objects by name, each with a number: in the order in which they were first seen. */
  const names = new Map<string, number>()
  const entries: Entry[] = []
  const noise = growing()
  /** What each column is expected to name next: lists come in one order. */
  const next = new Int32Array(columns)
  let equal = 0
  let everything = false

  function parse(column: number, { page, from, until }: Place): void {
    const object = JSON.parse(page.bytes.toString('utf8', from, until)) as AnyObject
    // Items of built-in kinds carry neither.
    kept[column]?.push({ apiVersion: page.apiVersion, kind: kind.kind, ...object })
  }

  /** Parses what is known of it, and lets go of the bytes. */
  function keep(entry: Entry): void {
    entry.state = 'kept'
    for (let column = 0; column < columns; column++) {
      const place = store.get(entry.number, column)
      if (place !== undefined) parse(column, place)
    }
    store.drop(entry.number)
  }

  /** Another column has the same. */
  function agree(entry: Entry, column: number, id: number, from: number, until: number): void {
    entry.columns |= 2 ** column
    if (entry.columns === all) {
      entry.state = 'equal'
      store.drop(entry.number)
      equal++
    } else store.set(entry.number, id, from, until)
  }

  /** Where the item at `at` ends if it is the very one that is expected of this column, and the same; -1: that has to be looked at. */
  function expected(column: number, page: ListPage, id: number, at: number): number {
    const entry = entries[next[column] ?? 0]
    if (entry === undefined || entry.state !== 'open' || (entry.columns & (2 ** column)) !== 0) return -1
    const place = store.get(entry.number, entry.first)
    if (place === undefined) return -1
    const like = { page: place.page.bytes, from: place.from, until: place.until, noise: noise.array, first: entry.noise, last: entry.quiet }
    const until = endIfSame(page.bytes, at, page.until, like)
    if (until < 0) return -1
    agree(entry, column, id, at, until)
    next[column] = entry.number + 1
    return until
  }

  /** Any item: where it ends. */
  function see(column: number, page: ListPage, id: number, at: number): number {
    const item = scanOne(page.bytes, at, page.until)
    const until = item.end
    const key = `${item.namespace}/${item.name}`
    const number = names.get(key) ?? entries.length
    let entry = entries[number]
    if (entry === undefined) {
      const from = noise.length()
      for (const place of item.noise) noise.push(place - at)
      entry = { number, first: column, noise: from, quiet: noise.length(), columns: 2 ** column, state: 'open' }
      entries.push(entry)
      names.set(key, number)
      store.set(number, id, at, until)
      if (next[column] === number) next[column] = number + 1
      const identity = { group: kind.group, kind: kind.kind, name: item.name }
      if (everything || item.special || wanted(kind.namespaced ? { ...identity, namespace: item.namespace || 'default' } : identity))
        keep(entry)
      return until
    }
    // Twice in one list, and let go before: whoever reads objects has to tell.
    if (entry.state === 'equal') throw new Odd()
    next[column] = number + 1
    const like =
      entry.state === 'open' && !item.special && (entry.columns & (2 ** column)) === 0 ? store.get(number, entry.first) : undefined
    if (like !== undefined && sameParts(page.bytes, item, like.page.bytes, scanOther(like.page.bytes, like.from, like.until)))
      agree(entry, column, id, at, until)
    else {
      keep(entry)
      parse(column, { page, from: at, until })
      entry.columns |= 2 ** column
    }
    return until
  }

  function sift(column: number, page: ListPage): void {
    const id = store.open(page, column)
    for (let at = page.from; at < page.until;) {
      if (at > page.from) at = behindComma(page.bytes, at, page.until)
      const until = expected(column, page, id, at)
      at = until < 0 ? see(column, page, id, at) : until
    }
    store.close(id)
  }

  /** Runs over pages; what cannot be read in them is for others to tell. */
  function sound(run: () => void): boolean {
    try {
      run()
      return true
    } catch (error) {
      if (error instanceof Odd || error instanceof SyntaxError) return false
      throw error
    }
  }
  const keepAll = (): void => {
    for (const entry of entries) if (entry.state === 'open') keep(entry)
  }

  return {
    add: (column, page) => sound(() => sift(column, page)),
    lose() {
      everything = true
      return sound(keepAll) && equal === 0
    },
    end: () => (sound(keepAll) ? { columns: kept, equal } : undefined),
  }
}

/** An object of some columns. */
interface Entry {
  readonly number: number
  /** The column that named it first; its noise stands in the list of noise, from `noise` until before `quiet`. */
  readonly first: number
  readonly noise: number
  readonly quiet: number
  /** One bit for each column that has it. */
  columns: number
  /** `open`: the same in every column so far, and in the store. `kept`: parsed. `equal`: counted, and let go. */
  state: 'open' | 'kept' | 'equal'
}

/** Numbers, many of them. */
function growing() {
  let array = new Int32Array(4096)
  let length = 0
  return {
    get array() {
      return array
    },
    length: () => length,
    push(value: number): void {
      if (length === array.length) {
        const more = new Int32Array(2 * length)
        more.set(array)
        array = more
      }
      array[length++] = value
    },
  }
}
