import type { Change, Deadline, Location, WriteResult } from '../domain/change.ts'
import { canonical } from '../domain/canonical.ts'
import type { ReleaseIntent, ReleaseSighting } from '../domain/deploy.ts'
import { centerOf, type Topology } from '../domain/topology.ts'
import { routeName } from '../domain/route.ts'
import { isInForce } from '../deploy/overlay.ts'
import { locateRelease } from '../deploy/release-state.ts'
import { releases } from '../facts/releases.ts'
import { routes } from '../facts/routes.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { World } from '../ports/world.ts'

/** What of the release a change found, and where it goes. */
interface Recorded {
  readonly base: number
  readonly rollbackTo?: number
}

/** How often a Helm that is still at work is asked about, ms. */
const ASK_AGAIN = 500

/** A release of one center as a change: the newest revision then is what it found, a revision that carries the run's id is what it wants. */
export function prepareRelease(intent: ReleaseIntent, { history }: ReleaseSighting, id: string): Change {
  const { center, release, want } = intent
  const last = history?.revisions.at(-1)
  const recorded: Recorded = { base: last?.revision ?? 0, ...(want.kind === 'rollback' ? { rollbackTo: want.revision } : {}) }
  const back = history?.revisions.findLast(({ status }) => status === 'deployed')?.revision
  return {
    id,
    effect: 'release',
    center,
    object: { kind: 'Release', namespace: release.namespace, name: release.name },
    edits: [{ where: whereOf(want, last?.chart), before: {}, after: {}, added: [], removed: [], unmanaged: 0 }],
    patch: [],
    before: canonical(recorded),
    after: intent.description,
    intent,
    inverse: {
      ...intent,
      want: back === undefined ? { kind: 'uninstall' } : { kind: 'rollback', revision: back },
    },
  }
}

/** Runs Helm, on the condition that the weights of marked routes are still those that the plan lays over the render. */
export async function applyRelease(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<WriteResult> {
  const intent = releaseOf(change)
  const { deploy } = topology
  const { helm } = world
  if (helm === undefined || deploy === undefined) return { kind: 'rejected', status: 0, message: 'no deploy is declared' }
  const { center, release, want, description, overlay } = intent
  if (want.kind === 'uninstall') return await helm.uninstall(center, release, deadline)
  const live = await liveWeights(change, topology, world, deadline)
  if (live === undefined)
    return { kind: 'rejected', status: 0, message: 'the routes could not be read, so that the weights in force are not known' }
  if (!live.asPlanned) return { kind: 'conflict', reason: 'version' }
  const { takeOver } = live
  if (want.kind === 'rollback') return await helm.rollback(center, release, want.revision, { description, overlay, takeOver }, deadline)
  const values = [...deploy.values, ...release.values]
  return await helm.upgrade(
    { center, release, chart: deploy.chart, values },
    { install: want.install, description, overlay, takeOver },
    deadline,
  )
}

/** Reads the history back; a revision that a living Helm of ours still works on is waited for. */
export async function locateReleaseChange(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<Location> {
  const intent = releaseOf(change)
  const { clock } = world
  const recorded = JSON.parse(change.before) as Recorded
  for (;;) {
    const seen = await releases.read({ topology, center: centerOf(topology, change.center), world, keep: () => undefined }, deadline)
    if (seen.state !== 'present') return 'unknown'
    const { history, going } = seen.value
    if (!going || clock.monotonic() >= deadline.at) {
      if (intent.want.kind === 'uninstall') return history === undefined ? 'after' : 'neither'
      return locateRelease(history, { run: intent.run, ...recorded })
    }
    await clock.sleep(ASK_AGAIN)
  }
}

/** Are the marked routes as they were planned with? `takeOver`: our own switches own rules here, which Helm 4 would not write over unasked. */
async function liveWeights(
  change: Change,
  topology: Topology,
  world: World,
  deadline: Deadline,
): Promise<{ readonly asPlanned: boolean; readonly takeOver: boolean } | undefined> {
  const { overlay } = releaseOf(change)
  const objects: KubeObject[] = []
  const seen = await routes.read({ topology, center: centerOf(topology, change.center), world, keep: (one) => objects.push(one) }, deadline)
  if (seen.state === 'absent') return { asPlanned: overlay.length === 0, takeOver: false }
  if (seen.state !== 'present') return undefined
  const asPlanned = overlay.every(({ route, mark, rules }) => {
    const live = seen.value.find((one) => routeName(one) === route)
    const lists = new Set(live?.rules.map(({ rawBackendRefs }) => canonical(rawBackendRefs ?? null)))
    return live !== undefined && live.rawMark === mark && rules.every(({ backendRefs }) => lists.has(canonical(backendRefs)))
  })
  const planned = new Set(overlay.map(({ route }) => route))
  const own = releaseOf(change).routes
  const switched = seen.value.some((route) => isInForce(route) && own.includes(routeName(route)) && !planned.has(routeName(route)))
  const takeOver = objects.some(({ metadata }) =>
    metadata.managedFields?.some(({ manager, subresource }) => manager === 'tricenter' && subresource === undefined),
  )
  return { asPlanned: asPlanned && !switched, takeOver }
}

/** The call of Helm that the change makes, for people; live weights that lie over the render are not in it, and no value is. */
export function helmEquivalent(change: Change, { deploy, centers }: Topology, helm: string): string {
  const { release, want, center } = releaseOf(change)
  const { chart, values = [] } = deploy ?? {}
  const context = centers.find(({ name }) => name === center)?.context ?? ''
  const timeout = want.kind === 'uninstall' ? [] : ['--timeout', `${Math.floor((deploy?.timeout ?? 0) / 1000)}s`]
  const where = [...timeout, '--kube-context', context, '--namespace', release.namespace]
  const files = [...values, ...release.values].flatMap((file) => ['--values', file])
  const version = chart?.path === undefined && chart?.version !== undefined ? ['--version', chart.version] : []
  const install = want.kind === 'upgrade' && want.install ? ['--install', '--create-namespace'] : []
  const words = {
    upgrade: ['upgrade', release.name, chart?.path ?? chart?.reference ?? '', ...install, ...files, '--wait', ...version],
    rollback: ['rollback', release.name, want.kind === 'rollback' ? String(want.revision) : '', '--wait'],
    uninstall: ['uninstall', release.name],
  }[want.kind]
  return [helm, ...words, ...where].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}

function releaseOf({ id, intent }: Change): ReleaseIntent {
  if (intent.kind !== 'release') throw new Error(`${id} is no release`)
  return intent
}

function whereOf(want: ReleaseIntent['want'], chart: string | undefined): string {
  switch (want.kind) {
    case 'upgrade':
      return chart === undefined ? 'install' : 'upgrade'
    case 'rollback':
      return `rollback ${want.revision}`
    case 'uninstall':
      return 'uninstall'
  }
}
