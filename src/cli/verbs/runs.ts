import { runShow, runsTable } from '../../ui/runs.ts'
import type { Context } from '../context.ts'
import { printDocument, printLines, screenOptions } from './console.ts'
import { journalsOf } from './parts.ts'
import { writeReports } from './reports.ts'

export async function listRuns(context: Context): Promise<number> {
  const summaries = await journalsOf(context).list()
  const form = context.flags.output
  if (form === 'json' || form === 'yaml')
    await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'RunList', items: summaries }, form)
  else if (form === 'name') context.stdout.write(summaries.map(({ run }) => `${run}\n`).join(''))
  else printLines(context, runsTable(summaries, { language: context.language }))
  return 0
}

export async function showRun(context: Context, run: string): Promise<number> {
  const records = await journalsOf(context).read(run)
  const form = context.flags.output
  if (form === 'json' || form === 'yaml') await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'Run', records }, form)
  else if (form === 'ndjson') context.stdout.write(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  else printLines(context, runShow(records, screenOptions(context)))
  return 0
}

/** Exit 1 when the chain is broken. */
export async function verifyRun(context: Context, run: string): Promise<number> {
  const result = await journalsOf(context).verify(run)
  const form = context.flags.output
  if (form === 'json' || form === 'yaml')
    await printDocument(context, { apiVersion: 'tricenter.io/v1', kind: 'JournalVerification', run, ...result }, form)
  else if (result.ok)
    context.stdout.write(
      context.language === 'zh' ? `${run}：${result.records} 条记录，链完整\n` : `${run}: ${result.records} records, the chain is whole\n`,
    )
  else
    context.stdout.write(
      context.language === 'zh'
        ? `${run}：第 ${result.record} 条记录：${result.why}\n`
        : `${run}: record ${result.record}: ${result.why}\n`,
    )
  return result.ok ? 0 : 1
}

export async function reportRun(context: Context, run: string): Promise<number> {
  context.stdout.write(`${await writeReports(context, journalsOf(context), run)}\n`)
  return 0
}
