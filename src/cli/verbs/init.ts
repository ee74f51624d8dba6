import { existsSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { loadContexts } from '../../adapters/kube/contexts.ts'
import { openCluster } from '../../adapters/kube/cluster.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import { proposeCenters } from '../../documents/propose-centers.ts'
import { writeTopologyYaml } from '../../documents/topology-yaml.ts'
import { fault } from '../../domain/fault.ts'
import type { Kind } from '../../ports/cluster.ts'
import type { Context } from '../context.ts'
import { version } from '../version.ts'
import { text, unknown } from './request.ts'

const namespaces: Kind = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false }
const READ = 3_000

/** Writes a topology from the kubeconfig: reads each cluster's uid, proposes centers and regions from the contexts' names. What it cannot know is marked to be filled in. */
export async function init(context: Context, options: Readonly<Record<string, unknown>>): Promise<number> {
  const out = text(options['out']) ?? 'tricenter.yaml'
  const file = resolve(context.cwd, out)
  if (existsSync(file) && options['force'] !== true) throw fault('refused', 'file-exists', { file: out })
  const { kubeconfig } = context.flags
  const contexts = await loadContexts({ env: context.env, ...(kubeconfig === undefined ? {} : { kubeconfig }) })
  const known = contexts.list().map((one) => one.context)
  const wanted = text(options['contexts'])?.split(',') ?? known
  for (const name of wanted) if (!known.includes(name)) throw unknown('unknown-context', name, known)
  if (wanted.length === 0) throw fault('input', 'no-contexts', { files: contexts.files })
  const found = await Promise.all(
    wanted.map(async (name) => {
      const cluster = openCluster({ center: name, context: name, contexts, clock: systemClock, version })
      const seen = await cluster.get(namespaces, undefined, 'kube-system', { at: systemClock.monotonic() + READ })
      await cluster.close()
      const why = seen.state === 'present' ? undefined : 'why' in seen ? seen.why : seen.state
      return { name, ...(seen.state === 'present' ? { uid: seen.value.metadata.uid } : {}), ...(why === undefined ? {} : { why }) }
    }),
  )
  for (const { name, why } of found) {
    if (why === undefined) continue
    context.stderr.write(
      context.language === 'zh' ? `${name}：未读取到集群标识（${why}）\n` : `${name}: its identity could not be read (${why})\n`,
    )
  }
  writeFileSync(file, writeTopologyYaml({ name: basename(context.cwd), centers: proposeCenters(found) }))
  context.stderr.write(
    context.language === 'zh'
      ? `已写入 ${out}。请检查并补全其中的 CHANGE-ME，然后执行：tricenter status\n`
      : `Wrote ${out}. Look it over and fill in every CHANGE-ME, then: tricenter status\n`,
  )
  return 0
}
