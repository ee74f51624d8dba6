import type { CenterName } from '../../src/domain/topology.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LabFault } from '../../src/ports/lab-control.ts'
import type { MemoryCluster, MemoryFault } from './memory-cluster.ts'

/** How a port of a center behaves. `dead` with `silent`: a client waits in vain; else it is turned away at once. */
export interface PortState {
  readonly dead: boolean
  readonly silent: boolean
  readonly delay: number
}

/** The lab's faults over centers in memory: one per center, healed at its `until`. */
export interface MemoryFaults {
  set(center: CenterName, fault: LabFault | null): string | undefined
  of(center: CenterName): LabFault | null
  port(center: CenterName, port: 'gateway' | 'services'): PortState
}

export function memoryFaults(clusters: ReadonlyMap<CenterName, MemoryCluster>, clock: Clock): MemoryFaults {
  const inForce = new Map<CenterName, LabFault>()
  const of = (center: CenterName): LabFault | null => {
    const fault = inForce.get(center)
    return fault === undefined || (fault.until !== undefined && fault.until <= clock.now()) ? null : fault
  }
  return {
    of,
    set(center, fault) {
      const cluster = clusters.get(center)
      if (cluster === undefined) return `there is no center ${center}`
      if (fault !== null && !/^(refuse|blackhole|reset|lost|delay=\d+ms)$/.test(fault.kind)) return `${fault.kind} is no fault`
      if (fault === null) inForce.delete(center)
      else inForce.set(center, fault)
      cluster.fault =
        fault === null || !(fault.target === 'all' || fault.target === 'api' || fault.kind === 'lost') ? null : apiFault(fault)
      if (fault?.until !== undefined) {
        void clock.sleep(fault.until - clock.now()).then(() => {
          if (inForce.get(center) !== fault) return
          inForce.delete(center)
          cluster.fault = null
        })
      }
      return undefined
    },
    port(center, port) {
      const fault = of(center)
      if (fault === null || !(fault.kind === 'lost' || fault.target === 'all' || fault.target === port))
        return { dead: false, silent: false, delay: 0 }
      if (fault.kind.startsWith('delay=')) return { dead: false, silent: false, delay: Number.parseInt(fault.kind.slice(6), 10) }
      return { dead: true, silent: fault.kind === 'lost' || fault.kind === 'blackhole', delay: 0 }
    },
  }
}

function apiFault({ kind }: LabFault): MemoryFault {
  if (kind.startsWith('delay=')) return { kind: 'slow', ms: Number.parseInt(kind.slice(6), 10) }
  return { kind: kind === 'lost' || kind === 'blackhole' ? 'blackholed' : 'refused' }
}
