import { fault } from '../domain/fault.ts'
import type { Runbook } from '../domain/runbook.ts'
import type { RunRequest } from './run.ts'
import type { RunFacts } from './run-state.ts'

/** The run that gives objects back what a sync found there; undefined: it wrote no whole object, or weights as well, whose undo comes first. */
export function undoObjectsRequest(
  { started, applied, open, origins }: RunFacts,
  runbooks: ReadonlyMap<string, Runbook>,
  options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'>,
): RunRequest | undefined {
  if (origins.size > 0 || ![...applied, ...open.map(({ change }) => change)].some(({ intent }) => intent.kind === 'object'))
    return undefined
  if (started.verb === 'undo') throw fault('refused', 'undo-of-undo', { run: started.run })
  const runbook = runbooks.get('undo-reconcile')
  if (runbook === undefined) throw new Error('runbook undo-reconcile is not shipped')
  return {
    overrides: options.overrides,
    dryRun: options.dryRun,
    takeOver: options.takeOver,
    verb: 'undo',
    runbook,
    includes: new Map(),
    params: { run: started.run },
    topology: started.topology,
    confirmed: false,
    of: started.run,
  }
}
