import { runbookJsonSchema, topologyJsonSchema } from '../documents/json-schema.ts'
import { fault } from '../domain/fault.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Context } from './context.ts'
import { knownNames, shippedRunbooks } from './shipped-runbooks.ts'
import { loadTopology } from './topology-file.ts'
import { init } from './verbs/init.ts'
import { centersOf, sharesOf, stepsOf, text, unknown } from './verbs/request.ts'
import { resume, undo } from './verbs/resume.ts'
import { listRunbooks, lint, runRunbook, showRunbook } from './verbs/runbooks.ts'
import { runVerb, type Asked } from './verbs/run.ts'
import { listRuns, reportRun, showRun, verifyRun } from './verbs/runs.ts'
import { showStatus } from './verbs/status.ts'
import { sync } from './verbs/sync.ts'

type Options = Readonly<Record<string, unknown>>

/** Everything heavy that commands call, entered by one `import()`. Each answers an exit code. */
export interface Session {
  centers(options: Options): Promise<readonly CenterName[]>
  run(asked: Asked, options: Options): Promise<number>
  rebalance(options: Options): Promise<number>
  sync(centers: readonly CenterName[], options: Options): Promise<number>
  drill(name: string | undefined, options: Options): Promise<number>
  status(): Promise<number>
  resume(run: string | undefined, options: Options): Promise<number>
  undo(run: string | undefined, options: Options): Promise<number>
  runsList(): Promise<number>
  runsShow(run: string): Promise<number>
  runsVerify(run: string): Promise<number>
  runsReport(run: string): Promise<number>
  runbookList(): Promise<number>
  runbookShow(name: string): Promise<number>
  runbookLint(files: readonly string[]): Promise<number>
  runbookRun(name: string, options: Options): Promise<number>
  init(options: Options): Promise<number>
  schema(kind: string): Promise<number>
}

export function openSession(context: Context): Session {
  let read: Topology | undefined
  const topology = (): Topology => (read ??= loadTopology(context).topology)
  return {
    centers: async (options) => centersOf(topology(), options),
    run: (asked, options) => runVerb(context, topology(), asked, options),
    rebalance: (options) => runVerb(context, topology(), rebalanceOf(topology(), options), options),
    sync: (centers, options) => sync(context, topology(), centers, options),
    drill: async (name, options) => {
      if (options['list'] === true) return listRunbooks(context, 'drill')
      return await runVerb(context, topology(), drillOf(topology(), name, options), options)
    },
    status: () => showStatus(context, topology()),
    resume: (run, options) => resume(context, run, options, topology),
    undo: (run, options) => undo(context, run, options, topology),
    runsList: () => listRuns(context),
    runsShow: (run) => showRun(context, run),
    runsVerify: (run) => verifyRun(context, run),
    runsReport: (run) => reportRun(context, run),
    runbookList: async () => listRunbooks(context),
    runbookShow: async (name) => showRunbook(context, name),
    runbookLint: async (files) => lint(context, files),
    runbookRun: (name, options) => runRunbook(context, topology(), name, options),
    init: (options) => init(context, options),
    schema: async (kind) => {
      if (kind !== 'topology' && kind !== 'runbook') throw fault('usage', 'unknown-schema', { name: kind })
      context.stdout.write(`${JSON.stringify(kind === 'topology' ? topologyJsonSchema() : runbookJsonSchema(knownNames()), null, 2)}\n`)
      return 0
    },
  }
}

function rebalanceOf(topology: Topology, options: Options): Asked {
  const set = text(options['set'])
  const normal = options['to'] === 'normal'
  if ((set === undefined) === !normal) throw fault('usage', set === undefined ? 'no-shares' : 'bad-shares', { given: set ?? '' })
  const shares = set === undefined ? topology.policy.normal : sharesOf(topology, set)
  const step = text(options['step'])
  if (step !== undefined && !/^([1-9]\d?|100)$/.test(step)) throw fault('usage', 'bad-step', { given: step })
  return {
    verb: 'rebalance',
    runbook: 'rebalance',
    params: { shares },
    ...(step === undefined ? {} : { steps: stepsOf(topology, shares, Number(step)) }),
  }
}

/** `single-center` or `dual-center`, with or without the prefix of its runbook. */
function drillOf(topology: Topology, name: string | undefined, options: Options): Asked {
  const drills = [...shippedRunbooks().values()].filter(({ mode }) => mode === 'drill').map((one) => one.name.replace(/^drill-/, ''))
  if (name === undefined) throw fault('usage', 'no-drill', { known: drills })
  const short = name.replace(/^drill-/, '')
  if (!drills.includes(short)) throw unknown('unknown-drill', name, drills)
  const params: Record<string, unknown> = { centers: centersOf(topology, options) }
  for (const key of ['fault', 'detect']) if (options[key] !== undefined) params[key] = options[key]
  return { verb: 'drill', runbook: `drill-${short}`, params }
}
