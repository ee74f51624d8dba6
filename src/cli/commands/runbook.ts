import { defineCommand } from '../command.ts'
import { changing, since } from '../options.ts'

export const runbook = defineCommand({
  name: 'runbook',
  summary: 'list, show, lint and run runbooks',
  subcommands: [
    defineCommand({
      name: 'list',
      summary: 'shipped runbooks',
      run: async (_, __, context) => await (await context.session()).runbookList(),
    }),
    defineCommand({
      name: 'show',
      summary: 'a runbook as it is',
      args: '<name>',
      run: async (_, args, context) => await (await context.session()).runbookShow(args[0] ?? ''),
    }),
    defineCommand({
      name: 'lint',
      summary: 'check runbook files',
      args: '[files...]',
      run: async (_, args, context) => await (await context.session()).runbookLint(args),
    }),
    defineCommand({
      name: 'run',
      summary: 'run a shipped runbook, or a file',
      args: '<name>',
      options: [{ flags: '-p, --param <name=value>', summary: 'a parameter; centers as a,b', repeat: true }, since, ...changing],
      examples: ['tricenter runbook run single-center-failure -p centers=zone-a'],
      run: async (options, args, context) => await (await context.session()).runbookRun(args[0] ?? '', options),
    }),
  ],
})
