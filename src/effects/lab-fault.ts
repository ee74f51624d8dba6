import type { Change, Deadline, Location, WriteResult } from '../domain/change.ts'
import type { LabFaultIntent } from '../domain/intent.ts'
import type { Topology } from '../domain/topology.ts'
import { labMarker } from '../facts/lab-marker.ts'
import type { World } from '../ports/world.ts'

/** A lab's fault as a change. Its way back is to heal. */
export function prepareLabFault(intent: LabFaultIntent, id: string): Change {
  const { center, fault } = intent
  const said = fault === null ? 'healed' : `${fault.kind} ${fault.target}`
  return {
    id,
    effect: 'lab-fault',
    center,
    object: { kind: 'LabFault', namespace: '', name: center },
    edits: [{ where: said, before: {}, after: {}, added: [], removed: [], unmanaged: 0 }],
    patch: [],
    before: fault === null ? 'faulty' : 'healed',
    after: fault === null ? 'healed' : 'faulty',
    intent,
    inverse: { kind: 'lab-fault', center, fault: null },
  }
}

export async function applyLabFault(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<WriteResult> {
  if (change.intent.kind !== 'lab-fault') throw new Error(`${change.id} is not a lab fault`)
  const url = await controlUrl(topology, world, deadline)
  if (url === undefined) return { kind: 'rejected', status: 404, message: 'no lab marker in any cluster' }
  const seen = await world.lab.fault(url, change.center, change.intent.fault, deadline)
  if (seen.state === 'present') return { kind: 'applied', object: change.intent.fault }
  return seen.state === 'unreachable'
    ? { kind: 'unknown', reason: 'no-answer' }
    : { kind: 'rejected', status: 400, message: 'why' in seen ? seen.why : seen.state }
}

export async function locateLabFault(change: Change, topology: Topology, world: World, deadline: Deadline): Promise<Location> {
  const url = await controlUrl(topology, world, deadline)
  if (url === undefined) return 'unknown'
  const seen = await world.lab.faultOf(url, change.center, deadline)
  if (seen.state !== 'present') return 'unknown'
  return (seen.value === null ? 'healed' : 'faulty') === change.after ? 'after' : 'before'
}

/** The marker of whichever center answers first: the one that is lost cannot. */
async function controlUrl(topology: Topology, world: World, deadline: Deadline): Promise<string | undefined> {
  const asked = topology.centers.map(async (center) => {
    const seen = await labMarker.read({ topology, center, world, keep: () => undefined }, deadline)
    if (seen.state !== 'present') throw new Error(seen.state)
    return seen.value.controlUrl
  })
  return await Promise.any(asked).catch(() => undefined)
}
