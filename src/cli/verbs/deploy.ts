import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fault } from '../../domain/fault.ts'
import type { ChartSource } from '../../domain/deploy.ts'
import type { CenterName, Topology } from '../../domain/topology.ts'
import { chosenWaves } from '../../deploy/waves.ts'
import { resolveDeploy } from '../../documents/topology-deploy.ts'
import { deployRequest } from '../../engine/deploy.ts'
import type { Context } from '../context.ts'
import { runbookOf } from '../runbook-of.ts'
import { findTopology } from '../topology-file.ts'
import { centersOf, helmProgram, overridesOf, text } from './request.ts'
import { carryOut } from './run.ts'

type Options = Readonly<Record<string, unknown>>

/** Deploys the releases of a topology, wave after wave. */
export async function deploy(context: Context, topology: Topology, options: Options): Promise<number> {
  const resolved = withDeploy(context, topology, options)
  const waves = wavesOf(resolved, options)
  const { runbook, includes } = await runbookOf(context.env, resolved.deploy?.drain === true ? 'deploy-drained' : 'deploy')
  const request = deployRequest({
    topology: resolved,
    waves,
    recover: options['recover'] === true,
    helm: helmProgram(context, options),
    wave: runbook,
    includes,
    options: {
      overrides: overridesOf(options),
      dryRun: options['dryRun'] === true,
      takeOver: options['takeOver'] === true,
    },
  })
  return await carryOut(context, request, options)
}

function withDeploy(context: Context, topology: Topology, options: Options): Topology {
  const { file } = findTopology(context)
  if (topology.deploy === undefined) throw fault('usage', 'no-deploy', { file })
  const declared = resolveDeploy(topology.deploy, dirname(resolve(context.cwd, file)))
  return { ...topology, deploy: { ...declared, chart: chartOf(context, declared.chart, options) } }
}

/** `--chart` is another chart: what the topology pins of its own does not hold for it. */
function chartOf(context: Context, declared: ChartSource, options: Options): ChartSource {
  const given = text(options['chart'])
  const version = text(options['chartVersion'])
  if (given === undefined) return version === undefined ? declared : { ...declared, version }
  const path = resolve(context.cwd, given)
  if (existsSync(path)) return { path }
  return { reference: given, ...(version === undefined ? {} : { version }) }
}

function wavesOf(topology: Topology, options: Options): readonly (readonly CenterName[])[] {
  const { deploy } = topology
  if (deploy === undefined) return []
  const given = text(options['wave'])
  const wave = given === undefined ? undefined : Number(given)
  if (given !== undefined && !/^[1-9]\d?$/.test(given)) throw fault('usage', 'no-such-wave', { wave: given, waves: deploy.waves.length })
  const some = text(options['center']) !== undefined || text(options['region']) !== undefined
  const chosen = chosenWaves(topology, deploy, {
    ...(some ? { centers: centersOf(topology, options) } : {}),
    ...(wave === undefined ? {} : { wave }),
  })
  if ('refused' in chosen) {
    const { kind, ...facts } = chosen.refused
    throw fault('usage', kind, facts)
  }
  if (chosen.waves.length === 0) throw fault('usage', 'nothing-chosen')
  return chosen.waves
}
