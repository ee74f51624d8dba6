import { defineCommand } from '../command.ts'
import { centers, changing, region, since } from '../options.ts'

export const failover = defineCommand({
  name: 'failover',
  summary: 'take centers out of traffic, in every route of every reachable cluster',
  options: [centers, region, since, ...changing],
  examples: [
    'tricenter failover --center zone-a',
    'tricenter failover --region beijing --dry-run',
    'tricenter failover --center zone-a --since 03:14:58 --confirm=zone-a',
  ],
  run: async (options, _, context) => {
    const session = await context.session()
    return await session.run({ verb: 'failover', runbook: 'failover', params: { centers: await session.centers(options) } }, options)
  },
})
