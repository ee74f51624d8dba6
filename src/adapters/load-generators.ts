import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redact } from '../domain/redact.ts'
import { loadRun } from '../load/load-run.ts'
import type { GeneratorName, LoadGenerator, LoadMeasure, LoadOrder } from '../ports/load.ts'
import { heyArgs, readHey, readWrk, wrkArgs, wrkScript } from './load-tools.ts'
import { runProcess } from './process.ts'

/** Beyond its own duration a program may take this long (ms) to connect and to sum up. */
const PATIENCE = 15_000
/** What a summary may be long, characters. */
const SUMMARY = 1_000_000

/** `path`: where `wrk` and `hey` are looked for, as PATH. */
export function loadGenerator(name: GeneratorName, path: string): LoadGenerator {
  return name === 'own' ? { name, generate: async (order, interrupt) => await loadRun(order, interrupt) } : program(name, path)
}

function program(name: 'wrk' | 'hey', path: string): LoadGenerator {
  const summed = (order: LoadOrder, stdout: string): LoadMeasure | undefined =>
    name === 'wrk' ? readWrk(stdout) : readHey(stdout, order.target.probe.expect)
  return {
    name,
    async generate(order, interrupt) {
      const unfit =
        name === 'hey' ? unfitForHey(order) : order.target.probe.expect >= 400 ? 'wrk takes every status from 400 for a failure' : undefined
      if (unfit !== undefined) return { unable: unfit }
      const directory = await mkdtemp(join(tmpdir(), 'tricenter-load-'))
      let group: number | undefined
      const stop = (): void => {
        if (group !== undefined) killGroup(group)
      }
      try {
        const script = join(directory, 'request.lua')
        if (name === 'wrk') await writeFile(script, wrkScript(order), { mode: 0o600 })
        const result = await runProcess({
          file: name,
          args: name === 'wrk' ? wrkArgs(order, script) : heyArgs(order),
          env: { PATH: path },
          cwd: directory,
          timeout: order.duration + order.target.probe.timeout + PATIENCE,
          limit: SUMMARY,
          started: (pid) => {
            group = pid
            if (interrupt.aborted) stop()
            else interrupt.addEventListener('abort', stop, { once: true })
          },
        })
        if (interrupt.aborted) return { unable: 'interrupted' }
        if (result.kind === 'missing') return { unable: result.why }
        if (result.kind !== 'ended') return { unable: `${name} was ended: ${result.kind}` }
        const measure = result.code === 0 ? summed(order, result.stdout) : undefined
        return measure ?? { unable: `${name} ended with ${result.code}: ${(result.stderr || result.stdout).trim().slice(-300)}` }
      } finally {
        interrupt.removeEventListener('abort', stop)
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}

/** What stands in an argv can be read by everybody on the machine. */
function unfitForHey({ target: { probe } }: LoadOrder): string | undefined {
  const secret = Object.entries(redact(probe.headers)).find(([name, value]) => value !== probe.headers[name])
  return secret === undefined ? undefined : `hey takes headers in its argv, where ${secret[0]} would be seen`
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It has gone already.
  }
}
