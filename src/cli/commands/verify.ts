import { defineCommand } from '../command.ts'
import { centers, region } from '../options.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'prove that the centers really serve, from the object down to the request',
  args: '[checks...]',
  options: [
    centers,
    region,
    {
      flags: '--group <names>',
      summary: 'checks of these groups: setup, deployment, routes, registry, functions, thresholds, practice, network',
    },
    { flags: '--wait <duration>', summary: 'look again until all pass, at most this long, e.g. 5m' },
    { flags: '--probe', summary: 'ask the checks too that send requests of clients through gateways' },
    { flags: '--explain', summary: 'with metrics: each query to Prometheus, its answer, its age and what follows' },
    { flags: '--list', summary: 'list the checks, and ask none' },
  ],
  examples: [
    'tricenter verify',
    'tricenter verify routes-reported --center zone-a',
    'tricenter verify --group routes,registry --wait 5m',
    'tricenter verify --probe -o junit > verify.xml',
    'tricenter verify metrics --explain',
  ],
  run: async (options, args, context) => await (await context.session()).verify(args, options),
})
