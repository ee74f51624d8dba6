import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findLab, type LabFile } from '../../../lab/lab-file.ts'
import { SIGNAL_CODES } from '../../../domain/outcome.ts'
import type { Context } from '../../context.ts'
import { type ChosenEngine, EMBEDDED, chooseEngine } from './engine.ts'
import { choosePrometheus } from './prometheus.ts'
import { labDirectory } from './running.ts'
import { centersTable, labJson } from './show.ts'
import { refuse, say } from './words.ts'

const START = 300_000 // ms for a detached lab to be ready, of any engine; one whose process ends is not waited for

/** Starts a lab here, or in a process of its own with `--detach`. */
export async function up(options: Readonly<Record<string, unknown>>, context: Context): Promise<number> {
  const dir = labDirectory(options, context)
  const load = Number(options['load'])
  if (!(load >= 0 && load <= 1000)) return refuse(context, 2, 'lab-bad-load', { load: String(options['load']) })
  const engine = chooseEngine(options, context)
  if (typeof engine === 'number') return engine
  const found = await findLab(dir)
  if (found.state !== 'none' && found.state !== 'stale') return refuse(context, 3, 'lab-runs', { dir, pid: found.file.pid })
  const prometheus = choosePrometheus(options, engine, context)
  if (typeof prometheus === 'number') return prometheus
  const { program } = prometheus
  const bare = options['bare'] === true
  if (options['detach'] === true) {
    const flags = [...engine.flags, ...(program === undefined ? [] : ['--prometheus', program]), ...(bare ? ['--bare'] : [])]
    return await detached(dir, load, { ...engine, flags }, context)
  }
  return await foreground(dir, load, { ...engine, ...prometheus, bare }, options['withParent'] === true, context)
}

async function foreground(
  dir: string,
  load: number,
  engine: ChosenEngine & { readonly program?: string; readonly bare: boolean },
  withParent: boolean,
  context: Context,
): Promise<number> {
  const began = performance.now()
  const { startLab } = await import('../../../lab/lab.ts')
  const ended = Promise.withResolvers<number>()
  let asked = false
  for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
    process.on(signal, () => {
      if (asked) process.exit(code) // the second time: at once
      asked = true
      ended.resolve(code)
    })
  }
  const parent = process.ppid
  if (withParent) setInterval(() => process.ppid !== parent && ended.resolve(0), 200).unref()

  const opened = await engine.open()
  if (typeof opened === 'number') return opened
  const metrics = engine.program === undefined ? {} : { metrics: { program: engine.program } }
  const lab = await startLab({ dir, load, engine: opened, installed: !engine.bare, ...metrics }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'LabRefusal') return refuse(context, 3, 'lab-refused', { why: error.message })
    throw error
  })
  if (typeof lab === 'number') return lab
  void lab.asked.then(() => ended.resolve(0))
  const file = { topology: lab.topologyPath, kubeconfig: lab.kubeconfigPath, stateDir: lab.stateDir, centers: lab.centers }
  show(file, { took: Math.round(performance.now() - began), engine: engine.name, pid: process.pid, load }, 'lab-ctrl-c', context)
  const code = await ended.promise
  await lab.close()
  context.stderr.write(say(context, 'lab-down'))
  return code
}

/** A lab in a process of its own that answers, or why there is none. `withParent`: it ends when this process has gone. */
export async function startApart(
  dir: string,
  load: number,
  withParent: boolean,
  context: Context,
  engine = EMBEDDED,
): Promise<{ readonly lab: LabFile } | { readonly why: string; readonly log: string; readonly code: 2 | 3 | 8 }> {
  const began = performance.now()
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const log = join(dir, 'lab.log')
  const output = openSync(log, 'w', 0o600)
  const program = [...process.execArgv, process.argv[1] ?? '']
  const child = spawn(
    process.execPath,
    [...program, 'lab', 'up', '--dir', dir, '--load', String(load), ...engine.flags, ...(withParent ? ['--with-parent'] : [])],
    {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...context.env },
    },
  )
  let gone: string | undefined
  let answer: 2 | 3 | 8 = 8
  child.once('error', (error) => (gone = String(error)))
  child.once('exit', (code, signal) => {
    gone = `its process ended with ${signal ?? code}`
    if (code === 2 || code === 3) answer = code
  })
  while (gone === undefined && performance.now() - began < START) {
    const found = await findLab(dir)
    if (found.state === 'running' && found.file.pid === child.pid) {
      child.unref()
      return { lab: found.file }
    }
    await sleep(20)
  }
  if (gone === undefined) child.kill('SIGKILL')
  const said = readFileSync(log, 'utf8').trim()
  if (answer !== 8) return { why: said, log, code: answer }
  return { why: [gone ?? `it was not ready after ${START / 1000} s`, said.split('\n').at(-1)].filter(Boolean).join(': '), log, code: 8 }
}

async function detached(dir: string, load: number, engine: ChosenEngine, context: Context): Promise<number> {
  const began = performance.now()
  const started = await startApart(dir, load, false, context, engine)
  if ('why' in started) {
    if (started.code === 8) return refuse(context, 8, 'lab-not-up', { why: started.why, log: started.log })
    context.stderr.write(`${started.why}\n`) // in its own words
    return started.code
  }
  show(
    started.lab,
    { took: Math.round(performance.now() - began), engine: engine.name, pid: started.lab.pid, load },
    'lab-ends-by-down',
    context,
  )
  return 0
}

function show(
  file: Pick<LabFile, 'topology' | 'kubeconfig' | 'stateDir' | 'centers'>,
  facts: { readonly took: number; readonly engine: string; readonly pid: number; readonly load: number },
  ends: 'lab-ctrl-c' | 'lab-ends-by-down',
  context: Context,
): void {
  context.stdout.write(context.flags.output === 'json' ? labJson(file) : centersTable(file.centers))
  context.stderr.write(say(context, 'lab-up', facts) + say(context, 'lab-next') + say(context, ends))
}
