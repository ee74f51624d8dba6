/**
 * The shapes of `with:` in a runbook, said as zod says them and small enough to be on the way of a switch: loading zod takes longer than planning.
 * `parse` answers the value with its defaults and without unknown keys, and throws where it is another shape.
 */
export interface Shape<T> {
  readonly json: JsonSchema
  parse(value: unknown, path?: string): T
  accepts(value: unknown): boolean
  /** What counts where nothing is given. */
  default(preset: T): Shape<T> & Optional
}

/** JSON Schema of what may be written. */
export type JsonSchema = Readonly<Record<string, unknown>>

interface Optional {
  readonly optional: true
}
type Shapes = Readonly<Record<string, Shape<unknown>>>
type ValueOf<S> = S extends Shape<infer T> ? T : never

export function string(): Shape<string> {
  return basic('string', 'a text', (value): value is string => typeof value === 'string')
}

export function boolean(): Shape<boolean> {
  return basic('boolean', 'true or false', (value): value is boolean => typeof value === 'boolean')
}

export function number(): Shape<number> {
  return basic('number', 'a number', (value): value is number => typeof value === 'number' && Number.isFinite(value))
}

/** A whole number that is not negative. */
export function count(): Shape<number> {
  const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  return basic('integer', 'a whole number from 0', isCount, { minimum: 0 })
}

function oneOf<const T extends string>(values: readonly T[]): Shape<T> {
  const isOne = (value: unknown): value is T => values.some((one) => one === value)
  return basic('string', `one of ${values.join(', ')}`, isOne, { enum: values })
}
export { oneOf as enum }

export function array<T>(item: Shape<T>, fewest = 0): Shape<readonly T[]> {
  return shape({ type: 'array', items: item.json, ...(fewest > 0 ? { minItems: fewest } : {}) }, (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list')
    if (value.length < fewest) throw wrong(path, `a list of at least ${fewest}`)
    return value.map((one, i) => item.parse(one, `${path}[${i}]`))
  })
}

export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return shape({ type: 'object', additionalProperties: item.json }, (value, path) => {
    if (!isRecord(value)) throw wrong(path, 'a map')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, item.parse(one, `${path}.${key}`)]))
  })
}

export function object<S extends Shapes>(keys: S): Shape<{ readonly [K in keyof S]: ValueOf<S[K]> }> {
  const required = Object.keys(keys).filter((key) => !('optional' in (keys[key] ?? {})))
  const properties = Object.fromEntries(Object.entries(keys).map(([key, one]) => [key, one.json]))
  return shape({ type: 'object', properties, ...(required.length > 0 ? { required } : {}) }, (value, path) => {
    if (!isRecord(value)) throw wrong(path, 'a map')
    const parsed = Object.entries(keys).map(([key, one]) => [key, one.parse(value[key], path === '' ? key : `${path}.${key}`)] as const)
    return Object.fromEntries(parsed) as { readonly [K in keyof S]: ValueOf<S[K]> }
  })
}

function basic<T>(type: string, words: string, is: (value: unknown) => value is T, more: JsonSchema = {}): Shape<T> {
  return shape({ type, ...more }, (value, path) => {
    if (!is(value)) throw wrong(path, words)
    return value
  })
}

function shape<T>(json: JsonSchema, read: (value: unknown, path: string) => T): Shape<T> {
  return {
    json,
    parse: (value, path = '') => read(value, path),
    accepts(value) {
      try {
        read(value, '')
        return true
      } catch {
        return false
      }
    },
    default: (preset) => ({
      ...shape({ ...json, default: preset }, (value, path) => (value === undefined ? preset : read(value, path))),
      optional: true,
    }),
  }
}

function wrong(path: string, expected: string): TypeError {
  return new TypeError(`${path === '' ? 'the input' : path} is not ${expected}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
