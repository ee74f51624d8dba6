import type { Param } from '../domain/runbook.ts'
import type { Policy } from '../domain/topology.ts'
import { withMeant } from './did-you-mean.ts'

/** What a place in a runbook can take: whole values only, so that a reader sees what will be there. */
export type ValueKind = 'steps' | 'duration' | 'number' | 'ratio'

/** The figures of the policy that a runbook may name, and what they are. */
const policyFigures: Readonly<Record<string, ValueKind>> = {
  steps: 'steps',
  hold: 'duration',
  holdRequests: 'number',
  errorLimit: 'ratio',
  abortLimit: 'ratio',
  'probe.rate': 'number',
  'probe.shareRate': 'number',
  'targets.single': 'duration',
  'targets.dual': 'duration',
  'deadlines.read': 'duration',
  'deadlines.write': 'duration',
  'deadlines.prove': 'duration',
  'deadlines.fault': 'duration',
}

export interface Reference {
  readonly of: 'params' | 'policy'
  readonly name: string
}

/** `${params.x}` or `${policy.x}` as the whole text. */
export const REFERENCE = /^\$\{(params|policy)\.([A-Za-z][\w.]*)\}$/

export function referenceIn(text: unknown): Reference | undefined {
  const found = typeof text === 'string' ? REFERENCE.exec(text) : null
  return found === null ? undefined : { of: found[1] as Reference['of'], name: found[2]! }
}

/** What is wrong with a text that holds `${`, where a value of `wanted` is to stand; undefined: nothing, or it holds no reference. */
export function wrongWithReference(
  text: string,
  params: Readonly<Record<string, Partial<Param> | undefined>>,
  wanted?: ValueKind,
): string | undefined {
  if (!text.includes('${')) return undefined
  const reference = referenceIn(text)
  if (reference === undefined) return `expected a whole value such as \${params.centers} or \${policy.hold}, not ${JSON.stringify(text)}`
  const { of, name } = reference
  if (of === 'policy') {
    const kind = policyFigures[name]
    if (kind === undefined) return withMeant(`unknown policy figure ${name}`, name, Object.keys(policyFigures))
    return wanted === undefined || wanted === kind ? undefined : `\${policy.${name}} is ${words[kind]}, expected ${words[wanted]}`
  }
  if (!Object.hasOwn(params, name)) return withMeant(`unknown param ${name}`, name, Object.keys(params))
  const param = params[name]
  if (wanted === undefined || param?.type === undefined) return undefined
  if (param.type !== wanted) return `\${params.${name}} is of type ${param.type}, expected ${words[wanted]}`
  return param.required === true || param.default !== undefined
    ? undefined
    : `param ${name} may be absent. Make it required or give it a default`
}
const words: Readonly<Record<ValueKind, string>> = {
  steps: 'a list of steps',
  duration: 'a duration',
  number: 'a number',
  ratio: 'a ratio',
}

/** The figure itself: milliseconds, ratios 0–1, numbers, or steps. */
export function policyFigure(policy: Policy, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
      policy,
    )
}
