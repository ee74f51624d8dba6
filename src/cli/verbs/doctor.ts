import { questions } from '../../checks/questions.ts'
import { profileFits } from '../../checks/profile-fits.ts'
import { symptoms } from '../../checks/symptoms.ts'
import { topologyRead } from '../../checks/topology-read.ts'
import { doctorExitCode, symptomNames, type Checkup, type SymptomName } from '../../domain/diagnosis.ts'
import { verifyPlanOf } from '../../domain/estate.ts'
import { isFault } from '../../domain/fault.ts'
import type { Topology } from '../../domain/topology.ts'
import { examine, unfounded } from '../../engine/doctor.ts'
import { measureSplit, type SplitReport } from '../../engine/split.ts'
import { verify } from '../../engine/verify.ts'
import type { World } from '../../ports/world.ts'
import { checkupDocument } from '../../ui/doctor-document.ts'
import { doctorScreen, type CheckupReading } from '../../ui/doctor-screen.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { phrasebook } from '../phrases.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld } from './parts.ts'
import { text } from './request.ts'

type Options = Readonly<Record<string, unknown>>

/** Looks at everything, and says what is wrong with the set-up and what causes what clients feel. The exit code is `doctorExitCode`'s. */
export async function doctor(context: Context, load: () => Promise<Topology>, options: Options): Promise<number> {
  const asked = symptomNames.find((name) => name === text(options['symptom']))
  const checkup = await examined(context, load, asked, options['probe'] === true)
  const reading: CheckupReading = {
    checkup,
    centers: [],
    titles: Object.fromEntries(questions.map(({ name, title }) => [name, title])),
    symptomTitles: Object.fromEntries(symptoms.map(({ name, title }) => [name, title])),
    phrasebook,
    language: context.language,
  }
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') await printDocument(context, checkupDocument(reading), form)
  else {
    const width = Math.max(40, Math.min(120, context.stdout.columns ?? 80))
    printLines(context, doctorScreen(reading, { width, now: Date.now(), wide: form === 'wide' }))
  }
  return doctorExitCode(checkup)
}

/** What cannot even be read is a finding here, and no fault. */
async function examined(context: Context, load: () => Promise<Topology>, asked: SymptomName | undefined, probe: boolean): Promise<Checkup> {
  const startedAt = Date.now()
  let topology: Topology
  try {
    topology = await load()
  } catch (error) {
    if (!isFault(error) || error.kind !== 'input') throw error
    return unfounded(topologyRead, error, startedAt)
  }
  let world: Awaited<ReturnType<typeof openWorld>>
  try {
    world = await openWorld(context, topology, undefined, 'station')
  } catch (error) {
    // Of all that is opened only the files that `metrics:` names can be wrong.
    if (!isFault(error) || error.kind !== 'input') throw error
    return unfounded(profileFits, error, startedAt)
  }
  try {
    const centers = topology.centers.map(({ name }) => name)
    const verification = await verify(world, { topology, questions, centers, probe })
    const split = probe ? await splitOf(world, topology) : undefined
    return examine({ topology, verification, probe, ...(split === undefined ? {} : { split }), ...(asked === undefined ? {} : { asked }) })
  } finally {
    await world.close()
  }
}

async function splitOf(world: World, topology: Topology): Promise<SplitReport | undefined> {
  const services = topology.services.filter(({ probe }) => probe !== undefined).map(({ name }) => name)
  if (services.length === 0) return undefined
  return await measureSplit(world, {
    topology,
    services,
    ...verifyPlanOf(topology).split,
    fresh: false,
    idPrefix: `doctor-${process.pid}`,
    interrupt: interruptOf(),
    told: () => undefined,
  })
}
