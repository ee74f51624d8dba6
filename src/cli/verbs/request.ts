import { resolve } from 'node:path'
import { didYouMean } from '../../documents/did-you-mean.ts'
import { parseDuration } from '../../domain/duration.ts'
import { fault } from '../../domain/fault.ts'
import { guardNames, type GuardName } from '../../domain/finding.ts'
import type { CenterName, Topology } from '../../domain/topology.ts'
import type { RunRequest } from '../../engine/run.ts'
import type { Context } from '../context.ts'

type Options = Readonly<Record<string, unknown>>

/** `--center a,b` or `--region r`, checked against the topology, in its order. */
export function centersOf(topology: Topology, options: Options, required = true): readonly CenterName[] {
  const given = text(options['center'])
  const region = text(options['region'])
  if (given !== undefined && region !== undefined) throw fault('usage', 'both-centers')
  if (region !== undefined) {
    const inside = topology.centers.filter((center) => center.region === region).map(({ name }) => name)
    if (inside.length === 0) throw unknown('unknown-region', region, topology.regions)
    return inside
  }
  const names = topology.centers.map(({ name }) => name)
  const wanted = (given ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (wanted.length === 0 && required) throw fault('usage', 'no-centers')
  for (const name of wanted) if (!names.includes(name)) throw unknown('unknown-center', name, names)
  return names.filter((name) => wanted.includes(name))
}

/** `--override NAME …` with one `--reason`. */
export function overridesOf(options: Options): RunRequest['overrides'] {
  const names = (options['override'] ?? []) as readonly string[]
  const reason = text(options['reason'])?.trim()
  if (names.length > 0 && !reason) throw fault('usage', 'override-reason')
  return names.map((name) => {
    if (!(guardNames as readonly string[]).includes(name)) throw unknown('unknown-guard', name, guardNames)
    return { guard: name as GuardName, reason: reason ?? '' }
  })
}

/** A time that a person knows, as ms since the epoch: a time of today (or yesterday, if it lies ahead), ISO 8601, or how long ago. */
export function sinceOf(options: Options, now: number): number | undefined {
  const given = text(options['since'])
  if (given === undefined) return undefined
  const ago = parseDuration(given)
  if (ago !== undefined) return now - ago
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/.exec(given)
  if (clock !== null) {
    const [, hours, minutes, seconds = '0', fraction = '0'] = clock
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) throw fault('usage', 'bad-time', { given })
    const at = new Date(now)
    at.setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0')))
    return at.getTime() > now ? at.getTime() - 86_400_000 : at.getTime()
  }
  const at = /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(at)) throw fault('usage', 'bad-time', { given })
  if (at > now) throw fault('usage', 'future-time', { given })
  return at
}

/** `zone-a=70,zone-b=30`. */
export function sharesOf(topology: Topology, given: string): Readonly<Record<CenterName, number>> {
  const names = topology.centers.map(({ name }) => name)
  const shares: Record<CenterName, number> = {}
  for (const part of given.split(',')) {
    const match = /^\s*([^=\s]+)\s*=\s*(\d{1,6})\s*$/.exec(part)
    if (match === null) throw fault('usage', 'bad-shares', { given })
    const [, name = '', share = '0'] = match
    if (!names.includes(name)) throw unknown('unknown-center', name, names)
    if (name in shares) throw fault('usage', 'bad-shares', { given })
    shares[name] = Number(share)
  }
  if (Object.keys(shares).length < 2 || Object.values(shares).every((share) => share === 0)) throw fault('usage', 'bad-shares', { given })
  return shares
}

/** Steps of at most `points` each, as per cents of the way; the widest move of any center decides how many there are. */
export function stepsOf(topology: Topology, shares: Readonly<Record<CenterName, number>>, points: number): readonly number[] {
  const part = (weights: Readonly<Record<string, number>>, name: string): number => {
    const sum = Object.keys(shares).reduce((total, one) => total + (weights[one] ?? 0), 0)
    return sum === 0 ? 0 : (100 * (weights[name] ?? 0)) / sum
  }
  const widest = Math.max(...Object.keys(shares).map((name) => Math.abs(part(shares, name) - part(topology.policy.normal, name))))
  const steps = Math.max(1, Math.ceil(widest / points))
  return Array.from({ length: steps }, (_, i) => Math.round((100 * (i + 1)) / steps))
}

export function unknown(reason: string, name: string, known: readonly string[]): Error {
  const near = didYouMean(name, known)
  return fault('usage', reason, { name, known, meant: near === undefined ? '' : ` (did you mean ${near}?)` })
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `--helm`: a path is made absolute, a name is looked for on PATH. */
export function helmProgram({ cwd }: Pick<Context, 'cwd'>, options: Readonly<Record<string, unknown>>): string {
  const given = text(options['helm'])
  return given?.includes('/') === true ? resolve(cwd, given) : (given ?? 'helm')
}
