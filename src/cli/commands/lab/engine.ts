import { resolve } from 'node:path'
import type { EngineName, LabEngine } from '../../../lab/engines/engine.ts'
import type { GivenCluster } from '../../../lab/engines/kubeconfig.ts'
import { CENTERS } from '../../../lab/world/centers.ts'
import type { Context } from '../../context.ts'
import { refuse } from './words.ts'

/** An engine that was asked for: `flags` ask another process for the same. */
export interface ChosenEngine {
  readonly name: EngineName
  readonly flags: readonly string[]
  /** The directory of the programs that it runs. */
  readonly binaries?: string
  /** The engine, or the exit code after saying why there is none. */
  open(): Promise<LabEngine | number>
}

export const EMBEDDED: ChosenEngine = {
  name: 'embedded',
  flags: [],
  open: async () => (await import('../../../lab/engines/embedded.ts')).embeddedEngine(),
}

/** What `--engine` and its options mean, or the exit code after saying what is wrong with them. */
export function chooseEngine(options: Readonly<Record<string, unknown>>, context: Context): ChosenEngine | number {
  switch (options['engine']) {
    case 'binaries': {
      const given = options['binaries'] ?? context.env['TRICENTER_LAB_BINARIES']
      if (typeof given !== 'string' || given === '') return refuse(context, 2, 'lab-no-binaries')
      const binaries = resolve(context.cwd, given)
      return {
        name: 'binaries',
        binaries,
        flags: ['--engine', 'binaries', '--binaries', binaries],
        open: async () => (await import('../../../lab/engines/binaries.ts')).binariesEngine({ binaries }),
      }
    }
    case 'kubeconfig': {
      const contexts = String(options['contexts'] ?? '').split(',')
      const { kubeconfig } = context.flags
      if (contexts.includes('') || new Set(contexts).size !== CENTERS.length || contexts.length !== CENTERS.length)
        return refuse(context, 2, 'lab-bad-contexts', { count: CENTERS.length, centers: CENTERS.map(({ name }) => name).join(', ') })
      return {
        name: 'kubeconfig',
        flags: [
          '--engine',
          'kubeconfig',
          '--contexts',
          contexts.join(','),
          ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
        ],
        open: async () => await openGiven(contexts, context),
      }
    }
    default:
      return EMBEDDED
  }
}

/** The lab's own parts speak TLS with a client certificate and nothing else, as kind, k3d and kwok write it into the kubeconfig. */
async function openGiven(names: readonly string[], context: Context): Promise<LabEngine | number> {
  const { loadContexts } = await import('../../../adapters/kube/contexts.ts')
  const { logIn } = await import('../../../adapters/kube/login.ts')
  const { kubeconfig } = context.flags
  const contexts = await loadContexts({ env: context.env, ...(kubeconfig === undefined ? {} : { kubeconfig }) })
  const clusters: GivenCluster[] = []
  for (const name of names) {
    const access = contexts.access(name)
    if (typeof access === 'string') return refuse(context, 2, 'lab-rejected', { why: access })
    const { ca, cert, key, servername } = (await logIn(access.cluster, access.user)).tls
    if (ca === undefined || cert === undefined || key === undefined) return refuse(context, 3, 'lab-no-certificate', { context: name })
    const named = servername === undefined ? {} : { serverName: servername }
    clusters.push({ context: name, url: access.server, caCert: String(ca), clientCert: String(cert), clientKey: String(key), ...named })
  }
  return (await import('../../../lab/engines/kubeconfig.ts')).kubeconfigEngine({ clusters })
}
