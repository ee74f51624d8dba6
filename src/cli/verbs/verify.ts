import { appendFileSync } from 'node:fs'
import { questions } from '../../checks/questions.ts'
import { parseDuration } from '../../domain/duration.ts'
import { fault } from '../../domain/fault.ts'
import { SIGNAL_CODES } from '../../domain/outcome.ts'
import type { Topology } from '../../domain/topology.ts'
import { verifyExitCode } from '../../domain/verify.ts'
import { selectQuestions } from '../../engine/select-questions.ts'
import { verify as verifyOnce, verifyUntil } from '../../engine/verify.ts'
import type { World } from '../../ports/world.ts'
import { verifyGithub } from '../../report/verify-github.ts'
import { verifyJUnit } from '../../report/verify-junit.ts'
import { verifyMarkdown } from '../../report/verify-markdown.ts'
import { countsText, type VerifyReading } from '../../report/verify-reading.ts'
import { verifySpeaker } from '../../report/verify-words.ts'
import { table } from '../../ui/table.ts'
import { verificationDocument } from '../../ui/verify-document.ts'
import { verifyScreen } from '../../ui/verify-screen.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { phrasebook } from '../phrases.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld } from './parts.ts'
import { centersOf, text } from './request.ts'

type Options = Readonly<Record<string, unknown>>

/** Asks the checks that were named, or all; with `--wait`, until all pass or the time is over. The exit code is `verifyExitCode`'s. */
export async function verify(context: Context, topology: Topology, checks: readonly string[], options: Options): Promise<number> {
  const named = centersOf(topology, options, false)
  const centers = named.length === 0 ? topology.centers.map(({ name }) => name) : named
  const selected = selectQuestions(questions, {
    checks,
    groups: (text(options['group']) ?? '').split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()])),
    narrowed: centers.length < topology.centers.length,
  })
  const wait = waitOf(options)
  const request = {
    topology,
    questions: selected,
    centers,
    named: named.length > 0,
    probe: options['probe'] === true,
    dataPlane: options['dataPlane'] === true,
  }
  const world = await openWorld(context, topology, undefined, selected.some(({ group }) => group === 'setup') ? 'station' : 'witnesses')
  try {
    const { verification, interrupted } = await look(context, world, request, wait)
    await show(context, {
      verification,
      centers,
      titles: Object.fromEntries(selected.map(({ name, title }) => [name, title])),
      phrasebook,
      language: context.language,
    })
    return interrupted ?? verifyExitCode(verification)
  } finally {
    await world.close()
  }
}

/** The checks that were meant, and none asked. */
export async function listChecks(context: Context): Promise<number> {
  const form = context.flags.output
  const sorted = questions.toSorted((a, b) => a.id.localeCompare(b.id))
  if (form === 'json' || form === 'yaml') {
    const items = sorted.map(({ name, id, group, level, title, scope }) => ({
      name,
      id,
      group,
      level,
      scope,
      title: title[context.language],
    }))
    await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'CheckList', items }, form)
  } else if (form === 'name') context.stdout.write(sorted.map(({ name }) => `${name}\n`).join(''))
  else {
    const word = verifySpeaker(context.language)
    const columns = [
      { title: 'ID' },
      { title: word('NAME-title') },
      { title: word('GROUP-title') },
      { title: word('LEVEL-title') },
      { title: '' },
    ]
    printLines(
      context,
      table(
        columns,
        sorted.map(({ id, name, group, level, title }) => [id, ['name', name] as const, group, level, title[context.language]]),
      ),
    )
  }
  return 0
}

async function look(
  context: Context,
  world: World,
  request: Parameters<typeof verifyOnce>[1],
  wait: number | undefined,
): Promise<{ readonly verification: Awaited<ReturnType<typeof verifyOnce>>; readonly interrupted?: number }> {
  if (wait === undefined) return { verification: await verifyOnce(world, request) }
  const interrupt = interruptOf()
  const word = verifySpeaker(context.language)
  let told = ''
  const verification = await verifyUntil(world, request, {
    wait,
    interrupt,
    again: (seen) => {
      const line = word('again', { counts: countsText(seen, word) })
      if (line !== told) context.stderr.write(`${line}\n`)
      told = line
    },
  })
  const signal = Object.entries(SIGNAL_CODES).find(([name]) => name === interrupt.reason)?.[1]
  return { verification, ...(interrupt.aborted ? { interrupted: signal ?? SIGNAL_CODES.SIGINT } : {}) }
}

function waitOf(options: Options): number | undefined {
  const given = text(options['wait'])
  if (given === undefined) return undefined
  const wait = parseDuration(given)
  if (wait === undefined) throw fault('usage', 'bad-duration', { flag: '--wait', given })
  return wait
}

async function show(context: Context, reading: VerifyReading): Promise<void> {
  const now = Date.now()
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') return await printDocument(context, verificationDocument(reading), form)
  if (form === 'junit') return void context.stdout.write(verifyJUnit(reading, now))
  if (form === 'markdown') return void context.stdout.write(verifyMarkdown(reading, now))
  if (form === 'github') return showGithub(context, reading, now)
  const width = Math.max(40, Math.min(120, context.stdout.columns ?? 80))
  printLines(context, verifyScreen(reading, { width, now, wide: form === 'wide' }))
}

/** Annotations on stdout; the page goes to the job's summary where there is one. */
function showGithub(context: Context, reading: VerifyReading, now: number): void {
  const counts = countsText(reading.verification, verifySpeaker(reading.language))
  context.stdout.write(verifyGithub(reading, counts, now))
  const summary = context.env['GITHUB_STEP_SUMMARY']
  if (summary === undefined || summary === '') return
  try {
    appendFileSync(summary, verifyMarkdown(reading, now))
  } catch (error) {
    throw fault('input', 'file-unwritable', { file: summary, why: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}
