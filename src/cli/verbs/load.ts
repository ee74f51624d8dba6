import { fileLoadBaselines } from '../../adapters/load-baselines.ts'
import { loadGenerator } from '../../adapters/load-generators.ts'
import { parseDuration } from '../../domain/duration.ts'
import { fault } from '../../domain/fault.ts'
import { loadExitCode } from '../../domain/load-report.ts'
import { SIGNAL_CODES } from '../../domain/outcome.ts'
import type { Topology } from '../../domain/topology.ts'
import { measureLoad, type LoadReport } from '../../engine/load.ts'
import type { GeneratorName } from '../../ports/load.ts'
import { loadLines } from '../../ui/load.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld, stateDirectoryOf } from './parts.ts'
import { centersOf, text, unknown } from './request.ts'

type Options = Readonly<Record<string, unknown>>

const GENERATORS: readonly GeneratorName[] = ['own', 'wrk', 'hey']
/** Nobody measures longer by accident, ms. */
const LONGEST = 1_800_000

/** `verify load`: exit 0 targets met at the asked rates, 1 not met, 7 cannot tell, 3 refused. */
export async function verifyLoad(context: Context, topology: Topology, options: Options): Promise<number> {
  const [center, ...more] = centersOf(topology, options)
  if (center === undefined || more.length > 0) throw fault('usage', 'one-center', { flag: '--center' })
  const service = serviceOf(topology, text(options['service']))
  const rates = ratesOf(text(options['rates']) ?? '100,500,1000')
  const duration = durationOf(text(options['duration']) ?? '10s')
  if (duration * rates.length > LONGEST) throw fault('usage', 'load-too-long', { rates: rates.length, longest: LONGEST / 60_000 })
  const connections = wholeOf('--connections', text(options['connections']) ?? '100', 1, 20_000)
  const name = (text(options['with']) ?? 'own') as GeneratorName
  if (!GENERATORS.includes(name)) throw unknown('unknown-generator', name, GENERATORS)
  const confirmed = text(options['confirm'])
  const interrupt = interruptOf()
  const world = await openWorld(context, topology)
  try {
    const report = await measureLoad(world, loadGenerator(name, context.env['PATH'] ?? ''), fileLoadBaselines(stateDirectoryOf(context)), {
      topology,
      center,
      service,
      rates,
      duration,
      connections,
      remote: options['remote'] === true,
      idPrefix: `load-${process.pid}`,
      interrupt,
      told: (rate) => void context.stderr.write(told(context, rate, duration)),
      ...(confirmed === undefined ? {} : { confirmed }),
    })
    if (report === 'refused')
      throw fault('refused', confirmed === undefined ? 'load-not-confirmed' : 'load-wrong-value', { center, given: confirmed ?? '' })
    await show(context, report)
    const signal = Object.entries(SIGNAL_CODES).find(([one]) => one === interrupt.reason)?.[1]
    return signal ?? exitCodeOf(report)
  } finally {
    await world.close()
  }
}

async function show(context: Context, report: LoadReport): Promise<void> {
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'Load', ...report }, form)
  else printLines(context, loadLines(report, context.language))
}

function exitCodeOf({ runs, unable }: LoadReport): 0 | 1 | 7 {
  const code = loadExitCode(runs.map(({ verdict }) => verdict))
  return code === 0 && unable !== undefined ? 7 : code
}

function told({ language }: Context, rate: number, duration: number): string {
  return language === 'zh' ? `${rate}/秒，${duration / 1000} 秒…\n` : `${rate}/s for ${duration / 1000} s…\n`
}

function serviceOf(topology: Topology, wanted: string | undefined): string {
  const probed = topology.services.filter(({ probe }) => probe !== undefined).map(({ name }) => name)
  if (wanted !== undefined && !topology.services.some(({ name }) => name === wanted)) throw unknown('unknown-service', wanted, probed)
  const service = probed.find((name) => wanted === undefined || name === wanted)
  if (service === undefined) throw fault('usage', 'no-probe', { services: topology.services.map(({ name }) => name) })
  return service
}

function ratesOf(given: string): readonly number[] {
  return given.split(',').map((one) => wholeOf('--rates', one.trim(), 1, 100_000))
}

function wholeOf(flag: string, given: string, least: number, most: number): number {
  const value = Number(given)
  if (!/^\d+$/.test(given) || value < least || value > most) throw fault('usage', 'bad-number', { flag, given, least, most })
  return value
}

function durationOf(given: string): number {
  const value = parseDuration(given)
  if (value === undefined || value < 1_000) throw fault('usage', 'bad-duration', { flag: '--duration', given })
  return value
}
