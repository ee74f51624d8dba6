import { parseDuration } from '../domain/duration.ts'
import type { FaultProxy, LinkFault } from './fault-proxy.ts'

/** What is asked for: see `parseFault`. `run` says who made it; it heals itself at `until` (ms since the epoch). */
export interface Fault {
  readonly kind: string
  readonly target: string
  readonly run?: string
  readonly until?: number
}

export const PORTS = ['api', 'gateway', 'services', 'stats', 'metrics', 'nacos'] as const
export type Port = (typeof PORTS)[number]
const FAULT_KINDS = ['refuse', 'blackhole', 'reset', 'delay=200ms', 'lost'] as const
const FAULT_TARGETS = [...PORTS, 'all'] as const

/** Which ports of a center a fault touches, and how; a sentence where it cannot be understood. `lost` is the whole center gone silent, whatever its target says. */
function parseFault({ kind, target, until }: Fault, now: number): { readonly link: LinkFault; readonly ports: readonly Port[] } | string {
  if (until !== undefined && until <= now) return `until ${new Date(until).toISOString()} has passed`
  if (kind === 'lost') return { link: { kind: 'blackhole' }, ports: PORTS }
  const ports = PORTS.filter((port) => target === 'all' || target === port)
  if (ports.length === 0) return `target ${target} is not one of ${FAULT_TARGETS.join(', ')}`
  if (kind === 'refuse' || kind === 'blackhole' || kind === 'reset') return { link: { kind }, ports }
  const ms = kind.startsWith('delay=') ? parseDuration(kind.slice('delay='.length)) : undefined
  if (ms === undefined) return `fault ${kind} is not one of ${FAULT_KINDS.join(', ')}`
  return { link: { kind: 'delay', ms }, ports }
}

/** The faults of a lab: at most one per center, a new one takes the place of the old. */
export interface Faults {
  of(center: string): Fault | null
  /** `null` heals. Answers once it is in force; a sentence says what is wrong with what was asked. */
  set(center: string, fault: Fault | null): Promise<string | undefined>
  close(): void
}

export function openFaults(proxies: ReadonlyMap<string, Readonly<Record<Port, FaultProxy>>>): Faults {
  const inForce = new Map<string, Fault>()
  const timers = new Map<string, NodeJS.Timeout>()

  const set = async (center: string, fault: Fault | null): Promise<string | undefined> => {
    const ports = proxies.get(center)
    if (ports === undefined) return `center ${center} is not one of ${[...proxies.keys()].join(', ')}`
    const parsed = fault === null ? undefined : parseFault(fault, Date.now())
    if (typeof parsed === 'string') return parsed
    clearTimeout(timers.get(center))
    timers.delete(center)
    if (fault === null) inForce.delete(center)
    else inForce.set(center, fault)
    if (fault?.until !== undefined) healAt(center, fault.until)
    await Promise.all(PORTS.map((port) => ports[port].set(parsed?.ports.includes(port) ? parsed.link : null)))
    return undefined
  }
  // Timers reach no further than 24 days: a longer one is set in stages.
  const healAt = (center: string, until: number): void => {
    const wait = Math.min(until - Date.now(), 86_400_000)
    const timer = setTimeout(() => void (Date.now() < until ? healAt(center, until) : set(center, null)), wait)
    timers.set(center, timer.unref())
  }

  return {
    of: (center) => inForce.get(center) ?? null,
    set,
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
