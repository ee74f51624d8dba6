import { mistakesFault } from '../documents/mistake.ts'
import { readTopology } from '../documents/topology.ts'
import type { Topology } from '../domain/topology.ts'

/** Reads and checks a topology; a fault names every mistake. */
export function checkedTopology({ text, shown }: { readonly text: Buffer; readonly shown: string }): Topology {
  const read = readTopology(text, shown)
  if ('mistakes' in read) throw mistakesFault(shown, read.mistakes)
  return read.topology
}
