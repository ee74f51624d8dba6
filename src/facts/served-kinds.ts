import type { Observation } from '../domain/observation.ts'
import type { Kind } from '../ports/cluster.ts'
import type { Fact } from './fact.ts'

export interface ServedKinds {
  /** `<plural>.<group>/<version>` of the groups that matter here. */
  readonly served: ReadonlySet<string>
  /** `gateway.networking.k8s.io/bundle-version` of the HTTPRoute definition; absent: it says none, or may not be read. */
  readonly bundle?: string
}

const GROUPS = ['gateway.networking.k8s.io/v1', 'networking.higress.io/v1', 'extensions.higress.io/v1alpha1']
const DEFINITION = 'httproutes.gateway.networking.k8s.io'
const definitions: Kind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

/** Which kinds of Gateway API and Higress the API serves, by discovery, which everybody who is logged in may ask. Whole or not at all. */
export const servedKinds: Fact<ServedKinds> = {
  name: 'served-kinds',
  rights: [{ verb: 'get', group: definitions.group, resource: definitions.plural, name: DEFINITION }],
  read: async ({ center, world }, deadline): Promise<Observation<ServedKinds>> => {
    const { clock } = world
    const cluster = world.clusters.get(center.name)
    if (cluster === undefined) return { state: 'unknown', why: 'no cluster', at: clock.now(), took: 0 }
    const [definition, ...lists] = await Promise.all([
      cluster.get(definitions, undefined, DEFINITION, deadline),
      ...GROUPS.map((group) => cluster.read(`/apis/${group}`, deadline)),
    ])
    const served = new Set<string>()
    for (const [i, list] of lists.entries()) {
      if (list.state === 'absent') continue
      if (list.state !== 'present') return list
      const plurals = pluralsIn(list.value.text)
      if (plurals === undefined) return { ...list, state: 'unknown', why: 'the answer is no list of kinds' }
      for (const plural of plurals) served.add(`${plural}.${GROUPS[i] ?? ''}`)
    }
    const { annotations = {} } = definition?.state === 'present' ? definition.value.metadata : {}
    const bundle = annotations['gateway.networking.k8s.io/bundle-version']
    const took = Math.max(0, ...lists.map((one) => one.took))
    return { state: 'present', value: { served, ...(bundle === undefined ? {} : { bundle }) }, at: clock.now(), took }
  },
}

function pluralsIn(text: string): readonly string[] | undefined {
  try {
    const { resources } = JSON.parse(text) as { readonly resources?: readonly { readonly name?: unknown }[] }
    return Array.isArray(resources) ? resources.map(({ name }) => String(name)) : undefined
  } catch {
    return undefined
  }
}
