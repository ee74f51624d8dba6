import { stat } from 'node:fs/promises'
import { isFault } from '../../domain/fault.ts'
import type { KubeconfigFile, KubeconfigSighting } from '../../ports/station.ts'
import type { KubeconfigSource } from './contexts.ts'
import { type Entry, kubeconfigFiles, mergeKubeconfigs } from './kubeconfig.ts'

/** Every kubeconfig file that counts, each looked at by itself, so that one that is broken hides nothing about the others. It never throws. */
export async function lookAtKubeconfig({ kubeconfig, env }: KubeconfigSource): Promise<KubeconfigSighting> {
  const { loadYaml } = await import('@kubernetes/client-node/dist/yaml.js')
  const looked = await Promise.all(
    kubeconfigFiles(kubeconfig, env).files.map((path) => lookAt(path, (content) => loadYaml<unknown>(content))),
  )
  const current = looked.map(({ current: name }) => name).find((name) => name !== undefined)
  return {
    files: looked.map(({ file }) => file),
    contexts: [...new Set(looked.flatMap(({ contexts }) => contexts))],
    ...(current === undefined ? {} : { currentContext: current }),
  }
}

async function lookAt(
  path: string,
  parse: (content: string) => unknown,
): Promise<{ readonly file: KubeconfigFile; readonly contexts: readonly string[]; readonly current?: string }> {
  let config: unknown
  const known = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (known instanceof Error) {
    const missing = known.code === 'ENOENT' || known.code === 'ENOTDIR'
    return { file: { path, state: missing ? 'missing' : 'unreadable', why: known.code ?? known.message }, contexts: [] }
  }
  const mode = process.platform === 'win32' ? {} : { mode: known.mode & 0o777 }
  try {
    const { contexts } = mergeKubeconfigs([path], true, (content) => (config = parse(content)))
    const current = (config as Entry | undefined)?.['current-context']
    return {
      file: { path, state: 'read', ...mode },
      contexts: [...contexts.keys()],
      ...(typeof current === 'string' && current !== '' ? { current } : {}),
    }
  } catch (error) {
    const why = isFault(error) ? String(error.facts['why']) : String(error)
    // What the system refuses comes with its code in front; all else is about the text.
    const refused = /^(?<code>E[A-Z]+): /.exec(why)?.groups?.['code']
    return { file: { path, state: refused === undefined ? 'broken' : 'unreadable', why: refused ?? why, ...mode }, contexts: [] }
  }
}
