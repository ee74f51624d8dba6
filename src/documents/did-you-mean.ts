/**
 * Edits between two words: insert, remove, replace, or swap two neighbours (Damerau-Levenshtein, restricted: no part is edited twice).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1), swapped ? beforeLast[j - 2]! + 1 : Infinity))
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

/** The nearest known word, ignoring case, if it is near enough to be what was meant: a third of its letters, and 1 edit for short words. Of two equally near ones it is neither: zone-d is not zone-a. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (word.length > 100) return undefined
  let best: { name: string | undefined; distance: number } | undefined
  for (const name of known) {
    if (name === word) continue
    const distance = editDistance(word.toLowerCase(), name.toLowerCase())
    if (distance > Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)) || distance >= name.length) continue
    if (best === undefined || distance < best.distance) best = { name, distance }
    else if (distance === best.distance) best.name = undefined
  }
  return best?.name
}

/** The sentence (without a full stop), and ` Did you mean x?` after it where something near is known. */
export function withMeant(sentence: string, word: string, known: readonly string[]): string {
  const meant = didYouMean(word, known)
  return meant === undefined ? sentence : `${sentence}. Did you mean ${meant}?`
}
