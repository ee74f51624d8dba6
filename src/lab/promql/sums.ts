/** A sum and what its roundings lost, as Prometheus adds: Kahan's way with Neumaier's improvement. */
interface Sum {
  readonly value: number
  readonly lost: number
}

function add({ value, lost }: Sum, more: number): Sum {
  const next = value + more
  if (next === Infinity || next === -Infinity) return { value: next, lost: 0 }
  return { value: next, lost: lost + (Math.abs(value) >= Math.abs(more) ? value - next + more : more - next + value) }
}

export function sumOf(values: readonly number[]): number {
  const { value, lost } = values.slice(1).reduce(add, { value: values[0] ?? 0, lost: 0 })
  return value + lost
}

/** The mean; step by step from where the sum would leave the range of numbers. */
export function meanOf(values: readonly number[]): number {
  let sum: Sum = { value: values[0] ?? 0, lost: 0 }
  for (const [i, value] of values.entries()) {
    if (i === 0) continue
    const next = add(sum, value)
    if (next.value === Infinity || next.value === -Infinity) return stepwise(sum, values, i)
    sum = next
  }
  return sum.value / values.length + sum.lost / values.length
}

function stepwise({ value, lost }: Sum, values: readonly number[], from: number): number {
  let mean: Sum = { value: value / from, lost: lost / from }
  for (let i = from; i < values.length; i++) {
    const share = i / (i + 1)
    mean = add({ value: share * mean.value, lost: share * mean.lost }, values[i]! / (i + 1))
  }
  return mean.value + mean.lost
}
