import type { ReleaseIntent } from '../domain/deploy.ts'
import { recoveryOf, releaseState } from '../deploy/release-state.ts'
import { defineAction } from './action.ts'
import { descriptionOf, releasePlan, seenReleases } from './releases.ts'
import * as z from './shape.ts'

/** The one recovery of a stuck release: of another's only when a person asked for it, of this run's own always. A failed upgrade needs none: the next goes over it. */
export const recoverRelease = defineAction({
  name: 'recover-release',
  needs: 'releases',
  summary: {
    en: 'Brings stuck releases to where Helm works again: a rollback, or, where nothing was ever deployed, an uninstall.',
    zh: '恢复卡住的发布：回滚；若从未部署成功，则卸载。',
  },
  input: z.object({ centers: z.array(z.string(), 1), recover: z.boolean().default(false) }),
  plan: ({ centers, recover }, situation) => {
    const { seen, findings } = seenReleases(situation, centers)
    const { deploy } = situation.topology
    const intents = seen.flatMap(({ center, release: { history, going, helm, serverSide } }): readonly ReleaseIntent[] => {
      const spec = deploy?.releases[center]
      const state = releaseState(history)
      const own = situation.bases?.[center] !== undefined
      const recovery = recoveryOf(state, situation.now, going ? (deploy?.timeout ?? 0) : 0)
      if (spec === undefined || !(recover || own) || state.kind === 'failed') return []
      const call = { helm: helm.major, force: serverSide === true }
      const common = { kind: 'release', center, release: spec, run: situation.run, routes: [], overlay: [], ...call } as const
      if (recovery.kind === 'rollback')
        return [
          {
            ...common,
            want: { kind: 'rollback', revision: recovery.revision },
            description: descriptionOf(situation.run, ` recovered revision ${recovery.revision}`),
          },
        ]
      return recovery.kind === 'uninstall' ? [{ ...common, want: { kind: 'uninstall' }, description: descriptionOf(situation.run) }] : []
    })
    return releasePlan(situation, intents, findings)
  },
})
