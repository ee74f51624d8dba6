import type { ListPage } from '../ports/cluster.ts'

/** Where an item stands. */
export interface Place {
  readonly page: ListPage
  readonly from: number
  readonly until: number
}

/** A page, for as long as something in it is open. */
interface Held {
  readonly column: number
  page: ListPage
  open: number
  /** Entries that have been placed in it: how many, and between which numbers they are. */
  placed: number
  first: number
  last: number
}
const WORDS = 3
/** A page of which no more than this share is open is given back for a copy of that. */
const FEW = 1 / 8

/**
 * Remembers where items stand, by entry and column, in as few bytes and objects as can be: there are thousands, and most are let go soon. A page is freed when
 * nothing in it is open.
 */
export function pageStore(columns: number) {
  const held = new Map<number, Held>()
  let pages = 0
  // By entry and column: the number of the page, 0 for none; from; until.
  let places = new Int32Array(WORDS * columns * 1024)
  const indexOf = (entry: number, column: number): number => WORDS * (entry * columns + column)

  function leave(id: number, one: Held): void {
    if (--one.open > 0) return
    held.delete(id)
    one.page.free?.()
  }

  function shrink(id: number, one: Held): void {
    const open: number[] = []
    for (let entry = one.first; entry <= one.last; entry++) {
      const i = indexOf(entry, one.column)
      if (places[i] === id) open.push(i)
    }
    const bytes = Buffer.allocUnsafeSlow(open.reduce((size, i) => size + (places[i + 2] ?? 0) - (places[i + 1] ?? 0), 0))
    let end = 0
    for (const i of open) {
      const from = end
      end += one.page.bytes.copy(bytes, end, places[i + 1], places[i + 2])
      places[i + 1] = from
      places[i + 2] = end
    }
    const { free, ...page } = one.page
    one.page = { ...page, bytes, from: 0, until: end }
    free?.()
  }

  return {
    /** Holds a page until `close`, and then as long as something in it is open. Answers its number. */
    open(page: ListPage, column: number): number {
      held.set(++pages, { column, page, open: 1, placed: 0, first: Number.POSITIVE_INFINITY, last: 0 })
      return pages
    },
    /** Nothing more will be placed in it. */
    close(id: number): void {
      const mine = held.get(id)
      if (mine !== undefined) leave(id, mine)
      for (const [other, one] of held) if (one.page.free !== undefined && one.open <= one.placed * FEW) shrink(other, one)
    },
    set(entry: number, id: number, from: number, until: number): void {
      const one = held.get(id)
      if (one === undefined) return
      const i = indexOf(entry, one.column)
      if (i + WORDS > places.length) {
        const more = new Int32Array(2 * (i + WORDS))
        more.set(places)
        places = more
      }
      places[i] = id
      places[i + 1] = from
      places[i + 2] = until
      one.open++
      one.placed++
      one.first = Math.min(one.first, entry)
      one.last = Math.max(one.last, entry)
    },
    /** Undefined: no item of this entry is open in this column. */
    get(entry: number, column: number): Place | undefined {
      const i = indexOf(entry, column)
      const page = held.get(places[i] ?? 0)?.page
      return page === undefined ? undefined : { page, from: places[i + 1] ?? 0, until: places[i + 2] ?? 0 }
    },
    /** No item of this entry is open any more. */
    drop(entry: number): void {
      for (let i = indexOf(entry, 0), end = i + WORDS * columns; i < end; i += WORDS) {
        const id = places[i] ?? 0
        const one = held.get(id)
        places[i] = 0
        if (one !== undefined) leave(id, one)
      }
    },
  }
}
