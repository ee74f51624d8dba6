import { type Labels, NAME, drop, keep, keyOf, labelOf, labelsText, withLabel } from './labels.ts'
import { QueryRefusal } from './refusal.ts'
import { type Binary, type BinarySign, isComparison } from './syntax.ts'
import type { Sample } from './vector.ts'

/** Two numbers; comparisons give 1 or 0. */
export function compute(sign: BinarySign, left: number, right: number): number {
  switch (sign) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
    case '^':
      // Other than JavaScript's own, as C and Go have it.
      return left === 1 || (left === -1 && Math.abs(right) === Infinity) ? 1 : left ** right
    default:
      return compares(sign, left, right) ? 1 : 0
  }
}

function compares(sign: BinarySign, left: number, right: number): boolean {
  switch (sign) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    default:
      return left >= right
  }
}

/** A vector with a number on the other side: a comparison without `bool` keeps the vector's own values. */
export function withScalar({ sign, bool }: Binary, vector: readonly Sample[], scalar: number, vectorIsLeft: boolean): readonly Sample[] {
  return vector.flatMap((sample) => {
    const value = vectorIsLeft ? compute(sign, sample.value, scalar) : compute(sign, scalar, sample.value)
    if (!isComparison(sign) || bool) return [{ labels: drop(sample.labels, [NAME]), value }]
    return value === 1 ? [{ labels: sample.labels, value: sample.value }] : []
  })
}

/** The part of the labels by which the two sides find each other, as one text. */
function signatures({ matching: { on, labels } }: Binary): (sample: Sample) => string {
  return on ? ({ labels: all }) => keyOf(keep(all, labels)) : ({ labels: all }) => keyOf(drop(all, [NAME, ...labels]))
}

/** `and`, `or`, `unless`. */
export function combined(binary: Binary, left: readonly Sample[], right: readonly Sample[]): readonly Sample[] {
  const signature = signatures(binary)
  const present = new Set((binary.sign === 'or' ? left : right).map(signature))
  if (binary.sign === 'or') return [...left, ...right.filter((sample) => !present.has(signature(sample)))]
  return left.filter((sample) => present.has(signature(sample)) === (binary.sign === 'and'))
}

/** Two vectors, one series to one, or several of the side `many` to one. */
export function matched(binary: Binary, left: readonly Sample[], right: readonly Sample[]): readonly Sample[] {
  const { sign, bool, matching } = binary
  if (left.length === 0 || right.length === 0) return []
  const signature = signatures(binary)
  const swapped = matching.many?.side === 'right'
  const [manySide, oneSide] = swapped ? [right, left] : [left, right]
  const ones = new Map<string, Sample>()
  for (const one of oneSide) {
    const key = signature(one)
    const twin = ones.get(key)
    if (twin !== undefined) throw ambiguous(binary, one, twin, swapped ? 'left' : 'right')
    ones.set(key, one)
  }
  const taken = new Set<string>()
  return manySide.flatMap((many) => {
    const key = signature(many)
    const one = ones.get(key)
    if (one === undefined) return []
    const [a, b] = swapped ? [one.value, many.value] : [many.value, one.value]
    const result = compute(sign, a, b)
    const labels = resultLabels(binary, many.labels, one.labels)
    const place = matching.many === undefined ? key : `${key} ${keyOf(labels)}`
    if (taken.has(place)) {
      const why =
        matching.many === undefined
          ? 'many-to-one matching must be explicit (group_left/group_right)'
          : 'grouping labels must ensure unique matches'
      throw new QueryRefusal('execution', `multiple matches for labels: ${why}`)
    }
    taken.add(place)
    if (!isComparison(sign) || bool) return [{ labels, value: result }]
    return result === 1 ? [{ labels, value: a }] : []
  })
}

function resultLabels({ sign, bool, matching }: Binary, many: Labels, one: Labels): Labels {
  const named = isComparison(sign) && !bool ? many : drop(many, [NAME])
  if (matching.many === undefined) return matching.on ? keep(named, matching.labels) : drop(named, matching.labels)
  return matching.many.include.reduce((labels, name) => withLabel(labels, name, labelOf(one, name)), named)
}

function ambiguous({ matching: { on, labels } }: Binary, a: Sample, b: Sample, side: string): QueryRefusal {
  const group = labelsText(on ? keep(a.labels, labels) : drop(a.labels, [NAME, ...labels]))
  const both = [a, b].map((one) => labelsText(one.labels)).sort()
  return new QueryRefusal(
    'execution',
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${both.join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
  )
}
