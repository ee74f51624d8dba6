import { defineCommand } from '../command.ts'

export const init = defineCommand({
  name: 'init',
  summary: 'write tricenter.yaml from a kubeconfig',
  options: [
    { flags: '--contexts <names>', summary: 'three contexts, separated by commas (else all are looked at)' },
    { flags: '--out <file>', summary: 'where to write', default: 'tricenter.yaml' },
    { flags: '--force', summary: 'overwrite' },
  ],
  examples: ['tricenter init --contexts prod-bj-a,prod-bj-b,prod-sh'],
  run: async (options, _, context) => await (await context.session()).init(options),
})
