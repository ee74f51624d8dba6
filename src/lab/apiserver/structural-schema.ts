import { duplicateValue, invalidValue, requiredValue, type FieldError } from './api-error.ts'
import { isMap, same, type Tree } from './json.ts'

/** Removes what a structural schema does not know, in place, and returns the paths of what it removed. */
export function prune(value: unknown, schema: Tree, path = ''): string[] {
  if (Array.isArray(value)) return isMap(schema['items']) ? value.flatMap((item, i) => prune(item, schema['items'], `${path}[${i}]`)) : []
  if (!isMap(value)) return []
  const { properties = {}, additionalProperties } = schema
  const removed: string[] = []
  for (const key of Object.keys(value)) {
    const inner = path === '' ? key : `${path}.${key}`
    if (path === '' && (key === 'metadata' || key === 'apiVersion' || key === 'kind')) continue
    const known = properties[key] ?? (isMap(additionalProperties) ? additionalProperties : undefined)
    if (known !== undefined) removed.push(...prune(value[key], known, inner))
    else if (schema['x-kubernetes-preserve-unknown-fields'] !== true && additionalProperties !== true) {
      delete value[key]
      removed.push(inner)
    }
  }
  return removed
}

/** Fills in the defaults of a schema, in place. A null that may not be null counts as absent where there is a default. */
export function applyDefaults(value: unknown, schema: Tree): void {
  if (Array.isArray(value)) {
    if (isMap(schema['items'])) for (const item of value) applyDefaults(item, schema['items'])
    return
  }
  if (!isMap(value)) return
  for (const [key, inner] of Object.entries<Tree>(schema['properties'] ?? {})) {
    const absent = value[key] === undefined || (value[key] === null && inner['nullable'] !== true)
    if (absent && inner['default'] !== undefined) value[key] = structuredClone(inner['default'])
    applyDefaults(value[key], inner)
  }
  if (isMap(schema['additionalProperties'])) for (const inner of Object.values(value)) applyDefaults(inner, schema['additionalProperties'])
}

/** Every place where `value` is not as the schema wants it. */
export function validate(value: unknown, schema: Tree, path = ''): FieldError[] {
  if (value === null && schema['nullable'] === true) return []
  if (!hasType(value, schema)) return [typeError(path, value, schema['type'])]
  const errors = combined(value, schema, path)
  if (schema['enum'] !== undefined && !schema['enum'].some((allowed: unknown) => same(allowed, value)))
    errors.push(unsupported(path, value, schema['enum']))
  if (typeof value === 'string') errors.push(...ofString(value, schema, path))
  else if (typeof value === 'number') errors.push(...ofNumber(value, schema, path))
  else if (Array.isArray(value)) errors.push(...ofList(value, schema, path))
  else if (isMap(value)) errors.push(...ofMap(value, schema, path))
  return errors
}

function hasType(value: unknown, schema: Tree): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || Number.isInteger(value)
  switch (schema['type']) {
    case undefined:
      return true
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isMap(value)
    default:
      return typeof value === schema['type']
  }
}

function typeError(field: string, value: unknown, type: string): FieldError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : isMap(value) ? 'object' : typeof value
  return {
    reason: 'FieldValueTypeInvalid',
    field,
    message: `Invalid value: "${found}": ${field} in body must be of type ${type}: "${found}"`,
  }
}

const unsupported = (field: string, value: unknown, allowed: unknown[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((one) => JSON.stringify(one)).join(', ')}`,
})

const fits = (value: unknown, schema: Tree, path: string) => validate(value, schema, path).length === 0

function combined(value: unknown, { allOf = [], anyOf, oneOf, not }: Tree, path: string): FieldError[] {
  const errors: FieldError[] = allOf.flatMap((one: Tree) => validate(value, one, path))
  if (anyOf?.some((one: Tree) => fits(value, one, path)) === false)
    errors.push(invalidValue(path, '', `${path} in body must validate at least one schema (anyOf)`))
  if (oneOf !== undefined && oneOf.filter((one: Tree) => fits(value, one, path)).length !== 1)
    errors.push(invalidValue(path, '', `"${path}" must validate one and only one schema (oneOf)`))
  if (not !== undefined && fits(value, not, path)) errors.push(invalidValue(path, '', `"${path}" must not validate the schema (not)`))
  return errors
}

const formats: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
  ipv4: /^(\d{1,3}\.){3}\d{1,3}$/,
  ipv6: /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/,
}

function ofString(value: string, { minLength, maxLength, pattern, format }: Tree, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (minLength !== undefined && Array.from(value).length < minLength)
    errors.push(invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`))
  if (maxLength !== undefined && Array.from(value).length > maxLength)
    errors.push({ reason: 'FieldValueTooLong', field: path, message: `Too long: may not be more than ${maxLength} bytes` })
  if (pattern !== undefined && !expression(pattern).test(value))
    errors.push(invalidValue(path, value, `${path} in body should match '${pattern}'`))
  if (formats[format]?.test(value) === false)
    errors.push(invalidValue(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`))
  return errors
}

const expressions = new Map<string, RegExp>()
function expression(pattern: string): RegExp {
  let known = expressions.get(pattern)
  if (known === undefined) expressions.set(pattern, (known = new RegExp(pattern)))
  return known
}

function ofNumber(value: number, { minimum, maximum }: Tree, path: string): FieldError[] {
  if (minimum !== undefined && value < minimum)
    return [invalidValue(path, value, `${path} in body should be greater than or equal to ${minimum}`)]
  if (maximum !== undefined && value > maximum)
    return [invalidValue(path, value, `${path} in body should be less than or equal to ${maximum}`)]
  return []
}

const tooMany = (field: string, length: number, most: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${length}: must have at most ${most} items`,
})

function ofList(value: unknown[], schema: Tree, path: string): FieldError[] {
  const { minItems, maxItems, items = {} } = schema
  const errors = value.flatMap((item, i) => validate(item, items, `${path}[${i}]`))
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems))
  if (minItems !== undefined && value.length < minItems)
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`))
  const type = schema['x-kubernetes-list-type']
  if (type !== 'map' && type !== 'set') return errors
  const keys: string[] = schema['x-kubernetes-list-map-keys'] ?? []
  const seen = new Set<string>()
  for (const [i, item] of value.entries()) {
    const identity = type === 'set' || !isMap(item) ? item : Object.fromEntries(keys.map((key) => [key, item[key]]))
    const text = JSON.stringify(identity)
    if (seen.has(text)) errors.push(duplicateValue(`${path}[${i}]`, identity))
    seen.add(text)
  }
  return errors
}

function ofMap(value: Tree, { required = [], properties = {}, additionalProperties, maxProperties }: Tree, path: string): FieldError[] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`)
  const errors: FieldError[] = required.filter((key: string) => value[key] === undefined).map((key: string) => requiredValue(at(key)))
  if (maxProperties !== undefined && Object.keys(value).length > maxProperties)
    errors.push(tooMany(path, Object.keys(value).length, maxProperties))
  for (const [key, inner] of Object.entries(value)) {
    const schema = properties[key] ?? (isMap(additionalProperties) ? additionalProperties : undefined)
    if (schema !== undefined && !(path === '' && key === 'metadata')) errors.push(...validate(inner, schema, at(key)))
  }
  return errors
}
