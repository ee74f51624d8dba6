import type { JournalRecord } from '../../domain/record.ts'
import type { Console } from '../../ports/console.ts'
import { createPaint, type Paint } from '../../ui/color.ts'
import { createLinesConsole, type LinesConsole } from '../../ui/console-lines.ts'
import { createNdjsonConsole } from '../../ui/console-ndjson.ts'
import { renderLines, type Line } from '../../ui/line.ts'
import type { ScreenOptions } from '../../ui/decision-screen.ts'
import type { Context } from '../context.ts'
import { phrasebook } from '../phrases.ts'
import { text } from './request.ts'

export function screenOptions(context: Context): ScreenOptions {
  return { language: context.language, phrasebook, width: Math.max(40, Math.min(120, context.stderr.columns ?? 80)) }
}

function paintFor(context: Context, stream: NodeJS.WriteStream): Paint {
  return createPaint(context.env, stream.isTTY === true, (context.flags.color as 'auto' | undefined) ?? 'auto')
}

/** Who is watching a run: NDJSON on stdout if that was asked for, else calm lines on stderr. */
export function consoleOf(
  context: Context,
  options: Readonly<Record<string, unknown>>,
  history: readonly JournalRecord[] = [],
): Console & Partial<LinesConsole> {
  const confirm = text(options['confirm'])
  const prepared = { yes: options['yes'] === true, ...(confirm === undefined ? {} : { confirm }) }
  if (context.flags.output === 'ndjson') return createNdjsonConsole({ output: context.stdout, prepared })
  return createLinesConsole({
    ...screenOptions(context),
    paint: paintFor(context, context.stderr),
    output: context.stderr,
    input: context.stdin,
    terminal: context.stdin.isTTY === true && context.stderr.isTTY === true,
    prepared,
    history,
  })
}

/** A document on stdout, as JSON or YAML. */
export async function printDocument(context: Context, document: object, form: 'json' | 'yaml'): Promise<void> {
  context.stdout.write(form === 'json' ? `${JSON.stringify(document, null, 2)}\n` : (await import('./yaml-text.ts')).stringify(document))
}

/** Lines on stdout. */
export function printLines(context: Context, lines: readonly Line[]): void {
  context.stdout.write(renderLines(lines, paintFor(context, context.stdout)))
}
