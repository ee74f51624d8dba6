import { list, record, text } from './strange.ts'

/** A label selector over a pod's labels. An empty one takes all, an absent one none. */
export function selects(selector: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  if (selector === undefined || selector === null) return false
  const { matchLabels, matchExpressions } = record(selector)
  return (
    Object.entries(record(matchLabels)).every(([key, value]) => labels[key] === value) &&
    list(matchExpressions)
      .map(record)
      .every(({ key, operator, values }) => {
        const value = labels[text(key) ?? '']
        if (operator === 'Exists') return value !== undefined
        if (operator === 'DoesNotExist') return value === undefined
        return operator === 'In' ? list(values).includes(value) : !list(values).includes(value)
      })
  )
}
