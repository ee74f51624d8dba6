/** Values as Helm has them: a map of maps, lists and scalars. */
export type Values = Readonly<Record<string, unknown>>
export type ValuePath = readonly string[]

/** A value that no map is made of; an empty map is one too. */
export interface Leaf {
  readonly path: ValuePath
  readonly value: unknown
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `a.b\.c.d` as Helm's `--set` writes it: what names a value for people, and nothing else. */
export function keyText(path: ValuePath): string {
  return path.map((part) => part.replaceAll('.', '\\.')).join('.')
}

/** As Helm merges values files: maps by key, all else is replaced by the later one. A `null` stays: it removes a default of the chart. */
export function mergeValues(files: readonly Values[]): Values {
  return files.reduce<Values>((merged, file) => mergeTwo(merged, file), {})
}
function mergeTwo(under: Values, over: Values): Values {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    merged[key] = isMap(below) && isMap(value) ? mergeTwo(below, value) : value
  }
  return merged
}

/** In the order of the file. A list is one leaf, because Helm replaces lists whole. */
export function leavesOf(values: Values, path: ValuePath = []): readonly Leaf[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = [...path, key]
    return isMap(value) && Object.keys(value).length > 0 ? leavesOf(value, here) : [{ path: here, value }]
  })
}

/** Every map in the values, the root apart. */
export function mapsOf(values: Values, path: ValuePath = []): readonly ValuePath[] {
  return Object.entries(values).flatMap(([key, value]) => (isMap(value) ? [[...path, key], ...mapsOf(value, [...path, key])] : []))
}

export function valueOf(values: Values, path: ValuePath): unknown {
  return path.reduce<unknown>((inner, key) => (isMap(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), values)
}

/** The values with these leaves set; what stands in the way of a path is replaced by a map. */
export function withLeaves(values: Values, leaves: readonly Leaf[]): Values {
  return leaves.reduce<Values>((set, { path, value }) => setAt(set, path, value), values)
}
function setAt(values: Values, [key, ...rest]: ValuePath, value: unknown): Values {
  if (key === undefined) return values
  const inner = values[key]
  return { ...values, [key]: rest.length === 0 ? value : setAt(isMap(inner) ? inner : {}, rest, value) }
}

/** The values without these leaves; maps that are left empty stay, which Helm does not mind. */
export function withoutLeaves(values: Values, paths: readonly ValuePath[]): Values {
  return paths.reduce<Values>(removeAt, values)
}
function removeAt(values: Values, [key, ...rest]: ValuePath): Values {
  if (key === undefined || !Object.hasOwn(values, key)) return values
  const { [key]: inner, ...others } = values
  if (rest.length === 0) return others
  return isMap(inner) ? { ...values, [key]: removeAt(inner, rest) } : values
}

/** Another value of the same type, such that whoever prints it prints something else. */
export function otherThan(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return `${value}x`
    case 'number':
      return value + 1
    case 'boolean':
      return !value
    default:
      if (Array.isArray(value)) return value.length === 0 ? ['x'] : [...(value as readonly unknown[]), value.at(-1)]
      return isMap(value) ? { ...value, x: 'x' } : 'x'
  }
}

/** What a template takes for *not set*, of the same type: for keys that are only asked whether they are there. */
export function emptyOf(value: unknown): unknown {
  if (typeof value === 'string') return ''
  if (typeof value === 'number') return 0
  if (Array.isArray(value)) return []
  return isMap(value) ? {} : null
}
