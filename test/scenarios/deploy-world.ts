import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { binariesEngine } from '../../src/lab/engines/binaries.ts'
import { openKubeClient } from '../../src/lab/kube-client.ts'
import { startLab, type Lab } from '../../src/lab/lab.ts'
import { run, start, type Outcome, type Running } from './program.ts'
import { QUICK, ROUTES, ZONES, type LabObject, type Zone } from './harness.ts'

export const CHART = resolve('test/charts/gateway-stack')
export const ALL = '--confirm=zone-a,zone-b,zone-c'

export interface Entry {
  readonly revision: number
  readonly status: string
  readonly description: string
}

export interface Given {
  /** Where the upgrade must fail. */
  readonly fails?: Zone
  /** Where its pods never become ready. */
  readonly neverReady?: Zone
  /** More values, for all. */
  readonly more?: Readonly<Record<string, unknown>>
}

export interface DeployOptions {
  /** Another machine: a state directory of its own. */
  readonly machine?: string
  readonly topology?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Three real API servers whose releases one Helm has installed, and the program that deploys to them. */
export interface DeployWorld {
  readonly lab: Lab
  readonly dir: string
  readonly program: string
  tricenter(args: readonly string[], options?: DeployOptions): Promise<Outcome>
  deploy(...args: readonly string[]): Promise<Outcome>
  /** `resume` or `undo`, with the value that it asks for: which centers a run has touched depends on when it was stopped. */
  settle(verb: 'resume' | 'undo', run: string, options?: DeployOptions): Promise<Outcome>
  starting(args: readonly string[], options?: DeployOptions): Running
  helm(zone: Zone, ...args: readonly string[]): Promise<string>
  /** A Helm that goes on, to be killed. */
  startHelm(zone: Zone, ...args: readonly string[]): ChildProcess
  history(zone: Zone): Promise<readonly Entry[]>
  newest(zone: Zone): Promise<Entry | undefined>
  /** `timeout` tells one version of the chart's rules from another. */
  give(timeout: string, given?: Given): void
  /** A topology beside the first, whose `deploy:` has these keys too; its path. */
  topologyWith(name: string, section: Readonly<Record<string, unknown>>): string
  /** By hand, past Helm. */
  patch(zone: Zone, path: string, body: unknown): Promise<void>
  get(zone: Zone, path: string): Promise<unknown>
  replaceIn(file: string, text: string, by: string): void
  rules(zone: Zone): Promise<{ readonly timeout: unknown; readonly weights: readonly (number | undefined)[]; readonly marked: boolean }>
  timeouts(): Promise<readonly unknown[]>
  /** Kills the Helm that the program has started for a center, with all that it has started; waits until there is one. */
  killHelm(zone: Zone, after: number): Promise<void>
  runs(machine?: string): readonly string[]
  /** The records of a run, as text. */
  journal(run: string): string
  /** What the program has given Helm to change something, word by word, since it was last asked. */
  calls(): readonly (readonly string[])[]
  close(): Promise<void>
}

const contextOf = (zone: Zone): string => `tricenter-lab-${zone}`

export async function openDeployWorld(program: string): Promise<DeployWorld> {
  const dir = mkdtempSync(join(tmpdir(), 'tricenter-deploy-'))
  const lab = await startLab({
    dir: join(dir, 'lab'),
    load: 10,
    startDelay: [10, 30],
    installed: false,
    policy: QUICK,
    engine: binariesEngine({ binaries: process.env['TRICENTER_LAB_BINARIES'] ?? '' }),
  })
  const env = { PATH: process.env['PATH'] ?? '', HOME: join(dir, 'home'), KUBECONFIG: lab.kubeconfigPath }
  // Beside what it runs, it writes down what it was given; Helm has its process.
  const traces = join(dir, 'calls')
  const traced = join(dir, 'helm')
  mkdirSync(traces)
  writeFileSync(
    traced,
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word"; done > '${traces}/'"$(date +%s%N)-$$"\nexec '${program}' "$@"\n`,
  )
  chmodSync(traced, 0o755)
  const killed = new Set<string>()
  const stateOf = (machine = 'here'): string => join(dir, 'state', machine)
  const optionsOf = ({ machine, env: more }: DeployOptions) => ({
    cwd: dir,
    env: { ...env, TRICENTER_STATE_DIR: stateOf(machine), ...more },
  })
  const argsOf = (args: readonly string[], { topology }: DeployOptions) => [
    '--topology',
    topology ?? join(dir, 'topology.yaml'),
    ...args,
    ...(['deploy', 'undo', 'resume'].includes(args[0] ?? '') ? ['--helm', traced] : []),
  ]
  // Never synchronous: the ports of the lab are in this process.
  const helm = async (zone: Zone, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(program, [...args, '--kube-context', contextOf(zone), '--namespace', 'higress-system'], { env })).stdout
  const history = async (zone: Zone): Promise<readonly Entry[]> =>
    JSON.parse(await helm(zone, 'history', 'gateway', '-o', 'json')) as Entry[]
  const tricenter: DeployWorld['tricenter'] = async (args, options = {}) => await run(argsOf(args, options), optionsOf(options))
  const give: DeployWorld['give'] = (timeout, { fails, neverReady, more = {} } = {}) => {
    const values = {
      routes: { enabled: true, timeout },
      global: { enableGatewayAPI: true },
      core: { gateway: { service: { type: 'ClusterIP' } } },
      ...more,
    }
    writeFileSync(join(dir, 'values.yaml'), JSON.stringify(values))
    for (const zone of ZONES)
      writeFileSync(
        join(dir, `${zone}.yaml`),
        JSON.stringify({ hook: { fails: zone === fails }, core: { gateway: { neverReady: zone === neverReady } } }),
      )
  }
  const clientOf = (zone: Zone) => {
    const cluster = lab.clusters.find(({ name }) => name === zone)
    if (cluster === undefined) throw new Error(`no cluster ${zone}`)
    return openKubeClient(cluster)
  }
  const rules: DeployWorld['rules'] = async (zone) => {
    const { body } = await clientOf(zone).send('GET', `${ROUTES}/ai-service-dual-active`)
    const { spec, metadata } = body as LabObject
    const [rule] = spec.rules ?? []
    return {
      timeout: (rule as { timeouts?: { backendRequest?: string } } | undefined)?.timeouts?.backendRequest,
      weights: (rule?.backendRefs ?? []).map(({ weight }) => weight),
      marked: metadata.annotations?.['tricenter.io/run'] !== undefined,
    }
  }
  const section = {
    chart: { path: CHART },
    namespace: 'higress-system',
    values: ['values.yaml'],
    releases: { pattern: { name: 'gateway', values: ['{center}.yaml'] } },
    hold: '1s',
    timeout: '60s',
  }
  const topologyWith: DeployWorld['topologyWith'] = (name, more) => {
    const file = join(dir, name)
    writeFileSync(file, readFileSync(lab.topologyPath))
    appendFileSync(file, `deploy: ${JSON.stringify({ ...section, ...more })}\n`)
    return file
  }
  topologyWith('topology.yaml', {})
  give('60s')
  // The chart brings the routes itself, as a site's would.
  await Promise.all(
    lab.clusters.map(async (cluster) => {
      const client = openKubeClient(cluster)
      const { body } = await client.send('GET', ROUTES)
      for (const { metadata } of (body as { items: LabObject[] }).items) await client.send('DELETE', `${ROUTES}/${metadata.name}`)
    }),
  )
  for (const zone of ZONES) await helm(zone, 'upgrade', 'gateway', CHART, '--install', '--values', join(dir, 'values.yaml'))
  return {
    lab,
    dir,
    program,
    tricenter,
    deploy: async (...args) => await tricenter(['deploy', ALL, ...args]),
    async settle(verb, run, options) {
      const first = await tricenter([verb, run, ALL], options)
      const asked = /was typed, (\S+) was\s+asked for/.exec(first.stderr)?.[1]
      return first.code === 3 && asked !== undefined ? await tricenter([verb, run, `--confirm=${asked}`], options) : first
    },
    starting: (args, options = {}) => start(argsOf(args, options), optionsOf(options)),
    helm,
    startHelm: (zone, ...args) =>
      spawn(program, [...args, '--kube-context', contextOf(zone), '--namespace', 'higress-system'], { env, stdio: 'ignore' }),
    async patch(zone, path, body) {
      const { status } = await clientOf(zone).mergePatch(path, body)
      if (status !== 200) throw new Error(`${path}: ${status}`)
    },
    get: async (zone, path) => (await clientOf(zone).send('GET', path)).body,
    replaceIn: (file, text, by) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll(text, by)),
    history,
    newest: async (zone) => (await history(zone)).at(-1),
    give,
    topologyWith,
    rules,
    timeouts: async () => await Promise.all(ZONES.map(async (zone) => (await rules(zone)).timeout)),
    async killHelm(zone, after) {
      const file = join(stateOf(), 'helm', 'running', contextOf(zone))
      // What a run that was killed has left there is none that has been started since.
      const written = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
      for (const limit = performance.now() + 120_000; written() === '' || killed.has(written()); await sleep(2))
        if (performance.now() > limit) throw new Error(`no Helm was started for ${zone}`)
      const group = written()
      killed.add(group)
      await sleep(after)
      try {
        process.kill(-Number(group), 'SIGKILL')
      } catch {
        // It has ended already: that is one of the random moments too.
      }
    },
    runs(machine) {
      const runs = join(stateOf(machine), 'runs')
      const began = (name: string): string =>
        (JSON.parse(readFileSync(join(runs, name, 'journal.ndjson'), 'utf8').split('\n')[0] ?? '{}') as { at: string }).at
      // One that was killed before its first record was none.
      const told = (name: string): boolean => existsSync(join(runs, name, 'journal.ndjson'))
      return existsSync(runs)
        ? readdirSync(runs)
            .filter(told)
            .toSorted((a, b) => (began(a) < began(b) ? -1 : 1))
        : []
    },
    journal: (name) => readFileSync(join(stateOf(), 'runs', name, 'journal.ndjson'), 'utf8'),
    calls() {
      const files = readdirSync(traces).toSorted()
      const all = files.map((file) => readFileSync(join(traces, file), 'utf8').split('\0').slice(0, -1))
      for (const file of files) rmSync(join(traces, file))
      return all.filter(([verb = '', ...more]) => ['upgrade', 'rollback', 'uninstall'].includes(verb) && !more.includes('--dry-run=server'))
    },
    async close() {
      await lab.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
