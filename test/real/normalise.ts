/** What no two servers say alike: identities, times, versions, ages, addresses; and how wide a column is. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+]\d{4}/g, 'TIME'],
  [/(resourceVersion"?: ?)"?\d+"?/gi, '$1RV'],
  [/(Resource Version: +)\d+/g, '$1RV'],
  [/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER'],
  [/(?<=\s)(\d+[smhd]){1,2}(?=\s|$)/gm, 'AGE'],
  [/<invalid>/g, 'AGE'],
  [/[ \t]+/g, ' '],
  [/ $/gm, ''],
]

export const normalText = (text: string): string => MASKS.reduce((masked, [pattern, word]) => masked.replace(pattern, word), text)

const MASKED = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'time', 'continue', 'lastTransitionTime'])

/** A JSON value with its keys in order and without what no two servers say alike. */
export function normalValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalValue)
  if (typeof value === 'string') return normalText(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, MASKED.has(key) && typeof inner === 'string' ? key : normalValue(inner)]))
}
