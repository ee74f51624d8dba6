import type { ReleaseIntent, ReleaseView } from '../domain/deploy.ts'
import type { Finding } from '../domain/finding.ts'
import { helmArgs, helmLine } from '../domain/helm-call.ts'
import { inOrder } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { ageOf, carriesRun, lastDeployed } from '../deploy/release-state.ts'
import { defineAction, type Situation } from './action.ts'
import { descriptionOf, overlayFor, releasePlan, routesIn, seenReleases, type Seen } from './releases.ts'
import * as z from './shape.ts'

/** Takes back what a run did to a release: to the last revision that was deployed before it. In a run that goes well there is nothing to take back. */
export const rollBackRelease = defineAction({
  name: 'roll-back-release',
  needs: 'target',
  summary: {
    en: 'Rolls the releases that this run touched back to what was deployed before it, when it failed; in an undo, always.',
    zh: '运行失败时，将其改动过的发布回滚到此前的修订；撤销时总是回滚。',
  },
  input: z.object({
    centers: z.array(z.string(), 1),
    of: z.string().default(''),
    bases: z.record(z.number()).default({}),
    paper: z.boolean().default(false),
  }),
  plan: ({ centers, of, bases, paper }, situation) => {
    if (of === '' && situation.failed !== true) return releasePlan(situation, [], [])
    const { seen, findings } = seenReleases(situation, centers)
    const from = of === '' ? (situation.bases ?? {}) : bases
    const planned = seen.map((one) => planBack(situation, one, from[one.center], of === '' ? situation.run : of))
    const touched = new Set(Object.keys(from))
    const made = releasePlan(
      situation,
      planned.flatMap(({ intent }) => intent ?? []),
      [
        ...findings
          .filter(({ where }) => where.center !== undefined && touched.has(where.center))
          .map((one) => ({ ...one, effect: 'leave' as const })),
        ...planned.flatMap((one) => one.findings),
      ],
      of === '' ? 'none' : { type: inOrder(situation.topology, Object.keys(bases)).join(',') },
    )
    if (!paper) return made
    const releases = planned.flatMap(({ intent }, i) => (intent === undefined ? [] : viewOfBack(situation, seen[i], intent)))
    return { ...made, onPaper: true, deploy: { releases, changes: [], recover: false } }
  },
})

/** `helm history` has the revision; what it holds is not shown, its number and chart are. */
function viewOfBack({ topology, now }: Situation, seen: Seen | undefined, intent: ReleaseIntent): readonly ReleaseView[] {
  const { center, release, want, overlay } = intent
  const revisions = seen?.release.history?.revisions ?? []
  const last = revisions.at(-1)
  const to = want.kind === 'rollback' ? want.revision : 0
  const age = last === undefined ? Infinity : ageOf(last, now)
  const waves = topology.deploy?.waves ?? []
  return [
    {
      center,
      wave: waves.length - waves.findIndex((names) => names.includes(center)),
      name: release.name,
      namespace: release.namespace,
      ...(last === undefined ? {} : { now: { revision: last.revision, status: last.status, chart: last.chart } }),
      ...(Number.isFinite(age) ? { age } : {}),
      chart: revisions.find(({ revision }) => revision === to)?.chart ?? '',
      does: 'rollback',
      to,
      kept: overlay.map(({ route }) => route),
      command: helmLine(seen?.release.helm.program ?? 'helm', helmArgs(intent, topology)),
    },
  ]
}

const backFrom = (of: string): string => ` back from ${of}`

function planBack(
  situation: Situation,
  seen: Seen,
  base: number | undefined,
  of: string,
): { readonly intent?: ReleaseIntent; readonly findings: readonly Finding[] } {
  const { center, release } = seen
  const { history, target = [] } = release
  const spec = situation.topology.deploy?.releases[center]
  const last = history?.revisions.at(-1)
  if (spec === undefined || base === undefined || history === undefined || last === undefined || last.revision <= base)
    return { findings: [] }
  const where = { center }
  const to = lastDeployed({ revisions: history.revisions.filter(({ revision }) => revision <= base) })
  const description = descriptionOf(situation.run, backFrom(of))
  // By this run, by that one itself, or by another undo of it. Helm 3 writes no description of ours on a rollback.
  const isBack = last.description.endsWith(backFrom(of)) || last.description === `Rollback to ${to?.revision ?? 0}`
  const own = history.revisions.findLast(
    ({ revision, description: said }) => revision > base && carriesRun(said, of) && !said.endsWith(backFrom(of)),
  )
  const after = own !== undefined && last.revision > own.revision && !isBack
  if (last.status === 'deployed' && isBack) return { findings: [] }
  if (after || (last.status === 'deployed' && own === undefined))
    return { findings: [{ reason: 'release-changed-since', facts: { center, revision: last.revision, of }, where, effect: 'leave' }] }
  const made = {
    kind: 'release',
    center,
    release: spec,
    run: situation.run,
    description,
    routes: routesIn(target, spec.namespace),
    overlay: [],
    helm: release.helm.major,
    force: release.serverSide === true,
  } as const
  if (to === undefined) {
    const away = { ...made, want: { kind: 'uninstall' } } as const
    const command = helmLine(release.helm.program, helmArgs(away, situation.topology))
    return { findings: [{ reason: 'first-install-left', facts: { center, command }, where, effect: 'leave' }] }
  }
  const { findings } = overlayFor(situation, seen, target)
  if (findings.length > 0) return { findings: findings.map((one) => ({ ...one, effect: 'leave' })) }
  const { overlay } = overlayFor(situation, seen, target, 'as-live')
  return {
    intent: { ...made, want: { kind: 'rollback', revision: to.revision }, overlay },
    findings: [],
  }
}

export const rollBackReleaseWords = {
  'release-changed-since': {
    en: '{center}: revision {revision} is not of {of}: somebody else has deployed since; left as it is',
    zh: '{center}：修订 {revision} 不属于 {of}，此后有他人部署；保持原样',
  },
  'first-install-left': {
    en: '{center}: nothing was deployed before, so there is no revision to go back to; left as it is. To take it away: {command}',
    zh: '{center}：此前没有部署，没有可回退的修订；保持原样。如需移除：{command}',
  },
} satisfies Words
