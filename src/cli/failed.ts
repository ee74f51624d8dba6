import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateDirectory } from '../adapters/state-directory.ts'
import { isFault, type Fault } from '../domain/fault.ts'
import { safeText } from '../ui/safe-text.ts'
import type { Context } from './context.ts'
import { phrasebook } from './phrases.ts'
import { version } from './version.ts'

const CODES: Readonly<Record<Fault['kind'], number>> = {
  usage: 2,
  input: 2,
  refused: 3,
  unreachable: 4,
  unrestored: 6,
  inconclusive: 7,
  bug: 8,
}

/** Says what stopped the work and answers the exit code: a fault in its words, anything else as a bug with a report file. */
export function failed(error: unknown, context: Context): number {
  if (isFault(error)) {
    const lines = error.lines ?? `tricenter: ${phrasebook.lookup(error.reason, error.facts, context.language)}`.split('\n')
    context.stderr.write(`${lines.map((line) => safeText(line)).join('\n')}\n`)
    if (context.flags.verbose) context.stderr.write(`${error.stack ?? ''}\n`)
    return CODES[error.kind]
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const file = report(context, text)
  const words = context.language === 'zh' ? `tricenter：程序缺陷。报告：${file}` : `tricenter: this is a bug. Report: ${file}`
  context.stderr.write(`${words}\n${context.flags.verbose ? `${text}\n` : ''}`)
  return 8
}

function report(context: Context, text: string): string {
  const directory = join(context.env['TRICENTER_STATE_DIR'] ?? stateDirectory(context.env), 'bugs')
  const file = join(directory, `${new Date().toISOString().replaceAll(':', '')}.txt`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(
      file,
      `tricenter ${version}, Node ${process.versions.node}, ${process.platform}\n${process.argv.slice(2).join(' ')}\n\n${text}\n`,
      { mode: 0o600 },
    )
    return file
  } catch {
    return '-'
  }
}
