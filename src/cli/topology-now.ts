import type { Topology } from '../domain/topology.ts'
import type { Context } from './context.ts'
import { checkedTopology } from './topology-checked.ts'
import { findTopology, usable } from './topology-file.ts'

/** The topology at once, for those who cannot wait for it. */
export function topologyNow(context: Pick<Context, 'flags' | 'env' | 'cwd'>): Topology {
  const found = findTopology(context)
  return usable(context, found, checkedTopology(found))
}
