import { defineCommand } from '../command.ts'

export const schema = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of a file, or of what -o json prints',
  args: '<kind>',
  examples: [
    'tricenter schema topology > topology.schema.json',
    'tricenter schema runbook',
    'tricenter schema verification',
    'tricenter schema drift',
  ],
  run: async (_, args, context) => await (await context.session()).schema(args[0] ?? ''),
})
