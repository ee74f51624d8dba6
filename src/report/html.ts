import type { Language } from '../domain/words.ts'
import { reportContent } from './content.ts'
import { escapeHtml } from './escape-html.ts'
import type { ReportFacts } from './facts.ts'
import type { Part } from './parts.ts'
import type { Phrasebook } from './phrasebook.ts'
import { plots } from './plots.ts'
import { styles } from './styles.ts'

/** The report as one file: no script, nothing fetched, readable in the dark and on A4. Every text is escaped. */
export function reportHtml(facts: ReportFacts, language: Language, phrasebook: Phrasebook): string {
  const content = reportContent(facts, language, phrasebook)
  const part = (one: Part) => partHtml(one, facts, language)
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(content.headline)} · ${escapeHtml(content.title)}</title>
<style>${styles}</style>
</head>
<body>
<header class="${content.tone}">
<h1>${escapeHtml(content.headline)}</h1>
<p class="title">${escapeHtml(content.title)}</p>
${content.lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
</header>
<dl>${content.about.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('\n')}</dl>
${content.sections.map(({ title, parts }) => `<section>\n<h2>${escapeHtml(title)}</h2>\n${parts.map(part).join('\n')}\n</section>`).join('\n')}
</body>
</html>
`
}

function partHtml(part: Part, facts: ReportFacts, language: Language): string {
  switch (part.kind) {
    case 'plots':
      return plots(facts, language)
    case 'text':
      return `<p>${escapeHtml(part.text)}</p>`
    case 'list':
      return `<ul>${part.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
    case 'commands':
      return `<pre>${escapeHtml(part.commands.join('\n'))}</pre>`
    case 'table':
      return tableHtml(
        part.head,
        part.rows.map((row) => row.map(escapeHtml)),
        part.right,
      )
    case 'writes':
      return tableHtml(
        [...part.head, ''],
        part.writes.map(({ cells, patch, summary }) => [
          ...cells.map(escapeHtml),
          `<details><summary>${escapeHtml(summary)}</summary><pre>${escapeHtml(patch)}</pre></details>`,
        ]),
        [4],
      )
  }
}

/** Cells are HTML already; a table without titles is a list of names and values. */
function tableHtml(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const cell = (tag: string, html: string, i: number) => `<${tag}${right.includes(i) ? ' class="r"' : ''}>${html}</${tag}>`
  const titled = head.some((title) => title !== '')
  const heading = titled ? `<thead><tr>${head.map((title, i) => cell('th', escapeHtml(title), i)).join('')}</tr></thead>` : ''
  const body = rows.map((row) => `<tr>${row.map((html, i) => cell(!titled && i === 0 ? 'th' : 'td', html, i)).join('')}</tr>`).join('\n')
  return `<div class="wide"><table>${heading}<tbody>${body}</tbody></table></div>`
}
