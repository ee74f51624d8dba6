import type { KindInput } from '../compare/compare.ts'
import { reconcile } from '../compare/reconcile.ts'
import { embeddedDocument } from '../documents/embedded.ts'
import type { ObjectWork } from '../domain/object-want.ts'
import type { CenterName } from '../domain/topology.ts'
import { readCenters } from './diff.ts'
import type { Look } from './observe.ts'
import type { Run } from './run.ts'

/** An emergency waits this long for the comparison, ms: it is a warning, and the switch is more urgent. */
const PATIENCE = 1_000

const NOTHING: ObjectWork = { wants: [], counts: [], notes: [], unread: [] }

/** Before every home center is left: the remote ones against the last saved snapshot of a home center. Undefined: some home center stays, or nothing is named to be compared. */
export async function compareRemote(
  run: Run,
  out: readonly CenterName[],
  { inForce }: Pick<Look, 'inForce'>,
): Promise<ObjectWork | undefined> {
  const { topology, request, deps } = run
  const kinds = topology.compare?.kinds ?? []
  const home = topology.centers.filter(({ role }) => role === 'active').map(({ name }) => name)
  const leaving = new Set([...out, ...inForce.out])
  const remote = topology.centers.map(({ name }) => name).filter((name) => !leaving.has(name))
  const begins = home.some((name) => !inForce.out.includes(name))
  if (kinds.length === 0 || !begins || remote.length === 0 || !home.every((name) => leaving.has(name))) return undefined
  if (request.resumeAt !== undefined || request.restoreOnly === true) return undefined
  const { snapshot } = request
  const from = home.find((name) => snapshot?.centers.has(name))
  if (snapshot === undefined || from === undefined) return { ...NOTHING, source: { reason: 'source-gone', name: '', why: '' } }
  const saved = snapshot.centers.get(from)
  const name = `${from}@saved`
  const compared = readCenters(deps.world, { topology, centers: remote, kinds }).then((read): ObjectWork => {
    const joined = read.map((one): KindInput => {
      const own = saved?.find(({ kind }) => kind.kind === one.kind.kind && kind.group === one.kind.group)?.seen
      const columns = [...one.columns].map(
        ([center, seen]) => [center, seen.state === 'present' ? { ...seen, objects: seen.objects.map(snapshot.seal) } : seen] as const,
      )
      return { ...one, columns: new Map([...(own === undefined ? [] : [[name, own] as const]), ...columns]) }
    })
    const work = reconcile({
      topology,
      kinds: joined,
      source: { name, source: 'saved', center: from, role: 'active', at: snapshot.at },
      targets: remote,
      intents: topology.compare?.intents ?? [],
      aliases: topology.compare?.aliases ?? {},
      embedded: embeddedDocument,
      now: deps.world.clock.now(),
      out: inForce.out,
      sourceInForce: true,
    })
    return { ...work, comparedWith: from, at: snapshot.at }
  })
  if (run.mode !== 'emergency') return await compared
  compared.catch(() => undefined)
  const late = deps.world.clock
    .sleep(PATIENCE)
    .then((): ObjectWork => ({ ...NOTHING, source: { reason: 'source-unread', name, why: 'no answer in time' } }))
  return await Promise.race([compared, late])
}
