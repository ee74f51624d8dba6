import type { Facts } from '../domain/finding.ts'
import { fill, type Language, type Words } from '../domain/words.ts'

/** Every reason's words, collected from the files that give the reasons. */
export interface Phrasebook {
  /** The words, filled. A reason without words shows as itself with its facts: `capacity (load=823)`, so that nothing known is hidden. */
  lookup(reason: string, facts: Facts, language: Language): string
  has(reason: string): boolean
}

/** The later list wins where two know the same reason. */
export function createPhrasebook(lists: readonly Words[]): Phrasebook {
  const words = new Map(lists.flatMap((list) => Object.entries(list)))
  return {
    has: (reason) => words.has(reason),
    lookup(reason, facts, language) {
      const known = words.get(reason)
      if (known === undefined) return bare(reason, facts)
      // A reason may be the why of another: it speaks in the same language.
      const why = typeof facts['why'] === 'string' ? words.get(facts['why']) : undefined
      return fill(known[language], why === undefined ? facts : { ...facts, why: fill(why[language], facts) })
    },
  }
}

function bare(reason: string, facts: Facts): string {
  const shown = Object.entries(facts).map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`)
  return shown.length === 0 ? reason : `${reason} (${shown.join(', ')})`
}

/** One of our own words, filled; English plurals follow their number: `1 cluster`. */
export function spoken(words: Words[string], facts: Facts, language: Language): string {
  const text = fill(words[language], facts)
  return language === 'en' ? text.replaceAll(countable, '1 $1') : text
}

const countable =
  /(?<![\d/.])1 (cluster|center|region|rule|object|edit|change|request|record|step|operation|gateway|mark|wave|release|value|check)s\b/g
