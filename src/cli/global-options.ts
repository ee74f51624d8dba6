import type { OptionSpec } from './command.ts'

/** Flags of every command; kubectl's names where kubectl has them. */
export const globalOptions: readonly OptionSpec[] = [
  { flags: '--topology <file>', summary: 'topology file (else TRICENTER_TOPOLOGY, else tricenter.yaml upward from here)' },
  { flags: '--kubeconfig <file>', summary: 'kubeconfig (else KUBECONFIG, else ~/.kube/config); its current context is never used' },
  {
    flags: '-o, --output <form>',
    summary: 'output',
    choices: ['table', 'wide', 'json', 'yaml', 'ndjson', 'name', 'junit', 'markdown', 'github', 'html', 'diff'],
  },
  { flags: '--request-timeout <duration>', summary: 'deadline of one read of one center, e.g. 3s' },
  { flags: '--lang <language>', summary: 'language of what people read (else from the locale)', choices: ['en', 'zh'] },
  { flags: '--color <when>', summary: 'colour', choices: ['auto', 'always', 'never'] },
  { flags: '-v, --verbose', summary: 'say more, stack traces included' },
]
