import { defineCommand } from '../command.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'find what is wrong with the set-up, and what causes a symptom',
  options: [
    {
      flags: '--symptom <name>',
      summary: 'clients get errors, the split is uneven, requests leave their region, a switch did not happen',
      choices: ['errors', 'split', 'proximity', 'no-switch'],
    },
    { flags: '--probe', summary: 'send requests of clients through gateways too, as probes declare them' },
  ],
  examples: [
    'tricenter doctor',
    'tricenter doctor --symptom errors',
    'tricenter doctor --symptom split --probe',
    'tricenter doctor -o json',
  ],
  run: async (options, _args, context) => await (await context.session()).doctor(options),
})
