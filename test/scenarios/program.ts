import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { JournalRecord } from '../../src/domain/record.ts'

/** The built program, as people start it; `npm test` builds first. */
export const PROGRAM = new URL('../../bin/tricenter.js', import.meta.url).pathname

/** How one process ended and what it said. */
export interface Outcome {
  /** The exit code; undefined where a signal ended it. */
  readonly code: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: string
  readonly stderr: string
}

/** A process that is going on. */
export interface Running {
  readonly child: ChildProcess
  readonly pid: number
  stdout(): string
  stderr(): string
  /** Waits until stderr, or stdout, matches; rejects when the process ends before. */
  says(pattern: RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Outcome>
}

export interface ProgramOptions {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Arguments of Node itself. */
  readonly node?: readonly string[]
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts the program with nothing of this process's surroundings but PATH; its input is empty. */
export function start(args: readonly string[], { env, cwd, node = [] }: ProgramOptions): Running {
  const base = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TZ: 'UTC' }
  const child = spawn(process.execPath, [...node, PROGRAM, ...args], { cwd, env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let stdout = ''
  let stderr = ''
  let waiting: (() => void)[] = []
  const heard = (): void => {
    for (const wake of waiting.splice(0)) wake()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    heard()
  })
  let over = false
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]): Outcome => {
    running.delete(child)
    over = true
    heard()
    return { code: (code as number | null) ?? undefined, signal: (signal as NodeJS.Signals | null) ?? undefined, stdout, stderr }
  })
  return {
    child,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(pattern) {
      while (!pattern.test(stderr) && !pattern.test(stdout)) {
        if (over) throw new Error(`it ended without ${String(pattern)}:\n${stdout}${stderr}`)
        await new Promise<void>((resolve) => (waiting = [...waiting, resolve]))
      }
    },
    kill: (signal) => void child.kill(signal),
    ended,
  }
}

export async function run(args: readonly string[], options: ProgramOptions): Promise<Outcome> {
  return await start(args, options).ended
}

/** Whole lines of a journal; a torn last line is left out. */
export function parseRecords(text: string): readonly JournalRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalRecord)
}

/** What stands on a terminal when only the first line of the output is read, and how the shell says that it went. */
export async function head(command: string, env: Readonly<Record<string, string>>): Promise<string> {
  const shell = spawn('sh', ['-c', `"$NODE" "$PROGRAM" ${command} | head -1; echo "ends \${?}"`], {
    env: { PATH: process.env['PATH'] ?? '', NODE: process.execPath, PROGRAM, ...env },
  })
  let said = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(shell, 'close')
  return said
}
