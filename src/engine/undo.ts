import { fault } from '../domain/fault.ts'
import type { Mark } from '../domain/mark.ts'
import type { RunId } from '../domain/record.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { Topology } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import type { World } from '../ports/world.ts'
import { look } from './observe.ts'
import type { Origin, RunRequest } from './run.ts'
import { isUnfinished, type RunFacts } from './run-state.ts'

/** What undo is asked for: a run of this machine's journals, or what the marks say of it. */
export interface UndoTarget {
  readonly run: RunId
  readonly origin: Origin
  readonly finished: boolean
  readonly marks: ReadonlyMap<string, Mark>
  readonly topology: Topology
  /** Known from marks alone: its journal is on another machine. */
  readonly elsewhere?: true
  /** Objects that it created before it switched, as people name them. */
  readonly published?: readonly string[]
}

/** The target of an undo from its journal; undefined: it wrote no weight, so there is nothing to take back. */
export function undoTarget(facts: RunFacts): UndoTarget | undefined {
  const { started, origins } = facts
  const origin = origins.get('') ?? [...origins.values()][0]
  if (origin === undefined) return undefined
  // A sync carries the marks of the run that it brings a cluster in line with.
  const verb = started.verb === 'sync' ? 'sync' : origin.verb
  const published = publishedIn(facts)
  return {
    run: started.run,
    origin: { ...origin, verb },
    finished: !isUnfinished(facts),
    marks: facts.marks,
    topology: started.topology,
    ...(published.length === 0 ? {} : { published }),
  }
}

/** Written, or perhaps written: only a look can tell. */
function publishedIn({ applied, open }: RunFacts): readonly string[] {
  const changes = [...applied, ...open.map(({ change }) => change)].filter(({ intent }) => intent.kind === 'object')
  return [...new Set(changes.map(({ object: { kind, namespace, name } }) => [kind, namespace, name].filter((one) => one !== '').join('/')))]
}

/** The run that takes it back: the inverse intent, planned anew. Refuses by name what cannot be undone. */
export function undoRequest(
  target: UndoTarget,
  runbook: Runbook,
  options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'> & { readonly atOnce: boolean },
): RunRequest {
  const { origin, run } = target
  if (origin.verb === 'undo') throw fault('refused', 'undo-of-undo', { run })
  if (origin.verb === 'sync') throw fault('refused', 'undo-of-sync', { run })
  const draining = origin.was.some((name) => !origin.situation.includes(name))
  return {
    verb: 'undo',
    runbook,
    includes: new Map(),
    params: {
      run,
      verb: origin.verb,
      was: origin.situation,
      situation: origin.was,
      ...(target.published === undefined ? {} : { published: target.published.join(', ') }),
    },
    topology: target.topology,
    overrides: options.overrides,
    dryRun: options.dryRun,
    takeOver: options.takeOver,
    marks: target.marks,
    of: run,
    confirmed: false,
    ...(options.atOnce || draining || !target.finished ? { steps: [100] } : {}),
    ...(target.elsewhere === undefined ? {} : { elsewhere: target.elsewhere }),
  }
}

/**
 * A later run is in force: undoing an earlier one would pull the ground from under it. Once every cluster is back at normal the marks are gone and `seq` begins anew,
 * so a run that has written marks, of which none is in force where everything was read, is an earlier one too.
 */
export async function refuseUnlessLatest(world: World, target: UndoTarget): Promise<void> {
  const { inForce } = await look({ deps: { world }, topology: target.topology, id: 'look' })
  const superseded = inForce.seq > target.origin.seq || (target.marks.size > 0 && inForce.unread.length === 0)
  if (inForce.run !== undefined && inForce.run !== target.run && superseded) {
    throw fault('refused', 'not-latest', { run: target.run, later: inForce.run })
  }
}

export const undoWords = {
  undone: { en: 'Taken back by run {by}.', zh: '已由运行 {by} 撤销。' },
  'undo-of-undo': {
    en: 'Will not undo: {run} is itself an undo.\nAn undo is not undone.\nPlan what you want instead: tricenter failover, failback or rebalance',
    zh: '不予撤销：{run} 本身就是一次撤销。\n撤销不能再撤销。\n请直接执行所需操作：tricenter failover、failback 或 rebalance',
  },
  'undo-of-sync': {
    en: 'Will not undo: {run} is a sync.\nIt only brought a cluster to the situation in force; taking it back would leave that cluster behind.\nUndo the run in force instead: tricenter undo',
    zh: '不予撤销：{run} 是一次补齐。\n它只是将集群带到当前态势，撤销会使该集群落后。\n请撤销当前生效的运行：tricenter undo',
  },
  'not-latest': {
    en: 'Will not undo: not-latest. {later} came after {run} and is in force.\nUndoing {run} would pull the ground from under it.\nUndo that one first: tricenter undo {later}',
    zh: '不予撤销：not-latest。{later} 在 {run} 之后执行且正在生效。\n撤销 {run} 会破坏其前提。\n请先撤销它：tricenter undo {later}',
  },
} satisfies Words
