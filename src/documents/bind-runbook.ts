import type { Runbook, Step } from '../domain/runbook.ts'
import type { Policy } from '../domain/topology.ts'
import { withMeant } from './did-you-mean.ts'
import { paramValue } from './param-values.ts'
import { policyFigure, referenceIn } from './references.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Puts values in the place of every `${…}`: afterwards `until`, `hold` and `pace.hold` are milliseconds, `pace.steps` per cents, rates per second.
 * An optional param that was not given leaves its key out of `with`. Runbooks that it runs are bound in their turn, with their step's `with`.
 * Mistakes are lines such as `centers: missing, failover needs it`.
 */
export function bindRunbook(
  runbook: Runbook,
  params: Values,
  policy: Policy,
): { readonly runbook: Runbook } | { readonly mistakes: readonly string[] } {
  const mistakes: string[] = []
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(params)) {
    if (params[name] !== undefined && !Object.hasOwn(runbook.params, name))
      mistakes.push(`${name}: ${withMeant(`${runbook.name} has no such param`, name, Object.keys(runbook.params))}`)
  }
  for (const [name, param] of Object.entries(runbook.params)) {
    const given = params[name] ?? param.default
    if (given === undefined) {
      if (param.required) mistakes.push(`${name}: missing, ${runbook.name} needs it`)
      continue
    }
    const read = paramValue(param, given)
    if ('wrong' in read) mistakes.push(`${name}: ${read.wrong}`)
    else values[name] = read.value
  }
  if (mistakes.length > 0) return { mistakes }
  return { runbook: { ...runbook, steps: runbook.steps.map((step) => boundStep(step, (value) => bound(value, values, policy))) } }
}

type Bind = <T>(value: T) => T

function boundStep(step: Step, bind: Bind): Step {
  switch (step.key) {
    case 'do':
      return { ...step, with: bind(step.with), ...(step.pace ? { pace: bind(step.pace) } : {}) }
    case 'gate':
      return { ...step, with: bind(step.with), until: bind(step.until), hold: bind(step.hold) }
    case 'run':
      return { ...step, with: bind(step.with) }
    case 'during':
      return { ...step, probe: bind(step.probe), steps: step.steps.map((inner) => boundStep(inner, bind)) }
    case 'always':
      return { ...step, steps: step.steps.map((inner) => boundStep(inner, bind)) }
    case 'ask':
      return step
  }
}

/** A reference becomes a value of another type than its text; `readRunbook` has checked that the value fits its place. */
function bound<T>(value: T, values: Values, policy: Policy): T {
  return substituted(value, values, policy) as T
}

function substituted(value: unknown, values: Values, policy: Policy): unknown {
  const reference = referenceIn(value)
  if (reference !== undefined) return reference.of === 'params' ? values[reference.name] : policyFigure(policy, reference.name)
  if (Array.isArray(value)) return value.map((item) => substituted(item, values, policy)).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const next = substituted(item, values, policy)
      return next === undefined ? [] : [[key, next]]
    }),
  )
}
