import type { AnyObject, ObjectIdentity } from '../domain/compare.ts'
import type { ListPage } from '../ports/cluster.ts'
import { Odd, sameParts, scanItems, type Item } from './bytes.ts'

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
  const entries = new Map<string, Entry | typeof DONE>()
  const kept: AnyObject[][] = Array.from({ length: columns }, () => [])
  let equal = 0
  let everything = false

  /** Parses what is known of it, and lets go of the bytes. */
  function keep(entry: Entry): void {
    entry.kept = true
    for (const { item, column, apiVersion } of entry.items.splice(0)) {
      const object = JSON.parse(item.page.toString('utf8', item.start, item.end)) as AnyObject
      // Items of built-in kinds carry neither.
      kept[column]?.push({ apiVersion, kind: kind.kind, ...object })
    }
  }

  function see(seen: Seen, like: Item | undefined): void {
    const { item, column } = seen
    const key = `${item.namespace}/${item.name}`
    const bit = 2 ** column
    const entry = entries.get(key)
    // Twice in one list, and let go before: whoever reads objects has to tell.
    if (entry === DONE) throw new Odd()
    if (entry === undefined) {
      const first: Entry = { items: [seen], columns: bit, kept: false }
      entries.set(key, first)
      const identity = { group: kind.group, kind: kind.kind, name: item.name }
      if (everything || item.special || wanted(kind.namespaced ? { ...identity, namespace: item.namespace || 'default' } : identity))
        keep(first)
      return
    }
    const same = !entry.kept && like !== undefined && !item.special && (entry.columns & bit) === 0 && sameParts(like, item)
    entry.items.push(seen)
    entry.columns |= bit
    if (!same) keep(entry)
    else if (entry.columns === all) {
      entries.set(key, DONE)
      equal++
    }
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
    for (const entry of entries.values()) if (entry !== DONE) keep(entry)
  }

  return {
    add(column, { bytes, from, until, apiVersion }) {
      const known = (namespace: string, name: string): Item | undefined => {
        const found = entries.get(`${namespace}/${name}`)
        return found === undefined || found === DONE ? undefined : found.items[0]?.item
      }
      return sound(() => scanItems(bytes, from, until, known, (item, like) => see({ item, column, apiVersion }, like)))
    },
    lose() {
      everything = true
      return sound(keepAll) && equal === 0
    },
    end: () => (sound(keepAll) ? { columns: kept, equal } : undefined),
  }
}

interface Seen {
  readonly item: Item
  readonly column: number
  readonly apiVersion: string
}
interface Entry {
  readonly items: Seen[]
  columns: number
  kept: boolean
}
const DONE = 'done'
