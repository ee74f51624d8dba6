import { percent } from '../domain/percent.ts'
import type { Language } from '../domain/words.ts'
import { reportContent } from './content.ts'
import type { ReportFacts } from './facts.ts'
import { elapsed } from './figures.ts'
import type { Part } from './parts.ts'
import type { Phrasebook } from './phrasebook.ts'
import { reportSpeaker } from './report-words.ts'

/** The report as Markdown (GitHub's tables and `<details>`); text from elsewhere is escaped. */
export function reportMarkdown(facts: ReportFacts, language: Language, phrasebook: Phrasebook): string {
  const content = reportContent(facts, language, phrasebook)
  const blocks = [
    `# ${escape(content.headline)}`,
    escape(content.title),
    ...content.lines.map(escape),
    content.about.map(([name, value]) => `* ${escape(name)}: ${escape(value)}`).join('\n'),
    ...content.sections.flatMap(({ title, parts }) => [`## ${escape(title)}`, ...parts.map((part) => partText(part, facts, language))]),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function partText(part: Part, facts: ReportFacts, language: Language): string {
  switch (part.kind) {
    case 'plots':
      return samplesText(facts, language)
    case 'text':
      return escape(part.text)
    case 'list':
      return part.items.map((item) => `* ${escape(item)}`).join('\n')
    case 'commands':
      return `\`\`\`\n${part.commands.join('\n').replaceAll('```', "'''")}\n\`\`\``
    case 'table':
      return tableText(part.head, part.rows, part.right)
    case 'writes':
      return [
        tableText(
          part.head,
          part.writes.map(({ cells }) => cells),
          [4],
        ),
        ...part.writes.map(
          ({ cells, patch, summary }) =>
            `<details><summary>${escape(cells.slice(1, 3).join(' '))}: ${escape(summary)}</summary>\n\n\`\`\`json\n${patch.replaceAll('```', "'''")}\n\`\`\`\n\n</details>`,
        ),
      ].join('\n\n')
  }
}

/** What the plots of the HTML report show, second by second, and the moments that matter. */
function samplesText({ samples, marks, started }: ReportFacts, language: Language): string {
  const say = reportSpeaker(language)
  if (samples.length === 0) return escape(say('no-samples'))
  const names = started.topology.centers.map(({ name }) => name)
  const rows = samples.map(({ from, requests, failed, byCenter }) => {
    const named = Object.values(byCenter).reduce((sum, n) => sum + n, 0)
    const here = marks
      .filter(({ ms }) => ms >= from && ms < from + 1000)
      .map(({ kind, ms }) => `${say(`mark-${kind}`)} ${elapsed(ms, language)}`)
    return [
      elapsed(from, language),
      requests === 0 ? '-' : percent(failed / requests),
      ...names.map((name) => (named === 0 ? '-' : percent((byCenter[name] ?? 0) / named))),
      here.join(', '),
    ]
  })
  return tableText([say('elapsed'), say('plot-errors'), ...names, ''], rows, [0, 1, ...names.map((_, i) => i + 2)])
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`
  return [line(head), `|${head.map((_, i) => (right.includes(i) ? ' ---: ' : ' --- ')).join('|')}|`, ...rows.map(line)].join('\n')
}

/** No markup of its own survives: neither HTML nor Markdown. */
function escape(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
}
