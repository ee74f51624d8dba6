import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deadline, WriteResult } from '../../domain/change.ts'
import type { ChartSource, ReleaseSpec, RouteOverlay } from '../../domain/deploy.ts'
import { mapObservation, type Observation } from '../../domain/observation.ts'
import { centerOf, type CenterName, type Topology } from '../../domain/topology.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Helm, HelmInput } from '../../ports/helm.ts'
import { groupLives, runProcess, type ProcessResult } from '../process.ts'
import { chartDigest } from './digest.ts'
import { allParts, ECHO, echoed, makeEcho } from './chart-echo.ts'
import { conflictFlags, postRendererFlags, targetFlags, timeoutFlags, waitFlags, type HelmMajor, type HelmTarget } from './flags.ts'
import { chartOf, gapOf, historyOf, messageOf, renderedOf, versionOf, writeResultOf } from './helm-answer.ts'
import { helmEnv, pluginPath } from './helm-env.ts'
import { readKubeconfig } from '../kube/merged-kubeconfig.ts'
import { writeOneContext } from './one-context.ts'
import { withStoredManifest } from './stored-release.ts'
import { makePostRenderer, OVERLAY_PLUGIN, type PostRenderer } from './post-renderer.ts'

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
  const pulled = new Map<string, Promise<Observation<string>>>()
  let config: ReturnType<typeof readKubeconfig> | undefined
  let work: Promise<string> | undefined
  let known: Promise<Observation<{ readonly major: HelmMajor; readonly version: string }>> | undefined

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

  async function targetOf(center: CenterName, { namespace }: ReleaseSpec): Promise<HelmTarget> {
    return { kubeconfig: (await placeOf(center)).kubeconfig, context: centerOf(topology, center).context, namespace }
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
    more: { readonly plugins?: string; readonly started?: (pid: number) => void; readonly grace?: number } = {},
  ): Promise<ProcessResult> {
    return await runProcess({
      file: program,
      args,
      cwd: await workDirectory(),
      env: { ...helmEnv(env), ...(more.plugins === undefined ? {} : { HELM_PLUGINS: more.plugins }) },
      timeout: deadline.at - clock.monotonic() + (more.grace ?? 0),
      ...(more.started === undefined ? {} : { started: more.started }),
    })
  }

  async function read<T>(args: readonly string[], deadline: Deadline, value: (stdout: string) => T | undefined): Promise<Observation<T>> {
    const begun = clock.monotonic()
    const result = await run(args, deadline)
    const measured = { at: clock.now(), took: clock.monotonic() - begun }
    if (result.kind !== 'ended' || result.code !== 0) return { ...gapOf(result), ...measured }
    const found = value(result.stdout)
    return found === undefined
      ? { state: 'unknown', why: 'Helm gave an answer that is not understood', ...measured }
      : { state: 'present', value: found, ...measured }
  }

  function version(deadline: Deadline): ReturnType<Helm['version']> {
    known ??= read(['version', '--template', '{{.Version}}'], deadline, versionOf)
    return known
  }

  async function majorOf(deadline: Deadline): Promise<HelmMajor> {
    const seen = await version(deadline)
    return seen.state === 'present' ? seen.value.major : 3
  }

  /** A directory as it is; a reference is pulled once, so that every center gets the same bytes. */
  function chartPath(chart: ChartSource, deadline: Deadline): Promise<Observation<string>> {
    if (chart.path !== undefined) return Promise.resolve({ state: 'present', value: chart.path, at: clock.now(), took: 0 })
    const reference = chart.reference ?? ''
    const key = JSON.stringify([reference, chart.version])
    const found = pulled.get(key) ?? pull(reference, chart.version, deadline)
    pulled.set(key, found)
    return found
  }

  async function pull(reference: string, wanted: string | undefined, deadline: Deadline): Promise<Observation<string>> {
    const directory = await mkdtemp(join(await workDirectory(), 'chart-'))
    const seen = await read(
      ['pull', reference, ...(wanted === undefined ? [] : ['--version', wanted]), '--destination', directory],
      deadline,
      () => '',
    )
    if (seen.state !== 'present') return seen
    const file = (await readdir(directory)).find((name) => name.endsWith('.tgz'))
    return file === undefined ? { ...seen, state: 'unknown', why: 'Helm pulled no chart' } : { ...seen, value: join(directory, file) }
  }

  async function valuesFlags(input: HelmInput, values: unknown): Promise<readonly string[]> {
    if (values === undefined) return input.values.flatMap((file) => ['--values', file])
    const { directory } = await placeOf(input.center)
    const file = join(await mkdtemp(join(directory, 'values-')), 'values.json')
    await writeFile(file, JSON.stringify(values), { mode: 0o600 })
    return ['--values', file]
  }

  /** One call that changes the center: its process group is written down, so that another process can tell whether it is still at work. */
  async function change(center: CenterName, args: readonly string[], deadline: Deadline, plugins?: string): Promise<WriteResult> {
    const file = join(running, encodeURIComponent(centerOf(topology, center).context))
    await mkdir(running, { recursive: true, mode: 0o700 })
    let noted: Promise<void> = Promise.resolve()
    const started = (pid: number): void => {
      noted = writeFile(file, String(pid), { mode: 0o600 })
    }
    const result = await run(args, deadline, { started, grace: GRACE, ...(plugins === undefined ? {} : { plugins }) })
    await noted
    await rm(file, { force: true })
    return writeResultOf(result)
  }

  async function serverSide(center: CenterName, release: ReleaseSpec, major: HelmMajor, deadline: Deadline): Promise<boolean> {
    if (major === 3) return false
    const target = targetFlags(await targetOf(center, release))
    const seen = await read(['get', 'metadata', release.name, '--output', 'json', ...target], deadline, (text) =>
      text.includes('"applyMethod":"ssa"'),
    )
    return seen.state === 'present' && seen.value
  }

  async function chartOfPath(chart: ChartSource, deadline: Deadline): ReturnType<Helm['chart']> {
    const path = await chartPath(chart, deadline)
    return path.state === 'present' ? await read(['show', 'chart', path.value], deadline, chartOf) : path
  }

  return {
    version,
    history: (center, release, deadline) =>
      observing(async () => {
        const target = targetFlags(await targetOf(center, release))
        return await read(['history', release.name, '--output', 'json', ...target], deadline, (text) => historyOf(text, release))
      }),
    render: (input, mode, deadline, values) =>
      observing(async () => {
        const chart = await chartPath(input.chart, deadline)
        if (chart.state !== 'present') return chart
        const common = [...(await valuesFlags(input, values)), ...targetFlags(await targetOf(input.center, input.release))]
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
    manifest: (center, release, revision, deadline) =>
      observing(async () => {
        const target = targetFlags(await targetOf(center, release))
        return await read(['get', 'manifest', release.name, '--revision', String(revision), ...target], deadline, (text) => text)
      }),
    upgrade: (input, { install, description, overlay, takeOver }, deadline) =>
      changing(async () => {
        const chart = await chartPath(input.chart, deadline)
        if (chart.state !== 'present') return { kind: 'rejected', status: 0, message: 'why' in chart ? chart.why : chart.state }
        const { center, release } = input
        const major = await majorOf(deadline)
        const { renderer } = await placeOf(center)
        const overlaid = overlay.length > 0
        const force = (overlaid || takeOver === true) && !install && (await serverSide(center, release, major, deadline))
        const args = [
          ...upgradeWords(input, chart.value, install),
          '--description',
          description,
          ...timeoutFlags(deadline.at - clock.monotonic()),
          ...(overlaid ? postRendererFlags(major, { program: renderer.program, plugin: OVERLAY_PLUGIN }) : []),
          ...conflictFlags(major, force),
          ...targetFlags(await targetOf(center, release)),
        ]
        if (!overlaid) return await change(center, args, deadline)
        const plugins = major === 4 ? `${renderer.plugins}:${pluginPath(env)}` : undefined
        return await renderer.serve(
          (render) => weights.lay(render, overlay, release.namespace),
          async () => await change(center, args, deadline, plugins),
        )
      }),
    rollback: (center, release, revision, { description, overlay, takeOver }, deadline) =>
      changing(async () => {
        const major = await majorOf(deadline)
        const force = (overlay.length > 0 || takeOver === true) && (await serverSide(center, release, major, deadline))
        const args = [
          'rollback',
          release.name,
          String(revision),
          // 3 writes a description of its own: `Rollback to 4`.
          ...(major === 3 ? [] : ['--description', description]),
          ...waitFlags,
          ...timeoutFlags(deadline.at - clock.monotonic()),
          ...conflictFlags(major, force),
          ...targetFlags(await targetOf(center, release)),
        ]
        const go = async (): Promise<WriteResult> => await change(center, args, deadline)
        const { namespace } = release
        const stored =
          overlay.length === 0
            ? undefined
            : await read(
                ['get', 'manifest', release.name, '--revision', String(revision), ...targetFlags(await targetOf(center, release))],
                deadline,
                (text) => text,
              )
        if (stored === undefined || (stored.state === 'present' && weights.hold(stored.value, overlay, namespace))) return await go()
        const cluster = clusters.get(center)
        if (cluster === undefined) return { kind: 'rejected', status: 0, message: 'no cluster' }
        const lay = (manifest: string): string => weights.lay(manifest, overlay, namespace)
        const result = await withStoredManifest(cluster, release, revision, lay, deadline, go)
        return typeof result === 'string' ? { kind: 'rejected', status: 0, message: result } : result
      }),
    chart: chartOfPath,
    async digest(chart, deadline) {
      const path = await chartPath(chart, deadline)
      if (path.state !== 'present') return path
      try {
        const value = await chartDigest(path.value)
        return mapObservation(path, () => value)
      } catch (error) {
        return { state: 'unknown', why: messageOf(error), at: clock.now(), took: 0 }
      }
    },
    uninstall: (center, release, deadline) =>
      changing(async () => {
        const target = targetFlags(await targetOf(center, release))
        return await change(center, ['uninstall', release.name, ...timeoutFlags(deadline.at - clock.monotonic()), ...target], deadline)
      }),
    async going(center) {
      const text = await readFile(join(running, encodeURIComponent(centerOf(topology, center).context)), 'utf8').catch(() => '')
      return /^\d+$/.test(text) && groupLives(Number(text))
    },
    command(input, { install }) {
      const { context } = centerOf(topology, input.center)
      const chart = input.chart.path ?? input.chart.reference ?? ''
      const pinned = input.chart.path === undefined && input.chart.version !== undefined ? ['--version', input.chart.version] : []
      const words = [
        program,
        ...upgradeWords(input, chart, install),
        ...pinned,
        ...timeoutFlags(topology.deploy?.timeout ?? 0),
        '--kube-context',
        context,
        '--namespace',
        input.release.namespace,
      ]
      return words.map(shellWord).join(' ')
    },
    async close() {
      await Promise.allSettled([...places.values(), ...pulled.values()])
      if (work !== undefined) await rm(await work, { recursive: true, force: true })
    },
  }
}

/** There is no way to this center's cluster. */
class NoPlace extends Error {}

function upgradeWords({ release, values }: HelmInput, chart: string, install: boolean): readonly string[] {
  return [
    'upgrade',
    release.name,
    chart,
    ...(install ? ['--install', '--create-namespace'] : []),
    ...values.flatMap((file) => ['--values', file]),
    ...waitFlags,
  ]
}

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

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
