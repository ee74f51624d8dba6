import { defineCommand } from '../command.ts'
import { centers, confirm, dryRun, helm, override, reason, region, takeOver, yes } from '../options.ts'

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'upgrade the release of every center by Helm, wave after wave, each proved before the next',
  options: [
    centers,
    region,
    { flags: '--wave <number>', summary: 'only this wave of the topology, from 1' },
    { flags: '--chart <chart>', summary: 'a directory, or a reference such as oci://… or repo/name, instead of the topology’s' },
    { flags: '--chart-version <version>', summary: 'version of the chart, for a reference' },
    helm,
    { flags: '--recover', summary: 'bring stuck releases back first: the one recovery that the preflight names' },
    dryRun,
    confirm,
    yes,
    override,
    reason,
    takeOver,
  ],
  examples: [
    'tricenter deploy --dry-run',
    'tricenter deploy --center zone-c --confirm=zone-c',
    'tricenter deploy --chart oci://charts.example.com/gateway --chart-version 2.2.0',
  ],
  run: async (options, _, context) => await (await context.session()).deploy(options),
})
