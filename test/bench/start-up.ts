import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { heading, inMs, line, spreadOf } from './figures.ts'
import { PROGRAM, done, versionOf } from './processes.ts'

const ROUNDS = 21
const GATE = 1.5
const EXAMPLE = fileURLToPath(new URL('../documents/example.yaml', import.meta.url))

/** `--help` and what a Tab asks, against a bare node and kubectl's help; taken in turn, so that a slow moment hits all of them. */
export async function benchStartUp(): Promise<void> {
  heading('Start')
  const directory = mkdtempSync(join(tmpdir(), 'tricenter-bench-'))
  const kubeconfig = join(directory, 'kubeconfig')
  const contexts = ['prod-a', 'prod-b', 'prod-c'].map((name) => ({ name, context: { cluster: name, user: name } }))
  writeFileSync(kubeconfig, stringify({ apiVersion: 'v1', kind: 'Config', contexts }))
  const env = { TRICENTER_TOPOLOGY: EXAMPLE, KUBECONFIG: kubeconfig, TRICENTER_STATE_DIR: directory }
  const ours = (...args: readonly string[]) => [process.execPath, [PROGRAM, ...args]] as const
  const cases = {
    'node -e 0': [process.execPath, ['-e', '0']],
    'tricenter --help': ours('--help'),
    'tricenter failover --help': ours('failover', '--help'),
    'completion script of bash': ours('completion', 'bash'),
    'Tab: a command': ours('complete', '--', 'fail'),
    'Tab: a center, from the topology': ours('complete', '--', 'failover', '--center', ''),
    'Tab: a context, from the kubeconfig': ours('complete', '--', 'init', '--contexts', ''),
    'Tab: a runbook': ours('complete', '--', 'runbook', 'show', ''),
    'Tab: a check': ours('complete', '--', 'verify', ''),
    'Tab: a run': ours('complete', '--', 'resume', ''),
    ...(versionOf('kubectl', ['version', '--client']) === undefined ? {} : { 'kubectl --help': ['kubectl', ['--help']] as const }),
  } satisfies Readonly<Record<string, readonly [command: string, args: readonly string[]]>>
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
  try {
    for (let round = -2; round < ROUNDS; round++)
      for (const [name, [command, args]] of Object.entries(cases)) {
        const { began, ended } = await done(command, args, env)
        if (round >= 0) times.get(name)?.push(ended - began)
      }
  } finally {
    rmSync(directory, { recursive: true })
  }
  const of = (name: string) => spreadOf(times.get(name) ?? [])
  const [bare, help] = [of('node -e 0'), of('tricenter --help')]
  for (const name of Object.keys(cases))
    if (name === 'node -e 0') line(name, inMs(bare))
    else if (name === 'kubectl --help') line(name, `${inMs(of(name))}  tricenter/kubectl = ${(help.median / of(name).median).toFixed(2)}`)
    else line(name, inMs(of(name)), { value: of(name).median / bare.median, limit: GATE })
  if (!('kubectl --help' in cases)) line('kubectl --help', 'skipped: kubectl is not on PATH')
}
