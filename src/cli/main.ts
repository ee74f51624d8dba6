import { CommanderError } from 'commander'
import { languageOf } from '../ui/language.ts'
import { commands } from './commands/index.ts'
import { makeContext, type Io } from './context.ts'
import { buildProgram, type Asked } from './program.ts'
import { writeOut } from './write-out.ts'

export { loadPart } from './load-part.ts'

/** Parses, runs one command, and sets `process.exitCode`; never calls `process.exit`, so that output to a pipe is not cut. */
export async function main(argv: readonly string[]): Promise<void> {
  const io: Io = {
    // Each is opened when it is asked for: that takes longer than parsing.
    get stdin() {
      return process.stdin
    },
    get stdout() {
      return quietWhenClosed(process.stdout)
    },
    get stderr() {
      return quietWhenClosed(process.stderr)
    },
    env: process.env,
    cwd: process.cwd(),
  }
  process.exitCode = await run(argv, io)
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === 'complete' && argv[1] === '--') return await answerTab(argv.slice(2), io)
  let asked: Asked | undefined
  const program = buildProgram(
    { out: (text) => writeOut(1, text, () => io.stdout), err: (text) => writeOut(2, text, () => io.stderr) },
    (one) => {
      asked = one
    },
    argv,
  )
  try {
    await program.parseAsync(topicOf(argv), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    if (error.code === 'commander.help') {
      return 2
    }
    const [first = ''] = error.message.replace(/^error: /, '').split('\n(Did you mean')
    const meant = /\(Did you mean (.*)\?\)/.exec(error.message)?.[1]
    io.stderr.write(`tricenter: ${first.replaceAll('\n', ' ').trim()}${meant === undefined ? '' : `. Did you mean ${meant}?`}\n`)
    return 2
  }
  if (asked?.spec.run === undefined) return 2
  const context = makeContext(io, asked.flags, languageOf(asked.flags.lang, io.env), commands)
  try {
    return await asked.spec.run(asked.options, asked.args, context)
  } catch (error) {
    const { failed } = await import('./failed.ts')
    return failed(error, context)
  }
}

/** What the shells' scripts send: everything behind `--` is a word, so nothing needs to be parsed. */
async function answerTab(words: readonly string[], io: Io): Promise<number> {
  const context = makeContext(io, {}, languageOf(undefined, io.env), commands)
  return await (await context.completion()).complete(words)
}

/** `help exit-codes` is the table itself, not the usage of the command that prints it. */
function topicOf(argv: readonly string[]): string[] {
  return argv[0] === 'help' && argv[1] === 'exit-codes' ? argv.slice(1) : [...argv]
}

const quiet = new Set<NodeJS.WriteStream>()

/** `| head` closes our output: that is the end of interest, not an error. */
function quietWhenClosed(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  if (quiet.has(stream)) return stream
  quiet.add(stream)
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
