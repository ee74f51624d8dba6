import { defineCommand } from '../command.ts'
import { atOnce, changing } from '../options.ts'

export const rebalance = defineCommand({
  name: 'rebalance',
  summary: 'change the ratio among centers, in paced and proved steps',
  options: [
    { flags: '--set <shares>', summary: 'wanted ratio, e.g. zone-a=70,zone-b=30' },
    { flags: '--to <what>', summary: 'back to the normal ratio of the policy', choices: ['normal'] },
    { flags: '--step <points>', summary: 'at most this many points a step (else the policy’s steps)' },
    atOnce,
    ...changing,
  ],
  examples: ['tricenter rebalance --set zone-a=70,zone-b=30', 'tricenter rebalance --to normal --yes'],
  run: async (options, _, context) => {
    const session = await context.session()
    return await session.rebalance(options)
  },
})
