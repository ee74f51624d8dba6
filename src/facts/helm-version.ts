import type { Fact } from './fact.ts'

/** The user's own Helm. Absent: nothing is deployed by it. */
export const helmVersion: Fact<{ readonly major: 3 | 4; readonly version: string }> = {
  name: 'helm-version',
  rights: [],
  read: async ({ topology, world: { helm, clock } }, deadline) => {
    if (topology.deploy === undefined) return { state: 'absent', at: clock.now(), took: 0 }
    if (helm === undefined) return { state: 'unknown', why: 'Helm is not looked at', at: clock.now(), took: 0 }
    return await helm.version(deadline)
  },
}
