import { defineCommand } from '../command.ts'

/** What the scripts ask, for every Tab. */
export const complete = defineCommand({
  name: 'complete',
  summary: 'print what may stand in place of the last word',
  hidden: true,
  args: '[words...]',
  run: async (_, args, context) => await (await context.completion()).complete(args),
})
