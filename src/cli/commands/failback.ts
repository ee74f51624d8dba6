import { defineCommand } from '../command.ts'
import { atOnce, centers, changing, region } from '../options.ts'

export const failback = defineCommand({
  name: 'failback',
  summary: 'return traffic to centers that were out, step by step',
  options: [
    centers,
    region,
    { flags: '--to <what>', summary: 'with neither journal nor marks left: the policy’s normal ratio, said aloud', choices: ['normal'] },
    atOnce,
    ...changing,
  ],
  examples: ['tricenter failback --center zone-a', 'tricenter failback --region beijing --yes'],
  run: async (options, _, context) => {
    const session = await context.session()
    if (options['to'] === 'normal') return await session.rebalance({ ...options, fromUnknown: true })
    return await session.run({ verb: 'failback', runbook: 'failback', params: { centers: await session.centers(options) } }, options)
  },
})
