// The client library's YAML alone: the whole of it takes longer to load than a switch.
import { loadYaml } from '@kubernetes/client-node/dist/yaml.js'
import { nearest } from './nearest.ts'
import { execPlugins, type ExecPlugin } from './exec-plugin.ts'
import { type Entry, isEntry, kubeconfigFiles, mergeKubeconfigs, type MergedKubeconfig } from './kubeconfig.ts'
import { text } from './login.ts'

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

/** How one context is reached: its own cluster and user entries, and nothing of any other. */
export interface ContextAccess {
  readonly server: string
  readonly cluster: Entry
  /** Empty where the context names none. */
  readonly user: Entry
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

/** Reads and merges kubeconfig files as kubectl does. Faults `kubeconfig-missing` and `kubeconfig-broken`. */
export async function loadContexts({ kubeconfig, env }: KubeconfigSource): Promise<Contexts> {
  const { files, required } = kubeconfigFiles(kubeconfig, env)
  const merged = mergeKubeconfigs(files, required, (content) => loadYaml<unknown>(content))
  const plugins = execPlugins(env)
  const known = new Map<string, ContextAccess | string>()
  return {
    files: merged.files,
    list: () => summaries(merged),
    access(context) {
      const found = known.get(context) ?? accessOf(context, merged, plugins)
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
  const { exec, ...rest } = user ?? {}
  const proxy = text(cluster['proxy-url'])
  return {
    server,
    cluster,
    user: rest,
    ...(proxy === undefined ? {} : { proxy }),
    ...(isEntry(exec) ? { plugin: plugins(exec, cluster) } : {}),
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
