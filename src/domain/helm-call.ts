import type { ReleaseIntent } from './deploy.ts'
import { centerOf, type Topology } from './topology.ts'

/** The program that lays live weights over a render: found by its name on PATH (Helm 3) or among the plugins (Helm 4). */
export const POST_RENDERER = 'tricenter-overlay'

/**
 * The call of Helm that makes an intent true: what is shown, recorded and run is this list. A run adds `--kubeconfig` with a file that holds the one context;
 * nothing else is added, and no value and no secret is in it.
 */
export function helmArgs(intent: ReleaseIntent, topology: Topology): readonly string[] {
  const { release, center } = intent
  const where = ['--kube-context', centerOf(topology, center).context, '--namespace', release.namespace]
  return [...wordsOf(intent, topology), ...where]
}

function wordsOf({ release, want, description, helm, overlay, force }: ReleaseIntent, { deploy }: Topology): readonly string[] {
  const patience = ['--timeout', `${Math.max(1, Math.floor((deploy?.timeout ?? 0) / 1000))}s`]
  // 4 writes over what others own only where it is told to.
  const conflicts = force && helm === 4 ? ['--force-conflicts'] : []
  switch (want.kind) {
    case 'upgrade':
      return [
        'upgrade',
        release.name,
        want.chart,
        ...(want.install ? ['--install', '--create-namespace'] : []),
        ...[...(deploy?.values ?? []), ...release.values].flatMap((file) => ['--values', file]),
        // A flag in 3, a strategy in 4, whose `watcher` is what the flag alone means there; hooks are waited for either way.
        '--wait',
        '--description',
        description,
        ...patience,
        ...(overlay.length > 0 ? ['--post-renderer', POST_RENDERER] : []),
        ...conflicts,
      ]
    case 'rollback':
      return [
        'rollback',
        release.name,
        String(want.revision),
        // 3 writes a description of its own: `Rollback to 4`.
        ...(helm === 4 ? ['--description', description] : []),
        '--wait',
        ...patience,
        ...conflicts,
      ]
    case 'uninstall':
      return ['uninstall', release.name, ...patience]
  }
}

/** The call as it is typed into a shell. */
export function helmLine(program: string, args: readonly string[]): string {
  return [program, ...args].map(shellWord).join(' ')
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
