import { fault } from '../../domain/fault.ts'
import { verifyPlanOf } from '../../domain/estate.ts'
import { percent } from '../../domain/percent.ts'
import type { Topology } from '../../domain/topology.ts'
import { SIGNAL_CODES } from '../../domain/outcome.ts'
import { measureSplit, type SplitReport } from '../../engine/split.ts'
import { splitLines } from '../../ui/split.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld } from './parts.ts'
import { text, unknown } from './request.ts'

type Options = Readonly<Record<string, unknown>>

/** `verify split`: exit 0 balanced, 1 not balanced or failing, 7 not enough requests to tell. */
export async function verifySplit(context: Context, topology: Topology, options: Options): Promise<number> {
  const plan = verifyPlanOf(topology).split
  const probed = topology.services.filter(({ probe }) => probe !== undefined).map(({ name }) => name)
  const wanted = text(options['service'])
  if (wanted !== undefined && !topology.services.some(({ name }) => name === wanted)) throw unknown('unknown-service', wanted, probed)
  const services = wanted === undefined ? probed : probed.filter((name) => name === wanted)
  if (services.length === 0) throw fault('usage', 'no-probe', { services: topology.services.map(({ name }) => name) })
  const interrupt = interruptOf()
  const world = await openWorld(context, topology)
  try {
    const terminal = context.stderr.isTTY === true
    const report = await measureSplit(world, {
      topology,
      services,
      tolerance: numberOf(options, 'tolerance', plan.tolerance, 0.5, 50),
      confidence: numberOf(options, 'confidence', plan.confidence, 0.5, 0.9999),
      rate: numberOf(options, 'rate', plan.rate, 1, 1_000),
      fresh: options['newConnections'] === true,
      idPrefix: `split-${process.pid}`,
      interrupt,
      told: (service, { requests, errorRatio }, of) => {
        if (terminal) context.stderr.write(`\r${service} ${requests}/${of}  errors ${percent(errorRatio)}  `)
      },
    })
    if (terminal) context.stderr.write('\r\u001B[K')
    await show(context, report)
    const signal = Object.entries(SIGNAL_CODES).find(([name]) => name === interrupt.reason)?.[1]
    return signal ?? exitCodeOf(report)
  } finally {
    await world.close()
  }
}

async function show(context: Context, report: SplitReport): Promise<void> {
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'Split', ...report }, form)
  else printLines(context, splitLines(report, context.language))
}

/** Nothing sampled is nothing known. */
function exitCodeOf({ splits }: SplitReport): 0 | 1 | 7 {
  if (splits.some(({ verdict }) => verdict === 'not-balanced' || verdict === 'failing')) return 1
  return splits.length > 0 && splits.every(({ verdict }) => verdict === 'balanced') ? 0 : 7
}

function numberOf(options: Options, name: string, preset: number, least: number, most: number): number {
  const given = text(options[name])
  if (given === undefined) return preset
  const value = Number(given)
  if (!Number.isFinite(value) || value < least || value > most)
    throw fault('usage', 'bad-number', { flag: `--${name}`, given, least, most })
  return value
}
