import { withMeant } from './did-you-mean.ts'
import type { Path } from './mistake.ts'

/** Says one mistake at its place in the document. */
export type Say = (path: Path, message: string, at?: 'key' | 'value') => void
/** Is this center declared? Says so where it is not; a name that is missing is no mistake of its own. */
export type Known = (path: Path, name: string | undefined, at?: 'key') => boolean

/** `{center}` is the only placeholder, and where every center needs a thing of its own it must stand in the name or the namespace. */
export function checkPattern(
  path: Path,
  pattern: { readonly name?: string | undefined; readonly namespace?: string | undefined } | undefined,
  mustDiffer: boolean,
  say: Say,
): void {
  if (pattern?.name === undefined) return
  for (const key of ['name', 'namespace'] as const) {
    for (const [whole, word = ''] of pattern[key]?.matchAll(/\{([^}]*)\}/g) ?? []) {
      if (word !== 'center') return say([...path, key], `unknown placeholder ${whole}. Only {center} is filled in`)
    }
  }
  if (mustDiffer && !pattern.name.includes('{center}') && !pattern.namespace?.includes('{center}')) {
    say([...path, 'name'], 'names the same backend for every center. Write {center} where its name stands')
  }
}

/** `{center}` is the only placeholder. */
export function checkPlaceholders(path: Path, text: string | undefined, say: Say): void {
  for (const [whole, word = ''] of text?.matchAll(/\{([^}]*)\}/g) ?? []) {
    if (word !== 'center') say(path, `unknown placeholder ${whole}. Only {center} is filled in`)
  }
}

/** A name that nothing declares: the near one, else all that are declared. */
export function undeclared(what: string, name: string, declared: readonly string[]): string {
  const sentence = `unknown ${what} ${name}`
  const meant = withMeant(sentence, name, declared)
  return meant === sentence ? `${sentence}. Declared: ${declared.join(', ')}` : meant
}

export function oneOf(path: Path, map: object, keys: readonly string[], say: Say): void {
  const written = keys.filter((key) => key in map)
  if (written.length !== 1) say(path, `expected exactly one of ${keys.join(', ')}; found ${written.length === 0 ? 'none' : 'both'}`, 'key')
}

/** The same for the JSON Schema: exactly one of these keys. */
export const pick = (...keys: readonly string[]) => ({ oneOf: keys.map((key) => ({ required: [key] })) })
