import { defineCommand } from '../command.ts'
import { centers, changing } from '../options.ts'

export const sync = defineCommand({
  name: 'sync',
  summary: 'bring the routes of a cluster that was left behind to the situation in force',
  options: [
    centers,
    { flags: '--wait [duration]', summary: 'wait until the cluster answers, and mend it the moment it does (default 1h)' },
    ...changing,
  ],
  examples: ['tricenter sync --center zone-a --wait'],
  run: async (options, _, context) => {
    const session = await context.session()
    return await session.sync(await session.centers(options), options)
  },
})
