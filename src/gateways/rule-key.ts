import { list, record, text } from './strange.ts'

/**
 * What people and marks call a rule, made of its matches: `/api`, `=/exact`, `~/regex`, `GET /v1`, `X-Client-Region=beijing`, `/v1 ?debug=1`; alternatives are joined with ` | `.
 * The path prefix `/` is what the API server adds where none is given, so it is only said when there is nothing else.
 * The order of headers, parameters and alternatives does not matter.
 */
function matchesKey(matches: unknown): string {
  const keys = list(matches).map(matchKey)
  return keys.length === 0 ? '/' : [...new Set(keys)].sort().join(' | ')
}

/** One key a rule: the second rule with the same matches is `…#2`. */
export function ruleKeys(rules: readonly { readonly matches: unknown }[]): readonly string[] {
  const taken = new Set<string>()
  return rules.map(({ matches }) => {
    const plain = matchesKey(matches)
    let key = plain
    for (let ordinal = 2; taken.has(key); ordinal++) key = `${plain}#${ordinal}`
    taken.add(key)
    return key
  })
}

function matchKey(match: unknown): string {
  const { path, method, headers, queryParams } = record(match)
  const values = [
    ...list(headers).map(named).sort(),
    ...list(queryParams)
      .map((query) => `?${named(query)}`)
      .sort(),
  ]
  const rest = [...(text(method) === undefined ? [] : [`${text(method)}`]), ...values]
  const where = pathKey(path)
  if (where === '/' && rest.length > 0) return rest.join(' ')
  return [...(text(method) === undefined ? [] : [`${text(method)}`]), where, ...values].join(' ')
}

function pathKey(path: unknown): string {
  const { type, value } = record(path)
  const sign = type === 'Exact' ? '=' : type === 'RegularExpression' ? '~' : ''
  return `${sign}${text(value) ?? '/'}`
}

function named(value: unknown): string {
  const one = record(value)
  return `${text(one['name']) ?? ''}${one['type'] === 'RegularExpression' ? '~=' : '='}${text(one['value']) ?? ''}`
}
