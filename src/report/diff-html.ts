import type { DiffObject } from '../domain/diff-document.ts'
import {
  headText,
  leafCellText,
  leafNotes,
  leafText,
  objectText,
  totalText,
  unreadTexts,
  verdictText,
  warningTexts,
  type DiffReading,
} from './diff-text.ts'
import { diffSpeaker, type DiffSay } from './diff-words.ts'
import { escapeHtml } from './escape-html.ts'
import { styles } from './styles.ts'

/** The differences as one file: no script, nothing fetched. Every text is escaped. */
export function diffHtml(reading: DiffReading): string {
  const { document, language } = reading
  const say = diffSpeaker(language)
  const tone = { equal: 'good', intended: 'good', drift: 'bad', 'odd-one-out': 'bad', unknown: 'warn' }[document.verdict]
  const title = say('title', { topology: document.topology })
  const columns = document.columns.map(({ name }) => name)
  const lines = [headText(document, language), ...unreadTexts(document, say), ...warningTexts(reading)]
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<header class="${tone}">
<h1>${escapeHtml(totalText(document, say))}</h1>
<p class="title">${escapeHtml(title)}</p>
${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
</header>
${document.objects.map((object) => section(object, columns, say)).join('\n')}
</body>
</html>
`
}

function section(object: DiffObject, columns: readonly string[], say: DiffSay): string {
  const cell = (tag: string, text: string): string => `<${tag}>${escapeHtml(text)}</${tag}>`
  const rows = object.leaves.map((leaf) => {
    const notes = leafNotes(leaf, say).map((note) => `<br><small>${escapeHtml(note)}</small>`)
    return `<tr><td>${escapeHtml(leafText(leaf, say))}${notes.join('')}</td>${columns.map((column) => cell('td', leafCellText(leaf, column, say))).join('')}${cell('td', leaf.sameEffect ? say('same-effect') : say(leaf.verdict))}</tr>`
  })
  return `<section>
<h2>${escapeHtml(objectText(object))} · ${escapeHtml(verdictText(object, say))}</h2>
<div class="wide"><table><thead><tr>${[say('FIELD'), ...columns, ''].map((title) => cell('th', title)).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
</section>`
}
