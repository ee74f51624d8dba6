import { resolve } from 'node:path'
import type { MetricsSource, RegistrySource } from '../domain/estate.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { filledIn } from './backends.ts'
import { isProfilePath } from './profile-names.ts'
import type { EstateYaml, TopologyYaml } from './topology-schema.ts'

type Estate = Pick<Topology, 'installation' | 'metrics' | 'registry' | 'verify'>
type Aliases = Readonly<Record<CenterName, string>>

/** The sections as the domain has them; paths are still those of the file (`resolveEstate`). */
export function toEstate(yaml: TopologyYaml): Estate {
  const { installation, metrics, registry, verify } = yaml
  const centers = Object.keys(yaml.centers)
  return {
    ...(installation === undefined ? {} : { installation }),
    ...(metrics === undefined ? {} : { metrics: toMetrics(metrics, centers) }),
    ...(registry === undefined ? {} : { registry: toRegistry(registry, centers, yaml.services) }),
    ...(verify === undefined ? {} : { verify }),
  }
}

const MINUTE = 60_000

/** What is left open in `metrics`: 4 scrape intervals, at least a minute, and 3 of them. ms. */
export function windowsOf(scrapeInterval: number): { readonly window: number; readonly maxAge: number } {
  return { window: Math.max(MINUTE, 4 * scrapeInterval), maxAge: 3 * scrapeInterval }
}

function toMetrics(yaml: NonNullable<EstateYaml['metrics']>, centers: readonly CenterName[]): MetricsSource {
  const { profile, scrapeInterval, rules, aliases } = yaml
  const open = windowsOf(scrapeInterval)
  return {
    profile,
    scrapeInterval,
    window: yaml.window ?? open.window,
    maxAge: yaml.maxAge ?? open.maxAge,
    centers: byCenter(yaml.centers, centers, ({ url, labels, tokenFile }, filled) => ({
      url: filled(url, aliases),
      labels: Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, filled(value, aliases)])),
      ...(tokenFile === undefined ? {} : { tokenFile: filled(tokenFile, aliases) }),
    })),
    ...(rules === undefined ? {} : { rules }),
  }
}

function toRegistry(
  yaml: NonNullable<EstateYaml['registry']>,
  centers: readonly CenterName[],
  declared: TopologyYaml['services'],
): RegistrySource {
  const { aliases, services, centers: endpoints, ...rest } = yaml
  return {
    ...rest,
    centers: byCenter(endpoints, centers, ({ url, ...env }, filled) => ({ url: filled(url, aliases), ...env })),
    services: Object.fromEntries(
      Object.entries(services).map(([service, names]) => [
        service,
        byCenter(names, centers, (text, filled) => filled(text, { ...declared[service]?.aliases, ...aliases })),
      ]),
    ),
  }
}

type Filled = (text: string, aliases: Aliases) => string

/** The pattern for every center, filled in, or what is written out for each. */
function byCenter<T, U>(
  { pattern, each = {} }: { readonly pattern?: T; readonly each?: Readonly<Record<CenterName, T>> },
  centers: readonly CenterName[],
  make: (written: T, filled: Filled) => U,
): Readonly<Record<CenterName, U>> {
  return Object.fromEntries(
    centers.flatMap((center): [CenterName, U][] => {
      if (pattern !== undefined) return [[center, make(pattern, (text, aliases) => filledIn(text, center, aliases))]]
      const written = each[center]
      return written === undefined ? [] : [[center, make(written, (text) => text)]]
    }),
  )
}

/** The topology with absolute paths in `metrics`: those of the file are relative to `directory`, where the file is. */
export function resolveEstate(topology: Topology, directory: string): Topology {
  const { metrics } = topology
  if (metrics === undefined) return topology
  const { profile, rules, centers } = metrics
  return {
    ...topology,
    metrics: {
      ...metrics,
      profile: isProfilePath(profile) ? resolve(directory, profile) : profile,
      ...(rules === undefined ? {} : { rules: resolve(directory, rules) }),
      centers: Object.fromEntries(
        Object.entries(centers).map(([center, endpoint]) => [
          center,
          endpoint.tokenFile === undefined ? endpoint : { ...endpoint, tokenFile: resolve(directory, endpoint.tokenFile) },
        ]),
      ),
    },
  }
}
