import type { Change, Deadline, Location, WriteResult } from '../domain/change.ts'
import { canonical } from '../domain/canonical.ts'
import type { ReleaseIntent, ReleaseSighting } from '../domain/deploy.ts'
import { helmArgs, helmLine } from '../domain/helm-call.ts'
import { centerOf, type Topology } from '../domain/topology.ts'
import { routeName } from '../domain/route.ts'
import { isInForce } from '../deploy/overlay.ts'
import { locateRelease } from '../deploy/release-state.ts'
import { releases } from '../facts/releases.ts'
import { routes } from '../facts/routes.ts'
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
  if (intent.want.kind === 'uninstall') return await helm.change(intent, deadline)
  const asPlanned = await weightsAsPlanned(change, topology, world, deadline)
  if (asPlanned === undefined)
    return { kind: 'rejected', status: 0, message: 'the routes could not be read, so that the weights in force are not known' }
  return asPlanned ? await helm.change(intent, deadline) : { kind: 'conflict', reason: 'version' }
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

/** Are the marked routes as they were planned with? Undefined: not read. */
async function weightsAsPlanned(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<boolean | undefined> {
  const { overlay } = releaseOf(change)
  const seen = await routes.read({ topology, center: centerOf(topology, change.center), world, keep: () => undefined }, deadline)
  if (seen.state === 'absent') return overlay.length === 0
  if (seen.state !== 'present') return undefined
  const asPlanned = overlay.every(({ route, mark, rules }) => {
    const live = seen.value.find((one) => routeName(one) === route)
    const lists = new Set(live?.rules.map(({ rawBackendRefs }) => canonical(rawBackendRefs ?? null)))
    return live !== undefined && live.rawMark === mark && rules.every(({ backendRefs }) => lists.has(canonical(backendRefs)))
  })
  const planned = new Set(overlay.map(({ route }) => route))
  const own = releaseOf(change).routes
  const switched = seen.value.some((route) => isInForce(route) && own.includes(routeName(route)) && !planned.has(routeName(route)))
  return asPlanned && !switched
}

/** The call of Helm that the change makes, for people. */
export function helmEquivalent(change: Change, topology: Topology, program: string): string {
  return helmLine(program, helmArgs(releaseOf(change), topology))
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
