import type { SituationInForce } from '../domain/record.ts'
import type { Mark } from '../domain/mark.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Sighting } from '../domain/sighting.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Origin, RunRequest } from './run.ts'

/** What the clusters say of a run whose journal is elsewhere, or gone. */
export interface Found {
  readonly run: string
  readonly origin: Origin
  readonly mark?: Mark
  /** Centers whose workloads a drill of this run took away. */
  readonly faults: readonly CenterName[]
}

/** The run in force by the marks of routes, or an abandoned drill by the marks of workloads; undefined: neither. `run` restricts it to one. */
export function findRun(sightings: readonly Sighting[], inForce: SituationInForce, run?: string): Found | undefined {
  const marks = sightings
    .flatMap(({ routes }) => (routes.state === 'present' ? routes.value : []))
    .flatMap(({ mark }) => (mark.state === 'marked' ? [mark.mark] : []))
    .filter((mark) => run === undefined || mark.run === run)
  const faults = sightings.flatMap(({ center, workloads }) =>
    workloads.state === 'present' ? workloads.value.flatMap(({ fault }) => (fault === undefined ? [] : [{ center, run: fault.run }])) : [],
  )
  const newest = marks.reduce<Mark | undefined>((best, mark) => (best === undefined || mark.seq > best.seq ? mark : best), undefined)
  const drill = faults.find((one) => run === undefined || one.run === run)
  const id = newest !== undefined && (newest.seq >= inForce.seq || run !== undefined) ? newest.run : drill?.run
  if (id === undefined) return undefined
  const own = marks.filter((mark) => mark.run === id)
  const mark = own.reduce<Mark | undefined>((best, one) => (best === undefined || one.seq > best.seq ? one : best), undefined)
  // A cluster that was synced says where it was brought to; one that the run itself switched says where it came from.
  const moved = own.filter(({ was, situation }) => was.join() !== situation.join())
  const first = moved.reduce<Mark | undefined>((best, one) => (best === undefined || one.seq < best.seq ? one : best), undefined)
  const origin: Origin =
    mark === undefined
      ? { was: inForce.out, situation: inForce.out, seq: inForce.seq, run: id, verb: 'drill' }
      : { was: (first ?? mark).was, situation: mark.situation, seq: mark.seq, run: id, verb: mark.verb }
  return {
    run: id,
    origin,
    ...(mark === undefined ? {} : { mark }),
    faults: [...new Set(faults.filter((one) => one.run === id).map(({ center }) => center))],
  }
}

/** Does what was found still want somebody? A situation in force that every cluster has is a state, not an unfinished run. */
export function isOpen(found: Found, inForce: SituationInForce): boolean {
  if (found.origin.verb === 'drill') return true
  return (
    found.mark?.until !== undefined ||
    found.mark?.progress !== undefined ||
    inForce.behind.length > 0 ||
    (inForce.out.length === 0 && inForce.run === found.run)
  )
}

/** The request that finishes it from here: the same run id, so that its marks are its own. A drill is only restored. */
export function adoptRequest(
  found: Found,
  topology: Topology,
  runbooks: ReadonlyMap<string, Runbook>,
  options: Pick<RunRequest, 'overrides' | 'takeOver'>,
): RunRequest {
  const { origin, mark } = found
  const added = origin.situation.filter((name) => !origin.was.includes(name))
  const gone = origin.was.filter((name) => !origin.situation.includes(name))
  const common: Omit<RunRequest, 'verb' | 'runbook' | 'params'> = {
    includes: runbooks,
    topology,
    overrides: options.overrides,
    dryRun: false,
    takeOver: options.takeOver,
    confirmed: false,
    elsewhere: true,
  }
  const at = { progress: mark?.progress ?? 0 }
  const pick = (name: string): Runbook => {
    const runbook = runbooks.get(name)
    if (runbook === undefined) throw new Error(`runbook ${name} is not shipped`)
    return runbook
  }
  switch (origin.verb) {
    case 'drill': {
      const centers = [...new Set([...found.faults, ...added, ...gone])]
      const runbook = pick(centers.length > 1 ? 'drill-dual-center' : 'drill-single-center')
      return {
        ...common,
        verb: 'drill',
        runbook,
        params: { centers, fault: found.faults.length > 0 ? 'scale' : 'lost' },
        confirmed: true,
        resumeAt: at,
        restoreOnly: true,
      }
    }
    case 'failback':
      return {
        ...common,
        verb: 'failback',
        runbook: pick('failback'),
        params: { centers: gone },
        origins: new Map([['', origin]]),
        resumeAt: at,
      }
    case 'rebalance':
      return {
        ...common,
        verb: 'rebalance',
        runbook: pick('rebalance'),
        params: { shares: mark?.goal ?? {} },
        origins: new Map([['', origin]]),
        resumeAt: at,
      }
    case 'undo':
      return {
        ...common,
        verb: 'undo',
        runbook: pick('undo'),
        params: { run: origin.run, verb: 'failover', was: origin.was, situation: origin.situation },
        origins: new Map([['', origin]]),
        resumeAt: at,
      }
    case 'failover':
    case 'sync':
      return {
        ...common,
        verb: 'failover',
        runbook: pick('failover'),
        params: { centers: added },
        origins: new Map([['', origin]]),
        resumeAt: at,
      }
  }
}
