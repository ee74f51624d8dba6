import { resolve } from 'node:path'
import type { Deploy, ReleaseSpec } from '../domain/deploy.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import { defaultWaves } from '../domain/waves.ts'
import { filledIn } from './backends.ts'
import type { DeployYaml } from './topology-schema.ts'

/** The section as the domain has it; paths are still those of the file (`resolveDeploy`). */
export function toDeploy(yaml: DeployYaml, topology: Pick<Topology, 'regions' | 'centers'>): Deploy {
  const { chart, values, drain, hold, timeout, waves } = yaml
  const releases = releasesOf(
    yaml,
    topology.centers.map(({ name }) => name),
  )
  const released = (wave: readonly CenterName[]): readonly CenterName[] => wave.filter((center) => center in releases)
  return {
    chart,
    values,
    releases,
    waves:
      waves ??
      defaultWaves(topology)
        .map(released)
        .filter((wave) => wave.length > 0),
    drain,
    hold,
    timeout,
  }
}

function releasesOf(
  { namespace, aliases, releases: { pattern, each = {} } }: DeployYaml,
  centers: readonly CenterName[],
): Deploy['releases'] {
  const release = (center: CenterName): ReleaseSpec | undefined => {
    const found = pattern ?? each[center]
    if (found === undefined) return undefined
    const filled = (text: string): string => (pattern ? filledIn(text, center, aliases) : text)
    return { name: filled(found.name), namespace: found.namespace ?? namespace, values: found.values.map(filled) }
  }
  return Object.fromEntries(
    centers.flatMap((center) => {
      const found = release(center)
      return found === undefined ? [] : [[center, found]]
    }),
  )
}

/** The section with absolute paths: those of the file are relative to `directory`, where the file is. References and versions stay. */
export function resolveDeploy(deploy: Deploy, directory: string): Deploy {
  const absolute = (path: string): string => resolve(directory, path)
  const { chart, values, releases } = deploy
  return {
    ...deploy,
    chart: {
      ...chart,
      ...(chart.path === undefined ? {} : { path: absolute(chart.path) }),
      ...(chart.caFile === undefined ? {} : { caFile: absolute(chart.caFile) }),
    },
    values: values.map(absolute),
    releases: Object.fromEntries(
      Object.entries(releases).map(([center, release]) => [center, { ...release, values: release.values.map(absolute) }]),
    ),
  }
}
