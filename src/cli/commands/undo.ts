import { defineCommand } from '../command.ts'
import { atOnce, changing, helm } from '../options.ts'

export const undo = defineCommand({
  name: 'undo',
  summary: 'take back what a run did; bare: the run in force',
  args: '[run]',
  options: [atOnce, helm, ...changing],
  examples: ['tricenter undo', 'tricenter undo 20261120-0315-k3f9 --at-once --confirm=zone-a'],
  run: async (options, args, context) => await (await context.session()).undo(args[0], options),
})
