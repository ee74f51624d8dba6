import { defineCommand } from '../command.ts'
import { centers, changing, region } from '../options.ts'

export const sync = defineCommand({
  name: 'sync',
  summary: 'bring a cluster that was left behind to the situation in force, or objects of centers in line with a source',
  options: [
    centers,
    region,
    { flags: '--wait [duration]', summary: 'wait until the cluster answers, and mend it the moment it does (default 1h)' },
    { flags: '--from <source>', summary: 'whole objects: make them what this center, or desired, says' },
    { flags: '-f, --filename <path>', summary: 'the desired side: a file or directory of manifests, - for stdin', repeat: true },
    { flags: '--rows <file>', summary: 'an export of versions, JSON or CSV: kind, namespace, name, version, enabled' },
    { flags: '--only <objects>', summary: 'only KIND[/NAMESPACE[/NAME]], separated by commas' },
    { flags: '--create', summary: 'create what is missing' },
    { flags: '--delete', summary: 'remove what the source does not have; confirmed by the names' },
    { flags: '--publish', summary: 'publish everything to the centers named: updates and creations, in pages' },
    { flags: '--watch', summary: 'follow every center and say what drifts, field by field; it mends nothing' },
    { flags: '--for <duration>', summary: 'with --watch: end after this long; exit 1 where something drifts then' },
    ...changing,
  ],
  examples: [
    'tricenter sync --center zone-a --wait',
    'tricenter sync --from zone-a --dry-run',
    'tricenter sync --from desired --only ConfigMap --create',
    'tricenter sync --publish --center zone-c',
    'tricenter sync --watch',
    'tricenter sync --watch --for 10m -o json',
  ],
  run: async (options, _, context) => {
    const session = await context.session()
    const objects = ['from', 'filename', 'rows', 'only', 'create', 'delete', 'publish', 'watch', 'for'].some(
      (key) => options[key] !== undefined,
    )
    return await session.sync(objects ? [] : await session.centers(options), options)
  },
})
