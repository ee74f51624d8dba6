/** The name that differs least from `wanted`, when at most a third of it differs. */
export function nearest(wanted: string, names: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  const ranked = names.map((name) => ({ name, far: distance(wanted.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.far - b.far)
  return ranked[0] !== undefined && ranked[0].far <= limit ? ranked[0].name : undefined
}

/** Insertions, deletions and replacements from one text to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
