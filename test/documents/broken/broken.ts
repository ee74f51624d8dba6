/** One way to break a sound document: what is replaced by what, and every line that must follow. */
export interface Broken {
  readonly says: string
  readonly from: string
  readonly to: string
  readonly lines: readonly string[]
}

export function broken(text: string, { from, to }: Broken): string {
  if (!text.includes(from)) throw new Error(`the sound text does not hold ${from}`)
  return text.replace(from, () => to)
}
