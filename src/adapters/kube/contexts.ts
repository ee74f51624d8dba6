import type { KubeConfig } from '@kubernetes/client-node'
import { nearest } from './nearest.ts'
import { execPlugins, type ExecPlugin } from './exec-plugin.ts'
import { type Entry, isEntry, kubeconfigFiles, mergeKubeconfigs, type MergedKubeconfig } from './kubeconfig.ts'

export interface KubeconfigSource {
  /** The flag `--kubeconfig`. */
  readonly kubeconfig?: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A context as `init` lists it. */
export interface ContextSummary {
  readonly context: string
  readonly cluster: string
  readonly user: string
  readonly server?: string
  readonly namespace?: string
}

/** How one context is reached: one `KubeConfig` of its own, of which it is the only context. */
export interface ContextAccess {
  readonly server: string
  readonly config: KubeConfig
  /** `proxy-url` of the cluster. */
  readonly proxy?: string
  /** The login plugin, where the user has one: run here, so that it has a deadline and its stderr is kept. */
  readonly plugin?: ExecPlugin
}

/** Every context of the kubeconfig files; the current one has no meaning here. */
export interface Contexts {
  readonly files: readonly string[]
  list(): readonly ContextSummary[]
  /** A text says why the context cannot be used, with the nearest name that can. */
  access(context: string): ContextAccess | string
}

/** Reads and merges kubeconfig files as kubectl does. Faults `kubeconfig-missing` and `kubeconfig-broken`. Loads the Kubernetes client. */
export async function loadContexts({ kubeconfig, env }: KubeconfigSource): Promise<Contexts> {
  const client = await import('@kubernetes/client-node')
  const { files, required } = kubeconfigFiles(kubeconfig, env)
  const merged = await mergeKubeconfigs(files, required, (text) => client.loadYaml<unknown>(text))
  const plugins = execPlugins(env)
  const known = new Map<string, ContextAccess | string>()
  return {
    files: merged.files,
    list: () => summaries(merged),
    access(context) {
      const found = known.get(context) ?? accessOf(context, merged, plugins, () => new client.KubeConfig())
      known.set(context, found)
      return found
    },
  }
}

/** All contexts of the kubeconfig, in the files' order. */
export async function listContexts(source: KubeconfigSource): Promise<readonly ContextSummary[]> {
  return (await loadContexts(source)).list()
}

function summaries({ contexts, clusters }: MergedKubeconfig): readonly ContextSummary[] {
  return [...contexts].map(([context, entry]) => {
    const cluster = text(entry['cluster']) ?? ''
    const server = text(clusters.get(cluster)?.['server'])
    const namespace = text(entry['namespace'])
    return {
      context,
      cluster,
      user: text(entry['user']) ?? '',
      ...(server === undefined ? {} : { server }),
      ...(namespace === undefined ? {} : { namespace }),
    }
  })
}

function accessOf(
  context: string,
  { contexts, clusters, users, files }: MergedKubeconfig,
  plugins: (spec: Entry, cluster: Entry) => ExecPlugin,
  create: () => KubeConfig,
): ContextAccess | string {
  const entry = contexts.get(context)
  if (entry === undefined) return unknownContext(context, [...contexts.keys()], files)
  const cluster = clusters.get(text(entry['cluster']) ?? '')
  const server = text(cluster?.['server'])
  if (cluster === undefined || server === undefined)
    return `context ${context} names the cluster ${text(entry['cluster']) ?? '""'}, which the kubeconfig does not declare`
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol))
    return `the server of context ${context} is not an http(s) URL: ${server}`
  const userName = text(entry['user']) ?? ''
  const user = users.get(userName)
  if (user === undefined && userName !== '') return `context ${context} names the user ${userName}, which the kubeconfig does not declare`
  try {
    const { exec, tokenFile, ...rest } = user ?? {}
    const config = create()
    config.loadFromString(
      JSON.stringify({
        clusters: [{ name: 'cluster', cluster: server.startsWith('http:') ? { ...cluster, 'insecure-skip-tls-verify': true } : cluster }],
        users: [
          {
            name: 'user',
            user:
              text(tokenFile) === undefined
                ? rest
                : { ...rest, token: undefined, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } },
          },
        ],
        contexts: [{ name: context, context: { cluster: 'cluster', user: 'user' } }],
        'current-context': context,
      }),
    )
    const proxy = text(cluster['proxy-url'])
    return { server, config, ...(proxy === undefined ? {} : { proxy }), ...(isEntry(exec) ? { plugin: plugins(exec, cluster) } : {}) }
  } catch (error) {
    return `context ${context} cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}

function unknownContext(context: string, names: readonly string[], files: readonly string[]): string {
  const near = nearest(context, names)
  if (near !== undefined) return `the kubeconfig has no context ${context}; did you mean ${near}?`
  if (names.length === 0)
    return files.length === 0
      ? `no kubeconfig was found, so there is no context ${context}`
      : `the kubeconfig has no context at all, so none is named ${context}`
  return `the kubeconfig has no context ${context}; it has ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
