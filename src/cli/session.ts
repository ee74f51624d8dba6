import { fault } from '../domain/fault.ts'
import type { CenterName, Topology } from '../domain/topology.ts'
import type { Context } from './context.ts'
import { loadTopology } from './topology-file.ts'
import { helmOf, openWorld } from './verbs/parts.ts'
import { centersOf, sharesOf, stepsOf, text, unknown } from './verbs/request.ts'
import type { Asked } from './verbs/run.ts'

type Options = Readonly<Record<string, unknown>>

/** Everything heavy that commands call, entered by one `import()`. Each answers an exit code. */
export interface Session {
  centers(options: Options): Promise<readonly CenterName[]>
  run(asked: Asked, options: Options): Promise<number>
  rebalance(options: Options): Promise<number>
  sync(centers: readonly CenterName[], options: Options): Promise<number>
  drill(name: string | undefined, options: Options): Promise<number>
  deploy(options: Options): Promise<number>
  status(): Promise<number>
  diff(paths: readonly string[], options: Options): Promise<number>
  verify(checks: readonly string[], options: Options): Promise<number>
  doctor(options: Options): Promise<number>
  verifySplit(options: Options): Promise<number>
  verifyLoad(options: Options): Promise<number>
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
  rbac(verb: string, options: Options): Promise<number>
  init(options: Options): Promise<number>
  schema(kind: string): Promise<number>
}

/** Each verb loads its own part of the program when it is called: a switch waits for nothing that it does not need. */
export function openSession(context: Context): Session {
  let read: Promise<Topology> | undefined
  const topology = (): Promise<Topology> => (read ??= loadTopology(context))
  const run = async (asked: Asked, options: Options): Promise<number> => {
    const centers = await topology()
    const world = openWorld(context, centers, helmOf(asked))
    // What comes next holds up everything else for a while: connections are on their way before, and open meanwhile.
    await world.then(afterThisTurn, () => undefined)
    return await (await import('./verbs/run.ts')).runVerb(context, centers, asked, options, world)
  }
  return {
    centers: async (options) => centersOf(await topology(), options),
    run,
    rebalance: async (options) => await run(rebalanceOf(await topology(), options), options),
    sync: async (centers, options) => await (await import('./verbs/sync.ts')).sync(context, await topology(), centers, options),
    drill: async (name, options) => {
      if (options['list'] === true) return await (await import('./verbs/runbooks.ts')).listRunbooks(context, 'drill')
      return await run(await drillOf(await topology(), name, options), options)
    },
    deploy: async (options) => await (await import('./verbs/deploy.ts')).deploy(context, await topology(), options),
    diff: async (paths, options) => {
      const { diff, diffPaths } = await import('./verbs/diff.ts')
      return paths.length > 0 ? await diffPaths(context, paths, options) : await diff(context, await topology(), options)
    },
    status: async () => await (await import('./verbs/status.ts')).showStatus(context, await topology()),
    verifyLoad: async (options) => await (await import('./verbs/load.ts')).verifyLoad(context, await topology(), options),
    verifySplit: async (options) => await (await import('./verbs/split.ts')).verifySplit(context, await topology(), options),
    verify: async (checks, options) => {
      if (options['explain'] === true) return await (await import('./verbs/explain-metrics.ts')).explain(context, await topology(), checks)
      const { listChecks, verify } = await import('./verbs/verify.ts')
      return options['list'] === true ? await listChecks(context) : await verify(context, await topology(), checks, options)
    },
    doctor: async (options) => await (await import('./verbs/doctor.ts')).doctor(context, topology, options),
    resume: async (of, options) => {
      const [{ resume }, { topologyNow }] = await Promise.all([import('./verbs/resume.ts'), import('./topology-now.ts')])
      return await resume(context, of, options, () => topologyNow(context))
    },
    undo: async (of, options) => {
      const [{ undo }, { topologyNow }] = await Promise.all([import('./verbs/resume.ts'), import('./topology-now.ts')])
      return await undo(context, of, options, () => topologyNow(context))
    },
    runsList: async () => await (await import('./verbs/runs.ts')).listRuns(context),
    runsShow: async (of) => await (await import('./verbs/runs.ts')).showRun(context, of),
    runsVerify: async (of) => await (await import('./verbs/runs.ts')).verifyRun(context, of),
    runsReport: async (of) => await (await import('./verbs/runs.ts')).reportRun(context, of),
    runbookList: async () => await (await import('./verbs/runbooks.ts')).listRunbooks(context),
    runbookShow: async (name) => (await import('./verbs/runbooks.ts')).showRunbook(context, name),
    runbookLint: async (files) => (await import('./verbs/runbooks.ts')).lint(context, files),
    runbookRun: async (name, options) => await (await import('./verbs/runbooks.ts')).runRunbook(context, await topology(), name, options),
    rbac: async (verb, options) => (await import('./verbs/rbac.ts')).printRbac(context, await topology(), verb, options, []),
    init: async (options) => await (await import('./verbs/init.ts')).init(context, options),
    schema: async (kind) => {
      const [schemas, { knownNames }] = await Promise.all([import('../documents/json-schema.ts'), import('./shipped-runbooks.ts')])
      const make = {
        topology: schemas.topologyJsonSchema,
        runbook: () => schemas.runbookJsonSchema(knownNames()),
        verification: schemas.verificationJsonSchema,
        diff: schemas.diffJsonSchema,
        drift: schemas.driftJsonSchema,
      }
      if (!Object.hasOwn(make, kind)) throw fault('usage', 'unknown-schema', { name: kind })
      context.stdout.write(`${JSON.stringify(make[kind as keyof typeof make](), null, 2)}\n`)
      return 0
    },
  }
}

function afterThisTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
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
    params: { shares, ...(options['fromUnknown'] === true ? { fromUnknown: true } : {}) },
    ...(step === undefined ? {} : { steps: stepsOf(topology, shares, Number(step)) }),
  }
}

/** `single-center` or `dual-center`, with or without the prefix of its runbook. */
async function drillOf(topology: Topology, name: string | undefined, options: Options): Promise<Asked> {
  const { shippedRunbooks } = await import('./shipped-runbooks.ts')
  const drills = [...shippedRunbooks().values()].filter(({ mode }) => mode === 'drill').map((one) => one.name.replace(/^drill-/, ''))
  if (name === undefined) throw fault('usage', 'no-drill', { known: drills })
  const short = name.replace(/^drill-/, '')
  if (!drills.includes(short)) throw unknown('unknown-drill', name, drills)
  const params: Record<string, unknown> = { centers: centersOf(topology, options) }
  for (const key of ['fault', 'detect']) if (options[key] !== undefined) params[key] = options[key]
  return { verb: 'drill', runbook: `drill-${short}`, params }
}
