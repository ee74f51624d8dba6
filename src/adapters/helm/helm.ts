import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deadline, WriteResult } from '../../domain/change.ts'
import type { ChartPackage, ChartSource, ReleaseIntent, ReleaseSpec, RouteOverlay } from '../../domain/deploy.ts'
import { helmArgs } from '../../domain/helm-call.ts'
import type { Observation } from '../../domain/observation.ts'
import { centerOf, type CenterName, type Topology } from '../../domain/topology.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Helm, HelmInput } from '../../ports/helm.ts'
import { groupLives, runProcess, type ProcessResult } from '../process.ts'
import { chartDigest } from './digest.ts'
import { allParts, ECHO, echoed, makeEcho } from './chart-echo.ts'
import { openChartStore } from './chart-store.ts'
import { chartOf, gapOf, historyOf, manifestDigestOf, messageOf, renderedOf, versionOf, writeResultOf } from './helm-answer.ts'
import { helmEnv, pluginPath } from './helm-env.ts'
import { readKubeconfig } from '../kube/merged-kubeconfig.ts'
import { writeOneContext } from './one-context.ts'
import { withStoredManifest } from './stored-release.ts'
import { makePostRenderer, type PostRenderer } from './post-renderer.ts'

/** What is known of weights in a render; YAML and routes are none of this room's business. */
export interface Weights {
  /** Lays the weights in force over a render. It throws what must not be applied, with words for people. */
  lay(render: string, overlay: readonly RouteOverlay[], namespace: string): string
  /** Holds this manifest the weights in force already? */
  hold(manifest: string, overlay: readonly RouteOverlay[], namespace: string): boolean
}

export interface HelmOptions {
  /** `--helm PATH`, else `helm` of PATH. */
  readonly program?: string
  readonly topology: Topology
  readonly kubeconfig?: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The state directory: what Helm is given lies in it while this process lives. */
  readonly state: string
  readonly clock: Clock
  readonly weights: Weights
  /** Where Helm keeps its revisions: a rollback under a switch changes one for a moment. */
  readonly clusters: ReadonlyMap<CenterName, Cluster>
}

/** Helm may take this long (ms) to end after its own time-out before its group is killed. */
const GRACE = 15_000

/** What one center's calls need: its kubeconfig and its post-renderer, made once. */
interface Place {
  readonly directory: string
  readonly kubeconfig: string
  readonly renderer: PostRenderer
}

/** The user's own Helm behind the port. Nothing is looked for or started before the first call. */
export function openHelm(options: HelmOptions): Helm {
  const { topology, env, state, clock, weights, clusters, program = 'helm' } = options
  const running = join(state, 'helm', 'running')
  const places = new Map<CenterName, Promise<Place>>()
  const pulled = new Map<string, Promise<Observation<ChartPackage>>>()
  const store = openChartStore(join(state, 'helm', 'charts'), () => clock.now())
  let config: ReturnType<typeof readKubeconfig> | undefined
  let work: Promise<string> | undefined
  let known: Promise<Observation<{ readonly major: 3 | 4; readonly version: string }>> | undefined

  const workDirectory = (): Promise<string> => (work ??= makeWork(join(state, 'helm')))

  async function makePlace(center: CenterName): Promise<Place> {
    const directory = join(await workDirectory(), encodeURIComponent(center))
    await mkdir(directory, { mode: 0o700 })
    const kubeconfig = join(directory, 'kubeconfig')
    const why = await writeOneContext(await (config ??= readKubeconfig(options)), centerOf(topology, center).context, kubeconfig)
    if (why !== undefined) throw new NoPlace(why)
    return { directory, kubeconfig, renderer: await makePostRenderer(directory) }
  }

  function placeOf(center: CenterName): Promise<Place> {
    const found = places.get(center) ?? makePlace(center)
    places.set(center, found)
    return found
  }

  async function targetOf(center: CenterName, { namespace }: ReleaseSpec): Promise<readonly string[]> {
    const { kubeconfig } = await placeOf(center)
    return ['--kubeconfig', kubeconfig, '--kube-context', centerOf(topology, center).context, '--namespace', namespace]
  }

  /** A context that nobody declares is an answer like any other. */
  async function observing<T>(look: () => Promise<Observation<T>>): Promise<Observation<T>> {
    try {
      return await look()
    } catch (error) {
      if (error instanceof NoPlace) return { state: 'unknown', why: error.message, at: clock.now(), took: 0 }
      throw error
    }
  }

  async function changing(write: () => Promise<WriteResult>): Promise<WriteResult> {
    try {
      return await write()
    } catch (error) {
      if (error instanceof NoPlace) return { kind: 'rejected', status: 0, message: error.message }
      throw error
    }
  }

  async function run(
    args: readonly string[],
    deadline: Deadline,
    more: { readonly over?: Readonly<Record<string, string>>; readonly started?: (pid: number) => void; readonly grace?: number } = {},
  ): Promise<ProcessResult> {
    return await runProcess({
      file: program,
      args,
      cwd: await workDirectory(),
      env: { ...helmEnv(env), ...more.over },
      timeout: deadline.at - clock.monotonic() + (more.grace ?? 0),
      ...(more.started === undefined ? {} : { started: more.started }),
    })
  }

  async function read<T>(
    args: readonly string[],
    deadline: Deadline,
    value: (stdout: string, stderr: string) => T | undefined,
  ): Promise<Observation<T>> {
    const begun = clock.monotonic()
    const result = await run(args, deadline)
    const measured = { at: clock.now(), took: clock.monotonic() - begun }
    if (result.kind !== 'ended' || result.code !== 0) return { ...gapOf(result), ...measured }
    const found = value(result.stdout, result.stderr)
    return found === undefined
      ? { state: 'unknown', why: 'Helm gave an answer that is not understood', ...measured }
      : { state: 'present', value: found, ...measured }
  }

  function version(deadline: Deadline): ReturnType<Helm['version']> {
    known ??= read(['version', '--template', '{{.Version}}'], deadline, versionOf)
    return known
  }

  /** A directory as it is; a reference is pulled once, so that every center gets the same bytes. What is wanted by its digest need not be pulled where it was kept. */
  function pull(chart: ChartSource, deadline: Deadline, digest?: string): Promise<Observation<ChartPackage>> {
    if (chart.path !== undefined) return lying(chart.path)
    const key = JSON.stringify([chart.reference, chart.version, chart.caFile])
    const found = pulled.get(key) ?? fetched(chart, deadline, digest)
    pulled.set(key, found)
    return found
  }

  async function lying(path: string): Promise<Observation<ChartPackage>> {
    const begun = clock.monotonic()
    const measured = (): { at: number; took: number } => ({ at: clock.now(), took: clock.monotonic() - begun })
    try {
      return { state: 'present', value: { path, digest: await chartDigest(path) }, ...measured() }
    } catch (error) {
      return { state: 'unknown', why: messageOf(error), ...measured() }
    }
  }

  async function fetched(
    { reference = '', version: wanted, caFile }: ChartSource,
    deadline: Deadline,
    digest?: string,
  ): Promise<Observation<ChartPackage>> {
    const kept = digest === undefined ? undefined : await store.find(digest)
    if (kept !== undefined) return await lying(kept)
    const directory = await mkdtemp(join(await workDirectory(), 'chart-'))
    const flags = [
      ...(wanted === undefined ? [] : ['--version', wanted]),
      ...(caFile === undefined ? [] : ['--ca-file', caFile]),
      '--destination',
      directory,
    ]
    const seen = await read(['pull', reference, ...flags], deadline, (stdout, stderr) => ({
      manifest: manifestDigestOf(`${stdout}\n${stderr}`),
    }))
    if (seen.state !== 'present') return seen
    const file = (await readdir(directory)).find((name) => name.endsWith('.tgz'))
    if (file === undefined) return { ...seen, state: 'unknown', why: 'Helm pulled no chart' }
    const { manifest } = seen.value
    return { ...seen, value: { ...(await store.keep(join(directory, file))), ...(manifest === undefined ? {} : { manifest }) } }
  }

  /** For all that only reads the chart. */
  async function chartPath(chart: ChartSource, deadline: Deadline): Promise<Observation<string>> {
    if (chart.path !== undefined) return { state: 'present', value: chart.path, at: clock.now(), took: 0 }
    const seen = await pull(chart, deadline)
    return seen.state === 'present' ? { ...seen, value: seen.value.path } : seen
  }

  async function valuesFlags(input: HelmInput, values: unknown): Promise<readonly string[]> {
    if (values === undefined) return input.values.flatMap((file) => ['--values', file])
    const { directory } = await placeOf(input.center)
    const file = join(await mkdtemp(join(directory, 'values-')), 'values.json')
    await writeFile(file, JSON.stringify(values), { mode: 0o600 })
    return ['--values', file]
  }

  /** The one call of an intent: its process group is written down, so that another process can tell whether it is still at work. */
  async function call(intent: ReleaseIntent, deadline: Deadline, over: Readonly<Record<string, string>> = {}): Promise<WriteResult> {
    const { center } = intent
    const args = [...helmArgs(intent, topology), '--kubeconfig', (await placeOf(center)).kubeconfig]
    const file = join(running, encodeURIComponent(centerOf(topology, center).context))
    await mkdir(running, { recursive: true, mode: 0o700 })
    let noted: Promise<void> = Promise.resolve()
    const started = (pid: number): void => {
      noted = writeFile(file, String(pid), { mode: 0o600 })
    }
    const result = await run(args, deadline, { started, grace: GRACE, over })
    await noted
    await rm(file, { force: true })
    return writeResultOf(result)
  }

  /** Why this call is not the one that was planned; undefined: it is. */
  async function stale({ want, helm: major }: ReleaseIntent, deadline: Deadline): Promise<string | undefined> {
    const seen = await version(deadline)
    if (seen.state !== 'present') return 'why' in seen ? seen.why : seen.state
    if (seen.value.major !== major) return `planned for Helm ${major}, and this is Helm ${seen.value.version}`
    if (want.kind !== 'upgrade') return undefined
    const there = await lying(want.chart)
    if (there.state !== 'present') return 'why' in there ? there.why : there.state
    return there.value.digest === want.digest ? undefined : `the chart is not the one that was looked at: ${want.chart} has changed`
  }

  async function upgrade(intent: ReleaseIntent, deadline: Deadline): Promise<WriteResult> {
    const { overlay, release, center, helm: major } = intent
    if (overlay.length === 0) return await call(intent, deadline)
    const { renderer } = await placeOf(center)
    const over =
      major === 3 ? { PATH: `${renderer.programs}:${env['PATH'] ?? ''}` } : { HELM_PLUGINS: `${renderer.plugins}:${pluginPath(env)}` }
    return await renderer.serve(
      (render) => weights.lay(render, overlay, release.namespace),
      async () => await call(intent, deadline, over),
    )
  }

  /** Helm offers no way to come between the stored manifest and the cluster: where the weights in force are not in it, they are put into it for that long. */
  async function rollback(intent: ReleaseIntent, revision: number, deadline: Deadline): Promise<WriteResult> {
    const { overlay, release, center } = intent
    const go = async (): Promise<WriteResult> => await call(intent, deadline)
    if (overlay.length === 0) return await go()
    const stored = await manifest(center, release, revision, deadline)
    if (stored.state === 'present' && weights.hold(stored.value, overlay, release.namespace)) return await go()
    const cluster = clusters.get(center)
    if (cluster === undefined) return { kind: 'rejected', status: 0, message: 'no cluster' }
    const lay = (text: string): string => weights.lay(text, overlay, release.namespace)
    const result = await withStoredManifest(cluster, release, revision, lay, deadline, go)
    return typeof result === 'string' ? { kind: 'rejected', status: 0, message: result } : result
  }

  async function manifest(center: CenterName, release: ReleaseSpec, revision: number, deadline: Deadline): Promise<Observation<string>> {
    const target = await targetOf(center, release)
    return await read(['get', 'manifest', release.name, '--revision', String(revision), ...target], deadline, (text) => text)
  }

  async function chartOfPath(chart: ChartSource, deadline: Deadline): ReturnType<Helm['chart']> {
    const path = await chartPath(chart, deadline)
    return path.state === 'present' ? await read(['show', 'chart', path.value], deadline, chartOf) : path
  }

  return {
    program,
    version,
    history: (center, release, deadline) =>
      observing(async () => {
        const target = await targetOf(center, release)
        return await read(['history', release.name, '--output', 'json', ...target], deadline, (text) => historyOf(text, release))
      }),
    render: (input, mode, deadline, values) =>
      observing(async () => {
        const chart = await chartPath(input.chart, deadline)
        if (chart.state !== 'present') return chart
        const common = [...(await valuesFlags(input, values)), ...(await targetOf(input.center, input.release))]
        return mode === 'client'
          ? await read(['template', input.release.name, chart.value, ...common], deadline, (text) => text)
          : await read(
              ['upgrade', input.release.name, chart.value, '--install', '--dry-run=server', '--output', 'json', ...common],
              deadline,
              renderedOf,
            )
      }),
    values: (input, deadline) =>
      observing(async () => {
        const [path, about] = await Promise.all([chartPath(input.chart, deadline), chartOfPath(input.chart, deadline)])
        if (path.state !== 'present') return path
        if (about.state !== 'present') return about
        try {
          const files = await Promise.all(input.values.map(async (file) => await readFile(file, 'utf8')))
          const home = await makeEcho(await mkdtemp(join(await workDirectory(), 'defaults-')), path.value, about.value.name)
          const shown = await read(['show', 'chart', path.value], deadline, (text) => text)
          const echo = async (more: readonly string[]): Promise<unknown> => {
            const seen = await read(['template', 'echo', home, '--show-only', ECHO, ...more], deadline, echoed)
            return seen.state === 'present' ? seen.value : undefined
          }
          const parts = shown.state === 'present' ? allParts(shown.value) : []
          const [defaults, withParts] = await Promise.all([echo([]), parts.length === 0 ? undefined : echo(parts)])
          return { ...about, value: { files, defaults, withParts } }
        } catch (error) {
          return { state: 'unknown', why: messageOf(error), at: clock.now(), took: 0 }
        }
      }),
    manifest: (center, release, revision, deadline) => observing(() => manifest(center, release, revision, deadline)),
    serverSide: (center, release, deadline) =>
      observing(async () => {
        const target = await targetOf(center, release)
        return await read(['get', 'metadata', release.name, '--output', 'json', ...target], deadline, (text) =>
          text.includes('"applyMethod":"ssa"'),
        )
      }),
    change: (intent, deadline) =>
      changing(async () => {
        const why = await stale(intent, deadline)
        if (why !== undefined) return { kind: 'rejected', status: 0, message: why }
        if (intent.want.kind === 'upgrade') return await upgrade(intent, deadline)
        return intent.want.kind === 'rollback' ? await rollback(intent, intent.want.revision, deadline) : await call(intent, deadline)
      }),
    chart: chartOfPath,
    pull,
    async going(center) {
      const text = await readFile(join(running, encodeURIComponent(centerOf(topology, center).context)), 'utf8').catch(() => '')
      return /^\d+$/.test(text) && groupLives(Number(text))
    },
    async close() {
      await Promise.allSettled([...places.values(), ...pulled.values()])
      if (work !== undefined) await rm(await work, { recursive: true, force: true })
    },
  }
}

/** There is no way to this center's cluster. */
class NoPlace extends Error {}

/** A directory of this process; those of processes that are gone are taken away, for they may hold credentials. */
async function makeWork(base: string): Promise<string> {
  await mkdir(base, { recursive: true, mode: 0o700 })
  for (const name of await readdir(base)) {
    const pid = /^work-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !lives(Number(pid))) await rm(join(base, name), { recursive: true, force: true })
  }
  return await mkdtemp(join(base, `work-${process.pid}-`))
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
