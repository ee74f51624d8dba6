import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { fileJournals } from '../../adapters/file-journals.ts'
import { loadContexts, type Contexts } from '../../adapters/kube/contexts.ts'
import { openCluster } from '../../adapters/kube/cluster.ts'
import { httpLabControl } from '../../adapters/lab-control.ts'
import { stateDirectory } from '../../adapters/state-directory.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import { httpTraffic } from '../../adapters/traffic.ts'
import { isFault } from '../../domain/fault.ts'
import { newRunId } from '../../domain/run-id.ts'
import type { Topology } from '../../domain/topology.ts'
import type { EngineDeps, RunRequest } from '../../engine/run.ts'
import type { Console } from '../../ports/console.ts'
import type { Journals } from '../../ports/journals.ts'
import type { World } from '../../ports/world.ts'
import type { Context } from '../context.ts'
import { interruptOf } from '../interrupt.ts'
import { version } from '../version.ts'

/** The state directory: TRICENTER_STATE_DIR (a lab names its own), else XDG's. */
export function stateDirectoryOf(context: Pick<Context, 'env'>): string {
  return context.env['TRICENTER_STATE_DIR'] ?? stateDirectory(context.env)
}

export function journalsOf(context: Pick<Context, 'env'>): Journals {
  return fileJournals({ state: stateDirectoryOf(context), clock: systemClock })
}

/** The real world behind the ports, for the centers of one topology; with `witnesses`, what `verify` looks at besides; with `station`, what `doctor` does, and then no kubeconfig is too broken. */
export async function openWorld(
  context: Context,
  topology: Topology,
  helm?: string,
  also?: 'witnesses' | 'station',
): Promise<World & { readonly close: () => Promise<void> }> {
  const { kubeconfig } = context.flags
  const files = { env: context.env, ...(kubeconfig === undefined ? {} : { kubeconfig }) }
  const contexts = await (also === 'station' ? loadContexts(files).catch(noContexts) : loadContexts(files))
  const clusters = new Map(
    topology.centers.map((center) => [
      center.name,
      openCluster({ center: center.name, context: center.context, contexts, clock: systemClock, version, ahead: true }),
    ]),
  )
  const traffic = httpTraffic(systemClock)
  const theHelm =
    helm === undefined && (also !== 'station' || topology.deploy === undefined)
      ? undefined
      : (await import('./helm-world.ts')).openTheHelm(context, topology, helm, clusters, stateDirectoryOf(context))
  const witnesses = also === undefined ? undefined : (await import('./witnesses.ts')).openWitnesses()
  const theMetrics =
    also === undefined || topology.metrics === undefined ? undefined : (await import('./metrics-world.ts')).openTheMetrics(topology.metrics)
  const declared = topology.metrics
  let soon: Promise<NonNullable<typeof theMetrics>> | undefined
  const openMetrics = declared === undefined ? undefined : async () => await (soon ??= openMetricsNow(declared))
  const theRegistry =
    also === undefined || topology.registry === undefined
      ? undefined
      : (await import('./registry-world.ts')).openTheRegistry(topology.registry, context)
  const station =
    also === 'station' ? (await import('./station-world.ts')).openTheStation(context, topology, stateDirectoryOf(context)) : undefined
  return {
    clock: systemClock,
    clusters,
    traffic,
    ...witnesses,
    ...station,
    ...theMetrics,
    ...(openMetrics === undefined || theMetrics !== undefined ? {} : { openMetrics }),
    ...(theRegistry === undefined ? {} : { registry: theRegistry }),
    lab: httpLabControl(systemClock),
    ...(theHelm === undefined ? {} : { helm: theHelm }),
    close: async () => {
      await Promise.all([
        ...[...clusters.values()].map((cluster) => cluster.close()),
        traffic.close(),
        theHelm?.close(),
        theMetrics?.metrics.close(),
        soon?.then(
          async ({ metrics }) => await metrics.close(),
          () => undefined,
        ),
        theRegistry?.close(),
      ])
    },
  }
}

/** Every context is unusable, for the reason why there is none. */
function noContexts(error: unknown): Contexts {
  if (!isFault(error)) throw error
  const why = `the kubeconfig ${String(error.facts['file'])} cannot be used`
  return { files: [], list: () => [], access: () => why }
}

async function openMetricsNow(source: NonNullable<Topology['metrics']>) {
  return (await import('./metrics-world.ts')).openTheMetrics(source)
}

/** The composition root of a run: plain objects, nothing global. */
export function engineDeps(world: World, journals: Journals, console: Console): EngineDeps {
  return {
    world,
    journals,
    console,
    actor: { user: userName(), host: hostname(), pid: process.pid },
    version,
    newRunId: () => newRunId(systemClock.now(), () => randomBytes(4).readUInt32BE() / 2 ** 32),
    interrupt: interruptOf(),
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** The Helm that a run was started with; undefined: it has nothing to do with releases. */
export function helmOf({ params }: Pick<RunRequest, 'params'>): string | undefined {
  const { helm } = params
  return typeof helm === 'string' ? helm : undefined
}
