import { parseDuration } from '../domain/duration.ts'
import type { Param } from '../domain/runbook.ts'
import { withMeant } from './did-you-mean.ts'
import { described } from './described.ts'

export type ParamValue = { readonly value: unknown } | { readonly wrong: string }

/**
 * A param's value, from YAML, from a flag's text (`zone-a,zone-b`, `zone-a=70,zone-b=30`, `5s`, `20`, `true`) or from code:
 * centers → string[] (empty only where the param is optional), shares → Record<string, number>, number, duration → milliseconds, boolean, string.
 */
export function paramValue({ type, oneOf, required }: Pick<Param, 'type' | 'oneOf'> & Partial<Param>, given: unknown): ParamValue {
  const wrong = (expected: string): ParamValue => ({ wrong: `expected ${expected}, not ${described(given)}` })
  switch (type) {
    case 'centers': {
      const names: unknown = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : given
      if (
        !Array.isArray(names) ||
        (names.length === 0 && required !== false) ||
        !names.every((one) => typeof one === 'string' && one !== '')
      )
        return wrong('names of centers such as zone-a,zone-b')
      return { value: [...new Set(names)] }
    }
    case 'shares': {
      const shares = typeof given === 'string' ? sharesIn(given) : given
      return isShares(shares) ? { value: { ...shares } } : wrong('shares such as zone-a=70,zone-b=30, not all 0')
    }
    case 'number': {
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
      return typeof number === 'number' && Number.isFinite(number) ? { value: number } : wrong('a number')
    }
    case 'duration': {
      const ms = typeof given === 'string' ? parseDuration(given) : given
      return typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= 0 ? { value: ms } : wrong('a duration such as 5s, 500ms or 1m30s')
    }
    case 'boolean': {
      if (given === 'true' || given === 'false') return { value: given === 'true' }
      return typeof given === 'boolean' ? { value: given } : wrong('true or false')
    }
    case 'string': {
      if (typeof given !== 'string' || given === '') return wrong('text')
      if (oneOf === undefined || oneOf.includes(given)) return { value: given }
      return { wrong: withMeant(`expected one of ${oneOf.join(', ')}, not ${described(given)}`, given, oneOf) }
    }
  }
}

function sharesIn(text: string): unknown {
  const pairs = text.split(',').map((part) => /^\s*([^=\s]+)=(\d+)\s*$/.exec(part))
  const names = new Set(pairs.map((pair) => pair?.[1]))
  return pairs.includes(null) || names.size < pairs.length
    ? undefined
    : Object.fromEntries(pairs.map((pair) => [pair![1]!, Number(pair![2])]))
}

function isShares(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const shares: unknown[] = Object.values(value)
  return (
    shares.every((share) => Number.isInteger(share) && (share as number) >= 0 && (share as number) <= 1_000_000) &&
    shares.some((share) => share !== 0)
  )
}
