import { formatDuration, parseDuration } from '../domain/duration.ts'
import { filledIn } from './backends.ts'
import { withMeant } from './did-you-mean.ts'
import type { Path } from './mistake.ts'
import { checkPlaceholders, oneOf, undeclared, type Known, type Say } from './pattern-checks.ts'
import { isProfilePath, isShippedProfile, shippedProfileNames } from './profile-names.ts'
import type { Loose } from './read-shape.ts'
import { windowsOf } from './topology-estate.ts'
import type { TopologyInput } from './topology-schema.ts'

type Seen = Loose<TopologyInput>
type MetricsSeen = NonNullable<Seen['metrics']>

/** What no schema can say of `metrics`, `registry` and `verify`. */
export function checkEstate(seen: Seen, centers: readonly string[], known: Known, say: Say): void {
  const services = Object.keys(seen.services ?? {})
  const knownService = (path: Path, name: string | undefined, at?: 'key'): void => {
    if (name !== undefined && seen.services !== undefined && !services.includes(name)) say(path, undeclared('service', name, services), at)
  }
  if (seen.metrics !== undefined) {
    checkTimes(seen.metrics, say)
    checkProfile(seen.metrics, say)
    checkPerCenter(['metrics'], seen.metrics, known, say)
    checkSharedUrls(seen.metrics, centers, say)
  }
  if (seen.registry !== undefined) {
    checkPerCenter(['registry'], seen.registry, known, say)
    for (const [service, names] of Object.entries(seen.registry.services ?? {})) {
      const at: Path = ['registry', 'services', service]
      knownService(at, service, 'key')
      if (names !== undefined) checkForms(at, names, known, say)
      if (typeof names?.pattern === 'string') checkPlaceholders([...at, 'pattern'], names.pattern, say)
    }
  }
  seen.verify?.headers?.forEach((route, i) => {
    knownService(['verify', 'headers', i, 'service'], route?.service)
    route?.centers?.forEach((center, j) => known(['verify', 'headers', i, 'centers', j], center))
  })
  seen.verify?.ports?.forEach((port, i) => known(['verify', 'ports', i, 'center'], port?.center))
}

function checkPerCenter(
  at: Path,
  { aliases, centers }: Pick<MetricsSeen, 'aliases'> & { readonly centers?: Forms | undefined },
  known: Known,
  say: Say,
): void {
  for (const center of Object.keys(aliases ?? {})) known([...at, 'aliases', center], center, 'key')
  if (centers === undefined) return
  checkForms([...at, 'centers'], centers, known, say)
  for (const [path, text] of textsOf(centers.pattern)) checkPlaceholders([...at, 'centers', 'pattern', ...path], text, say)
}

interface Forms {
  readonly pattern?: unknown
  readonly each?: Readonly<Record<string, unknown>> | undefined
}

function checkForms(at: Path, forms: Forms, known: Known, say: Say): void {
  oneOf(at, forms, ['pattern', 'each'], say)
  for (const center of Object.keys(forms.each ?? {})) known([...at, 'each', center], center, 'key')
  if (forms.each !== undefined && Object.keys(forms.each).length === 0) say([...at, 'each'], 'expected at least 1 center', 'key')
}

function textsOf(value: unknown, path: Path = []): readonly (readonly [Path, string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]))
}

/** `rate` needs 2 samples in its window at any moment, and one scrape may be late or fail: 4 intervals. */
function checkTimes(metrics: MetricsSeen, say: Say): void {
  const scrape = parseDuration(metrics.scrapeInterval ?? '15s')
  if (scrape === undefined) return
  const open = windowsOf(scrape)
  const [window, maxAge] = [timeOf(metrics.window, open.window), timeOf(metrics.maxAge, open.maxAge)]
  if (window !== undefined && window < 4 * scrape) {
    say(
      ['metrics', 'window'],
      `must be at least 4 scrape intervals (${formatDuration(4 * scrape)}), not ${formatDuration(window)}: less measures nothing`,
    )
  }
  if (maxAge !== undefined && maxAge <= scrape)
    say(['metrics', 'maxAge'], `must be longer than scrapeInterval (${formatDuration(scrape)}): else every answer is stale`)
}

function timeOf(text: string | undefined, open: number): number | undefined {
  return text === undefined ? open : parseDuration(text)
}

function checkProfile({ profile }: MetricsSeen, say: Say): void {
  if (profile === undefined || isProfilePath(profile) || isShippedProfile(profile)) return
  const sentence = `unknown profile ${profile}`
  const meant = withMeant(sentence, profile, shippedProfileNames)
  const all = `${shippedProfileNames.join(', ')}, or the path of a file (./${profile}.yaml)`
  say(['metrics', 'profile'], meant === sentence ? `${sentence}. Known: ${all}` : meant)
}

/** Centers that share a Prometheus must be told apart by labels: else each would be given the figures of both. */
function checkSharedUrls({ centers: forms, aliases = {} }: MetricsSeen, centers: readonly string[], say: Say): void {
  const firstWith = new Map<string, string>()
  for (const center of centers) {
    const written = forms?.pattern ?? forms?.each?.[center]
    if (written?.url === undefined) continue
    const filled = (text: string): string => (forms?.pattern === undefined ? text : filledIn(text, center, aliases))
    const labels = Object.entries(written.labels ?? {}).map(([label, value]) => `${label}=${filled(value ?? '')}`)
    const key = [filled(written.url).replace(/\/+$/, ''), ...labels.toSorted()].join('\n')
    const other = firstWith.get(key)
    if (other === undefined) firstWith.set(key, center)
    else {
      const path = forms?.pattern === undefined ? ['each', center, 'url'] : ['pattern', 'url']
      say(['metrics', 'centers', ...path], `${center} and ${other} share this Prometheus: labels must tell them apart`)
      return
    }
  }
}
