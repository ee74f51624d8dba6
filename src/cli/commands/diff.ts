import { defineCommand } from '../command.ts'
import { centers, region } from '../options.ts'

export const diff = defineCommand({
  name: 'diff',
  summary: 'what differs between the desired state and the centers, what of it is meant, and who changed it',
  args: '[paths...]',
  options: [
    {
      flags: '-f, --filename <path>',
      summary: 'the desired side: a file or directory of manifests, a rendered chart, - for stdin',
      repeat: true,
    },
    { flags: '--between <columns>', summary: 'only these, e.g. zone-a,zone-b, desired,zone-c, zone-a@saved,zone-a' },
    centers,
    region,
    { flags: '--save <file>', summary: 'keep what was read as a snapshot; secrets in it are digests' },
    { flags: '--from <file>', summary: 'take centers from a snapshot, except those named by --center' },
    { flags: '--listed', summary: 'only objects that the desired side lists' },
    { flags: '--stat', summary: 'numbers by object and by kind' },
    { flags: '--name-only', summary: 'names of objects that drift, one a line' },
  ],
  examples: [
    'tricenter diff',
    'tricenter diff -f manifests/',
    'helm get manifest higress | tricenter diff -f - --listed',
    'tricenter diff --between zone-a,zone-b -o json',
    'tricenter diff --from home.json --center zone-c',
    'KUBECTL_EXTERNAL_DIFF="tricenter diff" kubectl diff -f route.yaml',
  ],
  run: async (options, paths, context) => await (await context.session()).diff(paths, options),
})
