import { defineCommand } from '../command.ts'
import { confirm, helm, override, reason, takeOver, yes } from '../options.ts'

export const resume = defineCommand({
  name: 'resume',
  summary: 'finish a run that was cut off; a drill is only restored',
  args: '[run]',
  options: [helm, confirm, yes, override, reason, takeOver],
  examples: ['tricenter resume', 'tricenter resume 20261120-0315-k3f9'],
  run: async (options, args, context) => await (await context.session()).resume(args[0], options),
})
