import type { ReleaseSighting } from '../domain/deploy.ts'
import { within, type Fact } from './fact.ts'

/** The history of the center's release, by the user's own Helm, and whether a Helm of ours is still at work there. Only deploys read it. */
export const releases: Fact<ReleaseSighting> = {
  name: 'releases',
  rights: ['get', 'list'].map((verb) => ({ verb, group: '', resource: 'secrets' })),
  rightsFor: ({ deploy }) =>
    within(
      ['get', 'list'].map((verb) => ({ verb, group: '', resource: 'secrets' })),
      [...new Set(Object.values(deploy?.releases ?? {}).map(({ namespace }) => namespace))],
    ),
  read: async ({ topology, center, world }, deadline) => {
    const { helm, clock } = world
    const release = topology.deploy?.releases[center.name]
    if (helm === undefined || release === undefined) return { state: 'unknown', why: 'no release is declared', at: clock.now(), took: 0 }
    const version = await helm.version(deadline)
    if (version.state !== 'present') return version
    const [history, going] = await Promise.all([helm.history(center.name, release, deadline), helm.going(center.name)])
    if (history.state !== 'present' && history.state !== 'absent') return history
    const value = {
      helm: { ...version.value, program: helm.program },
      history: history.state === 'present' ? history.value : undefined,
      going,
    }
    return { state: 'present', value, at: history.at, took: history.took }
  },
}
