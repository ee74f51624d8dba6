import { defineCommand } from '../command.ts'
import { centers, changing, region } from '../options.ts'

export const drill = defineCommand({
  name: 'drill',
  summary: 'rehearse, break, switch, prove, restore: a drill with a verdict',
  args: '[name]',
  options: [
    centers,
    region,
    { flags: '--list', summary: 'list the drills' },
    {
      flags: '--fault <kind>',
      summary: 'scale: the workloads to 0 (documented); lost: the whole center (lab)',
      choices: ['scale', 'lost'],
    },
    { flags: '--detect <how>', summary: 'auto: own probes decide; now: at once', choices: ['auto', 'now'] },
    ...changing,
  ],
  examples: [
    'tricenter drill --list',
    'tricenter drill single-center --center zone-a',
    'tricenter drill dual-center --region beijing --confirm=beijing',
  ],
  run: async (options, args, context) => {
    const session = await context.session()
    return await session.drill(args[0], options)
  },
})
