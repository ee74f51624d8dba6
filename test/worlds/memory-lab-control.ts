import type { Observation } from '../../src/domain/observation.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LabControl } from '../../src/ports/lab-control.ts'
import type { MemoryFaults } from './memory-faults.ts'

/** The control URL that the memory worlds' marker names. */
export const MEMORY_CONTROL_URL = 'http://127.0.0.1:1/memory'

export interface MemoryLabControlOptions {
  readonly clock: Clock
  readonly faults: MemoryFaults
  readonly centers: readonly string[]
  /** How often each request id was recorded by a backend. */
  readonly ledger: ReadonlyMap<string, number>
}

export function memoryLabControl({ clock, faults, centers, ledger }: MemoryLabControlOptions): LabControl {
  async function at<T>(url: string, look: () => { readonly value: T } | string | undefined): Promise<Observation<T>> {
    await Promise.resolve()
    const end = { at: clock.now(), took: 0 }
    if (url !== MEMORY_CONTROL_URL) return { state: 'unknown', why: `${url} is not an address of this machine`, ...end }
    const found = look()
    if (found === undefined) return { state: 'absent', ...end }
    return typeof found === 'string' ? { state: 'unknown', why: found, ...end } : { state: 'present', value: found.value, ...end }
  }
  return {
    fault: (url, center, fault) =>
      at(url, () => (centers.includes(center) ? (faults.set(center, fault) ?? { value: true as const }) : undefined)),
    faultOf: (url, center) => at(url, () => (centers.includes(center) ? { value: faults.of(center) } : undefined)),
    ledger: (url, idPrefix) => at(url, () => ({ value: new Map([...ledger].filter(([id]) => id.startsWith(idPrefix))) })),
  }
}
