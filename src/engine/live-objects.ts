import type { Deadline } from '../domain/change.ts'
import type { Finding } from '../domain/finding.ts'
import { knownKind } from '../domain/known-kinds.ts'
import type { Observation } from '../domain/observation.ts'
import type { Words } from '../domain/words.ts'
import type { LiveObjects } from '../deploy/live-changes.ts'
import { byKey, isHook, type Manifest } from '../deploy/manifests.ts'
import { json, list, record, text } from '../gateways/strange.ts'
import type { Cluster, Kind } from '../ports/cluster.ts'

/** Requests in flight for one center. */
const AT_ONCE = 8

interface Found {
  readonly objects: LiveObjects
  /** What could not be read, a finding per reason. */
  readonly findings: readonly Finding[]
}

/** The live object of each manifest, at most 8 requests at once. Hooks are run, not kept: they are not asked for. */
export async function readLiveObjects(
  cluster: Cluster,
  manifests: readonly Manifest[],
  namespace: string,
  deadline: Deadline,
): Promise<Found> {
  const wanted = [
    ...byKey(
      manifests.filter((one) => !isHook(one)),
      namespace,
    ),
  ]
  const kindOf = kindReader(cluster, deadline)
  const objects = new Map<string, Manifest | undefined>()
  const unread = new Map<string, string[]>()
  const next = wanted.values()
  const work = async (): Promise<void> => {
    for (const [object, manifest] of next) {
      const seen = await readOne(cluster, manifest, namespace, kindOf, deadline)
      if (seen.state === 'present') objects.set(object, seen.value)
      else if (seen.state === 'absent') objects.set(object, undefined)
      else unread.set(seen.why, [...(unread.get(seen.why) ?? []), object])
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const { center } = cluster
  return {
    objects,
    findings: [...unread].map(([why, names]) => ({
      reason: 'live-unread',
      facts: { center, objects: names.toSorted(), why },
      where: { center },
      effect: 'warn',
    })),
  }
}

type KindReader = (apiVersion: string, kind: string) => Promise<Observation<Kind>>

async function readOne(
  cluster: Cluster,
  { apiVersion, kind, metadata }: Manifest,
  namespace: string,
  kindOf: KindReader,
  deadline: Deadline,
): Promise<Observation<Manifest>> {
  const served = await kindOf(text(apiVersion) ?? '', text(kind) ?? '')
  if (served.state !== 'present') return served
  const own = record(metadata)
  const where = served.value.namespaced ? (text(own['namespace']) ?? namespace) : undefined
  return await cluster.get(served.value, where, text(own['name']) ?? '', deadline)
}

/** How the API serves a kind: by what is known of it, else by what the server says of its group, asked once. A kind that it does not serve has no objects. */
function kindReader(cluster: Cluster, deadline: Deadline): KindReader {
  const groups = new Map<string, ReturnType<Cluster['read']>>()
  return async (apiVersion, kind) => {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    const known = knownKind(kind, group)
    if (known !== undefined) return { state: 'present', value: { ...known, version }, at: 0, took: 0 }
    const asked = groups.get(apiVersion) ?? cluster.read(`/${group === '' ? 'api' : 'apis'}/${apiVersion}`, deadline)
    groups.set(apiVersion, asked)
    const seen = await asked
    if (seen.state !== 'present') return seen
    const { at, took } = seen
    const found = list(record(json(seen.value.text))['resources'])
      .map(record)
      .find((one) => one['kind'] === kind && text(one['name'])?.includes('/') === false)
    if (found === undefined) return { state: 'absent', at, took }
    const value = { group, version, kind, plural: text(found['name']) ?? '', namespaced: found['namespaced'] === true }
    return { state: 'present', value, at, took }
  }
}

export const liveObjectsWords = {
  'live-unread': {
    en: '{center}: {objects} could not be read as they are ({why}): compared with the deployed revision instead',
    zh: '{center}：无法读取 {objects} 的现状（{why}），改与已部署版本比较',
  },
} satisfies Words
