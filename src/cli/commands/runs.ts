import { defineCommand } from '../command.ts'

export const runs = defineCommand({
  name: 'runs',
  summary: 'list, show, verify and report past runs',
  subcommands: [
    defineCommand({
      name: 'list',
      summary: 'runs, newest first',
      run: async (_, __, context) => await (await context.session()).runsList(),
    }),
    defineCommand({
      name: 'show',
      summary: 'what a run did',
      args: '<run>',
      run: async (_, args, context) => await (await context.session()).runsShow(args[0] ?? ''),
    }),
    defineCommand({
      name: 'verify',
      summary: 'check the hash chain of a journal and its preimages',
      args: '<run>',
      run: async (_, args, context) => await (await context.session()).runsVerify(args[0] ?? ''),
    }),
    defineCommand({
      name: 'report',
      summary: 'write report.md and report.html from the journal alone',
      args: '<run>',
      run: async (_, args, context) => await (await context.session()).runsReport(args[0] ?? ''),
    }),
  ],
})
