import { defineCommand } from '../command.ts'

export const status = defineCommand({
  name: 'status',
  summary: 'three centers, every managed rule, and the situation in force',
  examples: ['tricenter status', 'tricenter status -o json'],
  run: async (_, __, context) => await (await context.session()).status(),
})
