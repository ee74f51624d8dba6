import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { openCappedLog } from './capped-log.ts'

/** A program that does not outlive this process, however this process ends. */
export interface GuardedProcess {
  readonly name: string
  /** Of its process group. */
  readonly pid: number
  readonly logPath: string
  readonly running: boolean
  /** The end of its log. */
  lastWords(): string
  /** Kills its whole group, and answers when all of it has gone. */
  kill(): Promise<void>
}

/**
 * Two shells stand around the program, in a process group of their own. One waits for the program, and kills the group when it ends.
 * The other reads from a pipe that only this process holds open: when this process has gone, even by SIGKILL, the pipe ends and the group is killed.
 * Ctrl-C in a terminal does not reach the group, so that the lab ends in its own order.
 */
const GUARD = '("$@"; echo "ended with $?" >&2; kill -9 -$$) </dev/null & read -r _; kill -9 -$$'

export function startGuarded(name: string, command: string, args: readonly string[], logPath: string): GuardedProcess {
  const log = openCappedLog(logPath)
  log.write('')
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', command, ...args], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid === undefined) throw new Error(`${name}: could not start /bin/sh`)
  let running = true
  const gone = once(child, 'close').finally(() => (running = false))
  child.stdin.on('error', () => undefined) // it has gone: `close` says so
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => log.write(data))
  return {
    name,
    pid,
    logPath,
    get running() {
      return running
    },
    lastWords: () => readFileSync(logPath, 'utf8').trim().split('\n').slice(-3).join('\n'),
    async kill() {
      if (running) {
        try {
          process.kill(-pid, 'SIGKILL')
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
        }
      }
      await gone
    },
  }
}
