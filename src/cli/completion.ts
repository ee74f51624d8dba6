import { RootCommand, script, type Command } from '@bomb.sh/tab'
import type { CommandSpec, OptionSpec } from './command.ts'
import { completionValues, type ValueSource } from './completion-values.ts'
import type { Context } from './context.ts'
import { flagParts } from './flag-parts.ts'
import { globalOptions } from './global-options.ts'
import { typedBefore } from './typed-before.ts'
import { writeOut } from './write-out.ts'

/** What stands behind a flag, by its long name. Lists are separated by commas. */
const OF_OPTIONS: Readonly<Record<string, ValueSource>> = {
  between: 'centers',
  center: 'centers',
  contexts: 'contexts',
  group: 'groups',
  override: 'guards',
  region: 'regions',
}

/** What stands behind a command's argument. */
const OF_ARGUMENTS: Readonly<Record<string, ValueSource>> = {
  completion: 'shells',
  drill: 'drills',
  'lab fault': 'centers',
  'lab heal': 'centers',
  rbac: 'verbs',
  resume: 'runs',
  'runbook run': 'runbooks',
  'runbook show': 'runbooks',
  'runs report': 'runs',
  'runs show': 'runs',
  'runs verify': 'runs',
  schema: 'schemas',
  undo: 'runs',
  verify: 'checks',
}

/** What shells ask for. */
export interface Completion {
  /** Prints the script that a shell reads; it asks `tricenter complete` at every Tab. */
  script(shell: string): Promise<number>
  complete(words: readonly string[]): Promise<number>
}

export function openCompletion(context: Context, commands: readonly CommandSpec[]): Completion {
  return {
    script: async (shell) => {
      if (!['bash', 'zsh', 'fish'].includes(shell)) throw (await import('./unknown-shell.ts')).unknownShell(shell)
      print(context, () => script(shell, 'tricenter', 'tricenter'))
      return 0
    },
    complete: async (words) => {
      await complete(context, commands, words)
      return 0
    },
  }
}

/** Prints what may stand in place of the last word, as the scripts expect it. It reads files of this machine and asks no cluster. */
async function complete(context: Context, commands: readonly CommandSpec[], all: readonly string[]): Promise<void> {
  const { typed, words } = typedBefore(all, context.env['HOME'])
  const current = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  const option = /^--([a-z-]+)/.exec(current.includes('=') ? current : before)?.[1]
  const path = words.filter((word) => !word.startsWith('-')).slice(0, 2)
  const wanted = new Set<ValueSource>()
  const ofOption = option === undefined ? undefined : OF_OPTIONS[option]
  if (ofOption !== undefined) wanted.add(ofOption)
  for (const name of [path.join(' '), path[0] ?? '']) {
    const source = OF_ARGUMENTS[name]
    if (source !== undefined) wanted.add(source)
  }
  const known = await completionValues({ env: context.env, cwd: context.cwd, flags: { ...context.flags, ...typed } }, wanted)
  const root = new RootCommand()
  for (const spec of globalOptions) addOption(root, spec, known, current)
  for (const spec of commands.filter(({ hidden }) => hidden !== true)) addCommand(root, spec, '', known, current)
  print(context, () => root.parse([...words]))
}

/** The library prints to the console, line by line; opening a stream for that takes longer than completing. */
// oxlint-disable no-console -- only what the library prints there is caught
function print(context: Context, work: () => void): void {
  const lines: string[] = []
  const { log } = console
  console.log = (line: string) => void lines.push(`${line}\n`)
  try {
    work()
  } finally {
    console.log = log
  }
  writeOut(1, lines.join(''), () => context.stdout)
}
// oxlint-enable no-console

type Known = ReadonlyMap<ValueSource, readonly string[]>

function addCommand(root: RootCommand, spec: CommandSpec, parent: string, known: Known, current: string): void {
  const path = parent === '' ? spec.name : `${parent} ${spec.name}`
  const command = root.command(path, spec.summary)
  for (const option of [...(spec.options ?? []), ...globalOptions]) addOption(command, option, known, current)
  const source = OF_ARGUMENTS[path]
  if (source !== undefined)
    command.argument(spec.args ?? '', (offer) => {
      for (const value of known.get(source) ?? []) offer(value, '')
    })
  for (const sub of spec.subcommands ?? []) addCommand(root, sub, path, known, current)
}

function addOption(command: Command, { flags, summary, choices }: OptionSpec, known: Known, current: string): void {
  const parts = flagParts(flags)
  if (parts === undefined) return
  const { name, short, valued } = parts
  if (!valued) {
    command.option(name, summary, short)
    return
  }
  const source = OF_OPTIONS[name]
  const handler = (offer: (value: string, description: string) => void): void => {
    for (const value of choices ?? listed(source === undefined ? [] : (known.get(source) ?? []), current)) offer(value, '')
  }
  if (short === undefined) command.option(name, summary, handler)
  else command.option(name, summary, handler, short)
}

/** `zone-a,` leads on to the centers that are not in the list yet. */
function listed(values: readonly string[], current: string): readonly string[] {
  const typed = current.slice(current.indexOf('=') + 1)
  const done = typed.slice(0, typed.lastIndexOf(',') + 1)
  const used = new Set(done.split(','))
  return values.filter((value) => !used.has(value)).map((value) => done + value)
}
