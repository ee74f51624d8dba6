import { thisStation } from '../../adapters/station.ts'
import { questions } from '../../checks/questions.ts'
import type { Topology } from '../../domain/topology.ts'
import { rightsOf, verbsWithRights } from '../../engine/rights.ts'
import type { World } from '../../ports/world.ts'
import type { Context } from '../context.ts'

/** What the set-up is looked at by: this machine, and what each verb needs in every cluster. */
export function openTheStation(context: Context, topology: Topology, state: string): Pick<World, 'station' | 'rights'> {
  const { kubeconfig } = context.flags
  const asked = verbsWithRights.filter((verb) => verb !== 'deploy' || topology.deploy !== undefined)
  return {
    station: thisStation({ env: context.env, state, ...(kubeconfig === undefined ? {} : { kubeconfig }) }),
    rights: new Map(asked.map((verb) => [verb, rightsOf(verb, topology, { questions, compared: [] })])),
  }
}
