import { execa } from 'execa'
import { redactText } from '../domain/redact.ts'

export interface ProcessRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** After so many ms the whole process group is killed. */
  readonly timeout: number
  /** Characters of stdout that are kept; more is a failure, because part of an answer is none. */
  readonly limit?: number
  /** Told of the process group as soon as there is one. */
  readonly started?: (pid: number) => void
}

/**
 * How a process ended. `late`: killed at its deadline. `missing`: it could not be started, `why` says how. `stdout` is whole and raw: it is data;
 * `stderr` is redacted and cut to its end: it is for people.
 */
export type ProcessResult =
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'late' | 'killed' | 'oversized'; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing'; readonly why: string }

const LIMIT = 64 * 2 ** 20
const STDERR_KEPT = 8_000

/**
 * Runs a program by its argv, without a shell, with exactly the environment given and no input, in a process group of its own: a Ctrl-C of the terminal does not reach it,
 * and at the deadline it is killed with everything that it has started. Never rejects.
 */
export async function runProcess({ file, args, env, cwd, timeout, limit = LIMIT, started }: ProcessRequest): Promise<ProcessResult> {
  const child = execa(file, args, {
    cwd,
    env: { ...env },
    extendEnv: false,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    cleanup: false,
    windowsHide: true,
  })
  let stdout = ''
  let stderr = ''
  let ended: 'late' | 'oversized' | undefined
  const end = (why: 'late' | 'oversized'): void => {
    ended ??= why
    killGroup(child.pid, 'SIGKILL')
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length + text.length > limit) end('oversized')
    else stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4 * STDERR_KEPT)
  })
  const timer = setTimeout(end, Math.max(1, timeout), 'late')
  if (child.pid !== undefined) started?.(child.pid)
  try {
    const result = await child
    // A grandchild may outlive it and would go on unseen.
    if (ended !== undefined) killGroup(child.pid, 'SIGKILL')
    const said = redactText(stderr).slice(-STDERR_KEPT)
    if (child.pid === undefined) return { kind: 'missing', why: startFailure(result.code, file) }
    if (ended !== undefined) return { kind: ended, stdout, stderr: said }
    if (result.exitCode === undefined) return { kind: 'killed', stdout, stderr: said }
    return { kind: 'ended', code: result.exitCode, stdout, stderr: said }
  } finally {
    clearTimeout(timer)
  }
}

/** Is any process of this group alive? */
export function groupLives(pid: number): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It has gone already.
  }
}

function startFailure(code: string | undefined, file: string): string {
  if (code === 'ENOENT') return `${file} was not found`
  if (code === 'EACCES') return `${file} may not be executed`
  return `${file} could not be started${code === undefined ? '' : ` (${code})`}`
}
