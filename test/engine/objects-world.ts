import { canonical } from '../../src/domain/canonical.ts'
import type { ComparedKind } from '../../src/domain/compare.ts'
import type { Topology } from '../../src/domain/topology.ts'
import type { DesiredSource } from '../../src/engine/run.ts'
import type { Manifest } from '../worlds/memory-cluster.ts'
import { centers, fewRoutes, topology } from './fixture.ts'
import { scene, type Scene } from './harness.ts'

const core = { group: '', version: 'v1', namespaced: true, rename: [], ignore: [], namespaces: ['ai-system'] } as const
export const configMaps: ComparedKind = { ...core, plural: 'configmaps', kind: 'ConfigMap', check: { by: 'content' } }
export const versioned: ComparedKind = {
  ...core,
  group: 'example.com',
  plural: 'plugins',
  kind: 'Plugin',
  check: { by: 'version', carrier: 'annotation', key: 'hango.data.version' },
}

function comparing(...kinds: readonly ComparedKind[]): Topology {
  return { ...topology, compare: { kinds, intents: [], aliases: {} } }
}

export function configMap(name: string, data: Readonly<Record<string, string>> = { key: 'value' }, more: object = {}): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ai-system', ...more }, data }
}

export function plugin(name: string, version?: number, more: Readonly<Record<string, string>> = {}): Manifest {
  const annotations = { ...(version === undefined ? {} : { 'hango.data.version': String(version) }), ...more }
  return {
    apiVersion: 'example.com/v1',
    kind: 'Plugin',
    metadata: { name, namespace: 'ai-system', annotations },
    spec: { content: `of ${version ?? 'nobody'}` },
  }
}

export function desired(objects: readonly Manifest[], rows: DesiredSource['rows'] = []): DesiredSource {
  return { objects, rows, kinds: [] }
}

/** Twelve ConfigMaps everywhere, alike; enough that one removal is less than a tenth. */
export const dozen = Array.from({ length: 12 }, (_, i) => configMap(`shared-${String(i).padStart(2, '0')}`))

export function objectScene(kinds: readonly ComparedKind[] = [configMaps], objects: readonly Manifest[] = dozen): Scene {
  const made = scene({ topology: comparing(...kinds), routes: fewRoutes })
  for (const center of centers) for (const object of objects) made.world.cluster(center).put(object)
  return made
}

/** Every object of the kinds that tests touch, without what a server numbers. */
export function objectsText(made: Scene): string {
  const lines = centers.flatMap((center) =>
    ['ConfigMap', 'Plugin', 'HTTPRoute', 'Service'].flatMap((kind) =>
      made.world
        .cluster(center)
        .all(kind)
        .filter(({ metadata }) => metadata.namespace === 'ai-system')
        .map(({ metadata: { name, labels = {}, annotations = {} }, status: _status, ...content }) =>
          canonical([center, kind, name, labels, annotations, content]),
        ),
    ),
  )
  return lines.sort().join('\n')
}
