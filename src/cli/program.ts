import { Command, CommanderError, Option } from 'commander'
import type { CommandSpec } from './command.ts'
import { commands } from './commands/index.ts'
import type { GlobalFlags } from './context.ts'
import { globalOptions } from './global-options.ts'
import { version } from './version.ts'
import { isPiped } from './write-out.ts'

/** What was asked for on the command line: one command, its options and arguments. */
export interface Asked {
  readonly spec: CommandSpec
  readonly flags: GlobalFlags
  readonly options: Readonly<Record<string, unknown>>
  readonly args: readonly string[]
}

/**
 * Commander's tree, made of the declarations. It parses and helps; it runs nothing.
 * Making every command and option takes longer than all else of `--help`: with `words`, those of the command line, only commands that they name are made whole. Of the
 * others no more is there than the list of commands shows.
 */
export function buildProgram(
  output: { readonly out: (text: string) => void; readonly err: (text: string) => void },
  asked: (asked: Asked) => void,
  words?: readonly string[],
): Command {
  const program = new Command('tricenter')
    .description('Operates AI gateways in two regions and three centers: see, decide, change with guards, prove by traffic.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError(false)
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      outputError: () => undefined,
      // Asking a stream would open it. Help is without colors: there are none to take off.
      getOutHelpWidth: () => (isPiped(1) ? 80 : process.stdout.columns),
      getErrHelpWidth: () => (isPiped(2) ? 80 : process.stderr.columns),
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .exitOverride()
  for (const option of globalOptions) program.addOption(makeOption(option))
  for (const spec of commands) addCommand(program, spec, asked, words)
  return program
}

function addCommand(parent: Command, spec: CommandSpec, asked: (asked: Asked) => void, words: readonly string[] | undefined): void {
  const command = parent.command(spec.name, { hidden: spec.hidden === true }).description(spec.summary)
  if (spec.args !== undefined) for (const argument of spec.args.split(' ')) command.argument(argument)
  const options = [...(spec.options ?? []), ...(spec.subcommands === undefined || spec.run !== undefined ? globalOptions : [])]
  if (words?.includes(spec.name) === false) {
    for (const option of options.slice(0, 1)) command.addOption(makeOption(option))
    return
  }
  command.exitOverride().configureOutput(parent.configureOutput())
  for (const option of options) command.addOption(makeOption(option))
  if (spec.examples !== undefined) command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`)
  for (const sub of spec.subcommands ?? []) addCommand(command, sub, asked, words)
  if (spec.run !== undefined) {
    command.action((...parts: unknown[]) => {
      const all = command.optsWithGlobals<Record<string, unknown>>()
      asked({ spec, flags: all, options: all, args: command.args })
      void parts
    })
  } else {
    command.action(() => {
      throw new CommanderError(
        2,
        'tricenter.subcommand',
        `${command.name()}: say which: ${(spec.subcommands ?? []).map(({ name }) => name).join(', ')}`,
      )
    })
  }
}

function makeOption({ flags, summary, choices, default: preset, repeat }: NonNullable<CommandSpec['options']>[number]): Option {
  const option = new Option(flags, summary)
  if (choices !== undefined) option.choices([...choices])
  if (preset !== undefined) option.default(preset)
  if (repeat) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
  return option
}
