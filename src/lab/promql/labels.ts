/** Labels of one series, the metric's name among them as `__name__`. A label that is absent is the same as one that is empty. */
export type Labels = Readonly<Record<string, string>>

export const NAME = '__name__'

/** Empty where it is absent; safe for labels that are called as what every object has. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : ''
}

/** Equal for equal labels, in whatever order they came. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Only the labels named. */
export function keep(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labelOf(labels, name) === '' ? [] : [[name, labelOf(labels, name)]])))
}

/** All labels but those named. */
export function drop(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => value !== '' && !names.includes(name)))
}

/** With one label set anew; an empty value takes it away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return value === '' ? drop(labels, [name]) : Object.fromEntries([...Object.entries(drop(labels, [name])), [name, value]])
}

/** As messages of Prometheus write labels: `name{a="b"}`. */
export function labelsText(labels: Labels): string {
  const rest = Object.entries(drop(labels, [NAME])).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${labelOf(labels, NAME)}{${rest.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}
