import { defineCommand } from '../command.ts'

export const rbac = defineCommand({
  name: 'rbac',
  summary: 'print the least roles that a verb needs, for every cluster alike',
  args: '<verb>',
  options: [
    { flags: '--user <name>', summary: 'bind them to a user' },
    { flags: '--group <name>', summary: 'bind them to a group' },
    { flags: '--service-account <namespace/name>', summary: 'bind them to a service account' },
  ],
  examples: ['tricenter rbac verify', 'tricenter rbac failover --group sre | kubectl --context prod-zone-a apply -f -'],
  run: async (options, args, context) => await (await context.session()).rbac(args[0] ?? '', options),
})
