import { defineCommand } from '../command.ts'
import { centers, confirm, region } from '../options.ts'

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
    { flags: '--data-plane', summary: 'ask the checks too that look into a gateway Pod, by port-forward to its admin port' },
    { flags: '--explain', summary: 'with metrics: each query to Prometheus, its answer, its age and what follows' },
    { flags: '--list', summary: 'list the checks, and ask none' },
  ],
  examples: [
    'tricenter verify',
    'tricenter verify routes-reported --center zone-a',
    'tricenter verify --group routes,registry --wait 5m',
    'tricenter verify --probe -o junit > verify.xml',
    'tricenter verify --data-plane --group routes',
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
    defineCommand({
      name: 'load',
      summary: 'send load to one gateway at given rates, and hold rate, P99 and errors against the targets',
      options: [
        { flags: '--center <name>', summary: 'the center whose gateway is asked' },
        { flags: '--service <name>', summary: 'by the probe of this service (else the first that declares one)' },
        { flags: '--rates <list>', summary: 'requests per second, one run after the other (else 100,500,1000)' },
        { flags: '--duration <duration>', summary: 'of each run (else 10s)' },
        { flags: '--connections <count>', summary: 'at most this many at one time (else 100)' },
        { flags: '--with <generator>', summary: 'own, or an installed wrk or hey (else own)' },
        { flags: '--remote', summary: 'asked from another region: the target across regions counts' },
        { ...confirm, summary: 'the name of the center, where it is no lab' },
      ],
      examples: [
        'tricenter verify load --center zone-a --rates 100,500 --confirm=zone-a',
        'tricenter verify load --center zone-b --rates 10000 --connections 1000 --with wrk --confirm=zone-b',
      ],
      run: async (options, _, context) => await (await context.session()).verifyLoad(options),
    }),
  ],
  run: async (options, args, context) => await (await context.session()).verify(args, options),
})
