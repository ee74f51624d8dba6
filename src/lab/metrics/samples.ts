/** Samples of one series in the order of time: plain arrays of numbers that grow, and forget from the front. A marker says that the series ended there. */
export class Samples {
  #times = new Float64Array(32)
  #values = new Float64Array(32)
  #ends = new Uint8Array(32)
  #from = 0
  #to = 0

  get size(): number {
    return this.#to - this.#from
  }
  /** ms; undefined: empty. */
  get first(): number | undefined {
    return this.size === 0 ? undefined : this.#times[this.#from]
  }
  get last(): number | undefined {
    return this.size === 0 ? undefined : this.#times[this.#to - 1]
  }
  /** Whether its last entry is a marker. */
  get ended(): boolean {
    return this.size === 0 || this.#ends[this.#to - 1] === 1
  }

  /** `undefined` is the marker. False: not newer than the last, and left out. */
  push(time: number, value: number | undefined): boolean {
    if (this.last !== undefined && time <= this.last) return false
    if (this.#to === this.#times.length) this.#makeRoom()
    this.#times[this.#to] = time
    this.#values[this.#to] = value ?? 0
    this.#ends[this.#to] = value === undefined ? 1 : 0
    this.#to++
    return true
  }

  latest(at: number, lookback: number): { readonly time: number; readonly value: number } | undefined {
    const i = this.#after(at) - 1
    const time = this.#times[i]!
    if (i < this.#from || time <= at - lookback || this.#ends[i] === 1) return undefined
    return { time, value: this.#values[i]! }
  }

  window(from: number, to: number): { readonly times: readonly number[]; readonly values: readonly number[] } {
    const times: number[] = []
    const values: number[] = []
    const end = this.#after(to)
    for (let i = this.#after(from); i < end; i++) {
      if (this.#ends[i] === 1) continue
      times.push(this.#times[i]!)
      values.push(this.#values[i]!)
    }
    return { times, values }
  }

  /** Forgets everything before `time`; answers how many entries that was. */
  forget(time: number): number {
    const before = this.#from
    while (this.#from < this.#to && this.#times[this.#from]! < time) this.#from++
    return this.#from - before
  }

  /** Index of the first entry later than `time`. */
  #after(time: number): number {
    let [low, high] = [this.#from, this.#to]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#times[middle]! <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  #makeRoom(): void {
    const size = this.size
    const grown = Math.max(32, size > this.#times.length / 2 ? this.#times.length * 2 : this.#times.length)
    const move = <T extends Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old.subarray(this.#from, this.#to))
      return fresh
    }
    this.#times = move(this.#times, new Float64Array(grown))
    this.#values = move(this.#values, new Float64Array(grown))
    this.#ends = move(this.#ends, new Uint8Array(grown))
    this.#from = 0
    this.#to = size
  }
}
