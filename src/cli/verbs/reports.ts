import { reportFacts } from '../../report/facts.ts'
import { reportHtml } from '../../report/html.ts'
import { reportMarkdown } from '../../report/markdown.ts'
import type { Journals } from '../../ports/journals.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'

/** Draws both reports from the journal alone and answers the path of the HTML one. */
export async function writeReports(context: Context, journals: Journals, run: string): Promise<string> {
  const facts = reportFacts(await journals.read(run))
  await journals.attach(run, 'report.md', reportMarkdown(facts, context.language, phrasebook))
  return await journals.attach(run, 'report.html', reportHtml(facts, context.language, phrasebook))
}
