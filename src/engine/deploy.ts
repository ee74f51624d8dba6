import type { RunStarted } from '../domain/record.ts'
import type { Runbook, Step } from '../domain/runbook.ts'
import type { CenterName, Milliseconds, Topology } from '../domain/topology.ts'
import type { RunRequest } from './run.ts'
import { basesOf } from './releases.ts'
import type { RunFacts } from './run-state.ts'

export interface DeployRequest {
  readonly topology: Topology
  /** In the order in which they are gone through. */
  readonly waves: readonly (readonly CenterName[])[]
  readonly recover: boolean
  /** The program, kept for resume and undo. */
  readonly helm: string
  /** How one wave is gone through: `deploy`, or `deploy-drained`. */
  readonly wave: Runbook
  readonly includes: ReadonlyMap<string, Runbook>
  readonly options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'>
}

/** A deploy as a runbook: everything on paper, then wave after wave, and, when one fails, what was done is taken back in reverse order. */
export function deployRequest({ topology, waves, recover, helm, wave, includes, options }: DeployRequest): RunRequest {
  const centers = waves.flat()
  const hold = topology.deploy?.hold ?? topology.policy.hold
  const runbook: Runbook = {
    name: 'deploy',
    mode: 'change',
    summary: wave.summary,
    params: { helm: { type: 'string', summary: titles.helm, required: false } },
    steps: [
      { key: 'do', name: 'preflight', title: titles.preflight, action: 'rehearse-release', with: { centers, recover, waves } },
      ...waves.map((names, i) => waveStep(names, i, wave.name, hold, until(topology, hold), recover)),
      {
        key: 'always',
        name: 'back',
        title: titles.back,
        steps: waves.toReversed().flatMap((names, i) => backSteps(names, waves.length - i, wave.name === 'deploy-drained')),
      },
    ],
  }
  return {
    ...options,
    verb: 'deploy',
    runbook,
    includes: new Map([...includes, [wave.name, wave]]),
    params: { helm },
    topology,
    confirmed: false,
  }
}

/** A deploy to be taken back, from its journal or from what Helm says of it. */
interface DeployToUndo {
  readonly run: string
  readonly topology: Topology
  readonly waves: readonly (readonly CenterName[])[]
  readonly bases: Readonly<Record<CenterName, number>>
  readonly helm: string
  /** Its centers may still be out of traffic: returned by the runbook `failback`. */
  readonly drained: boolean
  readonly includes: ReadonlyMap<string, Runbook>
}

/** Takes back what a deploy did, in reverse order, each to what was deployed before; undefined: it touched no release. */
export function undoDeployRequest(
  { started }: Pick<RunFacts, 'started'>,
  records: Parameters<typeof basesOf>[0],
  options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'>,
): RunRequest | undefined {
  const bases = basesOf(records)
  if (Object.keys(bases).length === 0) return undefined
  const { run, topology, params } = started
  const drained = started.includes.some(({ name }) => name === 'deploy-drained')
  const includes = new Map(started.includes.map((one) => [one.name, one]))
  return undoRequestOf({ run, topology, waves: wavesOf(started), bases, helm: helmOf(params), drained, includes }, options)
}

/** The same with no journal here: which revisions are the run's is what Helm says. */
export function undoDeployElsewhere(
  { run, bases }: Pick<DeployToUndo, 'run' | 'bases'>,
  { topology, helm, includes }: Pick<DeployToUndo, 'topology' | 'helm' | 'includes'>,
  options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'>,
): RunRequest {
  const waves = topology.deploy?.waves ?? []
  const drained = topology.deploy?.drain === true
  return { ...undoRequestOf({ run, topology, waves, bases, helm, drained, includes }, options), elsewhere: true }
}

function undoRequestOf(
  { run, topology, waves, bases, helm, drained, includes }: DeployToUndo,
  options: Pick<RunRequest, 'overrides' | 'dryRun' | 'takeOver'>,
): RunRequest {
  const touched = waves.map((wave) => wave.filter((center) => bases[center] !== undefined)).filter((wave) => wave.length > 0)
  const paper: Step = {
    key: 'do',
    name: 'plan',
    title: titles.preflight,
    action: 'roll-back-release',
    with: { centers: touched.toReversed().flat(), of: run, bases, paper: true },
  }
  const steps = touched.toReversed().flatMap((centers, i): readonly Step[] => {
    const roll: Step = {
      key: 'do',
      name: `back-${centers.join('-')}`,
      title: titles.back,
      action: 'roll-back-release',
      with: { centers, of: run, bases },
    }
    return drained ? [roll, ...returnSteps(centers, touched.length - i)] : [roll]
  })
  return {
    ...options,
    verb: 'undo',
    runbook: {
      name: 'undo-deploy',
      mode: 'change',
      summary: titles.back,
      params: { helm: { type: 'string', summary: titles.helm, required: false } },
      steps: [paper, ...steps],
    },
    includes: drained ? includes : new Map(),
    params: { helm },
    topology,
    of: run,
    confirmed: false,
  }
}

function helmOf(params: RunStarted['params']): string {
  return typeof params['helm'] === 'string' ? params['helm'] : 'helm'
}

/** The waves of a deploy's first record. */
function wavesOf({ runbook }: Pick<RunStarted, 'runbook'>): readonly (readonly CenterName[])[] {
  return runbook.steps.flatMap((step) =>
    step.key === 'run' && step.runbook !== 'failback' ? [step.with['centers'] as readonly CenterName[]] : [],
  )
}

function waveStep(
  centers: readonly CenterName[],
  index: number,
  runbook: string,
  hold: Milliseconds,
  until: Milliseconds,
  recover: boolean,
): Step {
  const title = { en: `wave ${index + 1}: ${centers.join(', ')}`, zh: `第 ${index + 1} 批：${centers.join('、')}` }
  return { key: 'run', name: `wave-${index + 1}`, title, runbook, with: { centers, hold, until, recover } }
}

function backSteps(centers: readonly CenterName[], number: number, drained: boolean): readonly Step[] {
  const roll: Step = { key: 'do', name: `roll-back-${number}`, title: titles.back, action: 'roll-back-release', with: { centers } }
  if (!drained) return [roll]
  return [roll, ...returnSteps(centers, number)]
}

/** Each begins from where it finds the world: the one before it has changed the situation. */
function returnSteps(centers: readonly CenterName[], number: number): readonly Step[] {
  return [{ key: 'run', name: `return-${number}`, title: titles.returned, runbook: 'failback', with: { centers } }]
}

/** A proof that has not come by then will not come. */
function until({ policy }: Topology, hold: Milliseconds): Milliseconds {
  return hold + policy.deadlines.prove
}

const titles = {
  preflight: { en: 'preflight', zh: '预检' },
  back: { en: 'roll back', zh: '回滚' },
  helm: { en: 'The Helm to use', zh: '使用的 Helm' },
  returned: { en: 'return to traffic', zh: '恢复流量' },
}
