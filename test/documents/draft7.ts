/** What JSON Schema draft-07 says of a value, for the keywords that our schemas use; a keyword that it does not know is an error, never a yes. */
export function draft7Errors(schema: unknown, value: unknown, root: unknown = schema, at = '$'): readonly string[] {
  if (schema === true || schema === false) return schema ? [] : [`${at}: not allowed`]
  const errors: string[] = []
  const rules = schema as Record<string, any>
  const inner = (sub: unknown, part: unknown = value, where = at) => draft7Errors(sub, part, root, where)
  for (const [keyword, rule] of Object.entries(rules)) {
    const say = (bad: boolean) => void (bad && errors.push(`${at}: ${keyword} ${JSON.stringify(rule)}`))
    const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
    const list = Array.isArray(value) ? value : undefined
    switch (keyword) {
      case '$schema':
      case 'title':
      case 'description':
      case 'default':
      case 'definitions':
      case 'id':
        break
      case '$ref':
        errors.push(
          ...inner(
            String(rule)
              .slice(2)
              .split('/')
              .reduce<any>((part, key) => part[key], root),
          ),
        )
        break
      case 'type':
        say(![rule].flat().includes(typeOf(value)) && !([rule].flat().includes('number') && typeOf(value) === 'integer'))
        break
      case 'const':
        say(value !== rule)
        break
      case 'enum':
        say(!rule.includes(value))
        break
      case 'pattern':
        say(typeof value === 'string' && !new RegExp(rule, 'u').test(value))
        break
      case 'minimum':
        say(typeof value === 'number' && value < rule)
        break
      case 'maximum':
        say(typeof value === 'number' && value > rule)
        break
      case 'exclusiveMinimum':
        say(typeof value === 'number' && value <= rule)
        break
      case 'minItems':
        say(list !== undefined && list.length < rule)
        break
      case 'maxItems':
        say(list !== undefined && list.length > rule)
        break
      case 'items':
        list?.forEach((item, i) => errors.push(...inner(rule, item, `${at}[${i}]`)))
        break
      case 'required':
        for (const key of rule) if (map && !(key in map)) errors.push(`${at}: required ${key}`)
        break
      case 'properties':
        for (const [key, sub] of Object.entries(rule)) if (map && key in map) errors.push(...inner(sub, map[key], `${at}.${key}`))
        break
      case 'propertyNames':
        for (const key of Object.keys(map ?? {})) errors.push(...inner(rule, key, `${at}.${key}`))
        break
      case 'additionalProperties':
        for (const key of Object.keys(map ?? {}))
          if (!(key in (rules['properties'] ?? {}))) errors.push(...inner(rule, map![key], `${at}.${key}`))
        break
      case 'anyOf':
        say(!rule.some((sub: unknown) => inner(sub).length === 0))
        break
      case 'oneOf':
        say(rule.filter((sub: unknown) => inner(sub).length === 0).length !== 1)
        break
      default:
        errors.push(`${at}: keyword ${keyword} is not known to this checker`)
    }
  }
  return errors
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
