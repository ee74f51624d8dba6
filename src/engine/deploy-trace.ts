import { fault } from '../domain/fault.ts'
import { centerOf, inOrder, type CenterName, type Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { carriesRun } from '../deploy/release-state.ts'
import { releases } from '../facts/releases.ts'
import type { World } from '../ports/world.ts'
import { RELEASE_READ } from './releases.ts'

/** What Helm's own histories say of a deploy whose journal is elsewhere: each revision that it finished carries its id. */
export interface DeployTrace {
  readonly run: string
  /** The newest revision before the run's own, by center that it finished; 0: none. */
  readonly bases: Readonly<Record<CenterName, number>>
  /** Centers whose release could not be read. */
  readonly unread: readonly CenterName[]
}

/** Looks for the run in the histories of every center's release. */
export async function findDeploy(world: World, topology: Topology, run: string): Promise<DeployTrace> {
  const bases: Record<CenterName, number> = {}
  const unread: CenterName[] = []
  await Promise.all(
    Object.keys(topology.deploy?.releases ?? {}).map(async (name) => {
      const deadline = { at: world.clock.monotonic() + RELEASE_READ }
      const seen = await releases.read({ topology, center: centerOf(topology, name), world, keep: () => undefined }, deadline)
      if (seen.state !== 'present') return void unread.push(name)
      const revisions = seen.value.history?.revisions ?? []
      const own = revisions.findIndex(({ description }) => carriesRun(description, run))
      if (own >= 0) bases[name] = revisions[own - 1]?.revision ?? 0
    }),
  )
  return { run, bases, unread: inOrder(topology, unread) }
}

/** What the run was going to deploy stands in its journal alone: nobody else can finish it. */
export function refuseResumeElsewhere({ run, bases, unread }: DeployTrace, topology: Topology): Error {
  const all = inOrder(topology, Object.keys(topology.deploy?.releases ?? {}))
  const done = all.filter((name) => bases[name] !== undefined).join(', ')
  const rest = all.filter((name) => bases[name] === undefined && !unread.includes(name))
  return rest.length === 0
    ? fault('refused', 'deploy-elsewhere-done', { run, done })
    : fault('refused', 'deploy-elsewhere', { run, done, rest: rest.join(',') })
}

export const deployTraceWords = {
  'deploy-elsewhere': {
    en: 'Will not resume {run}: it is a deploy of another machine.\nBy Helm it is done in {done}; which chart and values it was going to use stands in its journal alone.\nFinish it there, or with the same chart and values: tricenter deploy --center {rest}. To take it back: tricenter undo {run}',
    zh: '不予继续 {run}：这是另一台机器的部署。\n据 Helm，它已在 {done} 完成；所用的 Chart 与值只记录在其日志中。\n请在原机器上继续，或使用相同的 Chart 与值：tricenter deploy --center {rest}。撤销：tricenter undo {run}',
  },
  'deploy-elsewhere-done': {
    en: 'Will not resume {run}: it is a deploy of another machine.\nBy Helm it is done in all centers that could be read: {done}.\nTo take it back: tricenter undo {run}',
    zh: '不予继续 {run}：这是另一台机器的部署。\n据 Helm，它已在所有可读取的中心完成：{done}。\n撤销：tricenter undo {run}',
  },
} satisfies Words
