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
  subcommands: [
    defineCommand({
      name: 'split',
      summary: 'sample the split of each service until it is known to a stated precision',
      options: [
        { flags: '--service <name>', summary: 'this service only (else each that declares a probe)' },
        { flags: '--tolerance <points>', summary: 'precision in points (else verify.split.tolerance, 5)' },
        { flags: '--confidence <ratio>', summary: 'e.g. 0.99 (else verify.split.confidence)' },
        { flags: '--rate <rate>', summary: 'requests per second over all gateways (else verify.split.rate)' },
        { flags: '--new-connections', summary: 'each request by a connection of its own, as behind a layer-4 balancer' },
      ],
      examples: ['tricenter verify split', 'tricenter verify split --tolerance 2 --new-connections'],
      run: async (options, _, context) => await (await context.session()).verifySplit(options),
    }),
  ],
  run: async (options, args, context) => await (await context.session()).verify(args, options),
})
