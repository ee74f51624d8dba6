import type { Render } from '../../src/deploy/rendering.ts'
import { keyText, mergeValues, valueOf, type Values } from '../../src/deploy/values.ts'

/** A chart as data: what it prints, where, and under which switch. */
export interface FakeChart {
  readonly defaults: Values
  /** Keys that are printed as they are. */
  readonly prints: readonly (readonly string[])[]
  /** Keys that are printed while all of these switches stand so. */
  readonly guarded?: readonly {
    readonly key: readonly string[]
    readonly when: readonly (readonly [key: readonly string[], value: boolean])[]
  }[]
  /** Values that it refuses. */
  readonly refuses?: (values: Values) => string | undefined
  /** Prints something else each time. */
  readonly random?: true
}

/** The chart as a function of values: what Helm would do with it. `calls` counts. */
export function fakeRender(chart: FakeChart): { readonly render: Render; readonly calls: () => number } {
  let calls = 0
  return {
    calls: () => calls,
    render: async (given) => {
      calls++
      const values = mergeValues([chart.defaults, given])
      const refused = chart.refuses?.(values)
      if (refused !== undefined) return await Promise.resolve({ kind: 'failed', message: refused })
      const guarded = (chart.guarded ?? []).filter(({ when }) => when.every(([key, value]) => valueOf(values, key) === value))
      const printed = [...chart.prints, ...guarded.map(({ key }) => key)].map((key) => [keyText(key), valueOf(values, key) ?? null])
      const data = { ...Object.fromEntries(printed), ...(chart.random ? { random: calls } : {}) }
      return { kind: 'rendered', documents: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'out' }, data }] }
    },
  }
}
