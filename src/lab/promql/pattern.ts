import { QueryRefusal, notOffered } from './refusal.ts'

const CLASSES: Readonly<Record<string, string>> = { s: '\\t\\n\\f\\r ', d: '0-9', w: '0-9A-Za-z_' }

/**
 * A regular expression of Prometheus (RE2) as one of JavaScript, for whole values only. What the two read differently is refused:
 * flags, Unicode classes, POSIX classes, anchors of text, look-around.
 */
export function wholePattern(source: string): RegExp {
  let out = ''
  let inClass = false
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!
    const rest = source.slice(i)
    if (char === '\\') {
      const next = source[++i] ?? ''
      out += escaped(next, inClass, source)
    } else if (inClass) {
      if (rest.startsWith('[:')) throw notOffered(`the POSIX class in ${JSON.stringify(source)}`)
      inClass = char !== ']'
      out += char
    } else if (char === '[') {
      if (/^\[\^?\]/.test(rest)) throw notOffered(`a class that begins with ] in ${JSON.stringify(source)}`)
      inClass = true
      out += char
    } else if (rest.startsWith('(?')) {
      const group = /^\(\?(?:P?<[A-Za-z_]\w*>|:)/.exec(rest)?.[0]
      if (group === undefined) throw notOffered(`the group ${rest.slice(0, 4)} in ${JSON.stringify(source)}`)
      out += group.replace('?P<', '?<')
      i += group.length - 1
    } else if (char === '{') {
      const times = /^\{\d+(?:,\d*)?\}/.exec(rest)?.[0]
      out += times ?? '\\{'
      i += (times?.length ?? 1) - 1
    } else out += char === ']' || char === '}' ? `\\${char}` : char
  }
  try {
    return new RegExp(`^(?:${out})$`, 'su')
  } catch {
    throw new QueryRefusal('bad_data', `invalid regular expression ${JSON.stringify(source)}`)
  }
}

function escaped(next: string, inClass: boolean, source: string): string {
  const named = CLASSES[next]
  if (named !== undefined) return inClass ? named : `[${named}]`
  const negated = inClass ? undefined : CLASSES[next.toLowerCase()]
  if (negated !== undefined) return `[^${negated}]`
  if ('nrtfv'.includes(next) && next !== '') return `\\${next}`
  if (/[A-Za-z0-9]/.test(next)) throw notOffered(`\\${next} in the regular expression ${JSON.stringify(source)}`)
  if (next === '' || next > '\u007f') throw new QueryRefusal('bad_data', `invalid regular expression ${JSON.stringify(source)}`)
  return /[\^$\\.*+?()[\]{}|/-]/.test(next) ? (next === '-' && !inClass ? '-' : `\\${next}`) : next
}
