import * as z from 'zod'
import { described } from './described.ts'
import { didYouMean, withMeant } from './did-you-mean.ts'
import type { Mistake, Path } from './mistake.ts'
import { pathText } from './mistake.ts'
import type { YamlDocument } from './yaml.ts'

export { described } from './described.ts'

/** What `tricenter init` writes where only a person knows the answer. */
export const PLACEHOLDER = 'CHANGE-ME'

/** A value of which any part may be missing or broken: what checks across a document work on, so that all mistakes are found at once. */
export type Loose<T> = T extends readonly (infer Element)[]
  ? readonly (Loose<Element> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Loose<T[Key]> | undefined }
    : T

export interface Shape<Schema extends z.ZodType> {
  readonly mistakes: readonly Mistake[]
  /** Present without mistakes. */
  readonly value?: z.output<Schema>
  /** What was written, without the parts that a mistake is about. */
  readonly seen: Loose<z.input<Schema>>
}

/** A map with these keys and no others. */
export function closed<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => withMeant('unknown key', key, Object.keys(shape))).join('\n')
        : undefined,
  })
}

/** Checks `part` of a document, standing at `base`, against a schema; every issue becomes a mistake in our words at its place. */
export function readShape<Schema extends z.ZodType>(
  schema: Schema,
  document: YamlDocument,
  part: unknown = document.value,
  base: Path = [],
): Shape<Schema> {
  const blanks = placeholders(part)
  const parsed = schema.safeParse(part, { error: explain })
  const broken = new Set(blanks.map(pathText))
  const mistakes = blanks.map((path) => document.mistake([...base, ...path], `still to be filled in${hint(schema, path)}`))
  /** Unknown keys, and the key that was meant, where one is near. */
  const unknown = new Map<string, string | undefined>()
  const meant = new Set<string>()
  const missing: { path: Path; mistake: Mistake }[] = []

  for (const issue of parsed.error?.issues ?? []) {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)))
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n')
      const around = valueAt(part, path)
      issue.keys.forEach((key, i) => {
        mistakes.push(document.mistake([...base, ...path, key], messages[i] ?? 'unknown key', 'key'))
        const known = objectKeys(schemaAt(schema, path)).filter(
          (name) => typeof around !== 'object' || around === null || !(name in around),
        )
        const name = didYouMean(key, known)
        unknown.set(pathText([...path, key]), name)
        if (name !== undefined) meant.add(pathText([...path, name]))
      })
    } else if (issue.code === 'invalid_key') {
      mistakes.push(document.mistake([...base, ...path], issue.issues[0]?.message ?? issue.message, 'key'))
    } else if (!broken.has(pathText(path))) {
      const absent = valueAt(part, path) === undefined
      const mistake = document.mistake([...base, ...path], issue.message, absent ? 'key' : 'value')
      if (absent) missing.push({ path, mistake })
      else mistakes.push(mistake)
      broken.add(pathText(path))
    }
  }
  // A key that is only misspelt is one mistake, not two.
  mistakes.push(...missing.filter(({ path }) => !meant.has(pathText(path))).map(({ mistake }) => mistake))
  const seen = pruned(part, [], broken, unknown) as Loose<z.input<Schema>>
  return { mistakes, seen, ...(parsed.success && mistakes.length === 0 ? { value: parsed.data } : {}) }
}

/** zod's issues in our words, where a schema has none of its own. */
const explain: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return 'missing'
  if (issue.code === 'invalid_type') {
    return `expected ${typeNames[issue.expected] ?? issue.expected}, not ${described(issue.input)}`
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String)
    const sentence = `expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}, not ${described(issue.input)}`
    return typeof issue.input === 'string' && values.length > 1 ? withMeant(sentence, issue.input, values) : sentence
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return 'must not be empty'
    if (issue.origin === 'array') return `expected at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`
    return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, not ${described(issue.input)}`
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'array') return `expected at most ${issue.maximum} entries`
    if (issue.origin === 'string') return `expected at most ${issue.maximum} characters`
    return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}, not ${described(issue.input)}`
  }
  return undefined
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined),
    value,
  )
}

function placeholders(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return value.includes(PLACEHOLDER) ? [path] : []
  if (Array.isArray(value)) return value.flatMap((item, i) => placeholders(item, [...path, i]))
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => placeholders(item, [...path, key]))
  return []
}

/** Broken parts become undefined; unknown keys go, or stand as undefined under the name that was meant. */
function pruned(value: unknown, path: Path, broken: ReadonlySet<string>, unknown: ReadonlyMap<string, string | undefined>): unknown {
  if (broken.has(pathText(path))) return undefined
  if (Array.isArray(value)) return value.map((item, i) => pruned(item, [...path, i], broken, unknown))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const at = [...path, key]
      if (!unknown.has(pathText(at))) return [[key, pruned(item, at, broken, unknown)]]
      const name = unknown.get(pathText(at))
      return name === undefined ? [] : [[name, undefined]]
    }),
  )
}

function hint(schema: z.core.$ZodType, path: Path): string {
  const { description } = z.globalRegistry.get(schemaAt(schema, path) ?? schema) ?? {}
  return description === undefined ? '' : `: ${description.charAt(0).toLowerCase()}${description.slice(1).replace(/\.$/, '')}`
}

const objectKeys = (schema: z.core.$ZodType | undefined): readonly string[] =>
  bare(schema) instanceof z.ZodObject ? Object.keys((bare(schema) as z.ZodObject).shape) : []

/** The schema of the part at `path`, its own description included. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let here: z.core.$ZodType | undefined = schema
  for (const part of path) {
    const inner = bare(here)
    if (inner instanceof z.ZodObject) here = (inner.shape as Record<string, z.core.$ZodType>)[String(part)]
    else if (inner instanceof z.ZodRecord) here = inner.valueType
    else if (inner instanceof z.ZodArray) here = inner.element
    else return undefined
  }
  return here
}

function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPipe) return bare(schema.in)
  if (
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional
  ) {
    return bare(schema.def.innerType)
  }
  return schema
}
