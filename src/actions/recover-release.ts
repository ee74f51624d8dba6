import type { ReleaseIntent } from '../domain/deploy.ts'
import { recoveryOf, releaseState } from '../deploy/release-state.ts'
import { defineAction, type Situation } from './action.ts'
import { descriptionOf, releasePlan, seenReleases, type Seen } from './releases.ts'
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
    const intents = seen.flatMap((one) => recoveryIntent(situation, one, recover) ?? [])
    return releasePlan(situation, intents, findings)
  },
})

/** What brings a stuck release back before it is upgraded; undefined: nothing has to, or nobody asked for it. */
export function recoveryIntent(situation: Situation, { center, release }: Seen, recover: boolean): ReleaseIntent | undefined {
  const { history, going, helm, serverSide } = release
  const { deploy } = situation.topology
  const spec = deploy?.releases[center]
  const state = releaseState(history)
  const own = situation.bases?.[center] !== undefined
  const recovery = recoveryOf(state, situation.now, going ? (deploy?.timeout ?? 0) : 0)
  if (spec === undefined || !(recover || own) || state.kind === 'failed') return undefined
  const call = { helm: helm.major, force: serverSide === true }
  const common = { kind: 'release', center, release: spec, run: situation.run, routes: [], overlay: [], ...call } as const
  if (recovery.kind === 'rollback') {
    const { revision } = recovery
    const description = descriptionOf(situation.run, ` recovered revision ${revision}`)
    return { ...common, want: { kind: 'rollback', revision }, description }
  }
  return recovery.kind === 'uninstall' ? { ...common, want: { kind: 'uninstall' }, description: descriptionOf(situation.run) } : undefined
}
