import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const PROGRAM = fileURLToPath(new URL('../../bin/tricenter.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  /** `performance.now()` just before it was started, and when it had ended. */
  readonly began: number
  readonly ended: number
  readonly out: string
  readonly err: string
}

/** Runs a program to its end, however it ends. */
export async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const began = performance.now()
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (data) => (out += String(data)))
  child.stderr.on('data', (data) => (err += String(data)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, began, ended: performance.now(), out, err }
}

/** The same, and anything but exit 0 is an error that shows what it said. */
export async function done(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ended = await run(command, args, env)
  if (ended.code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ended.code}\n${ended.out}${ended.err}`)
  return ended
}

/** First line of what a tool says of its version; undefined where it is not on PATH. */
export function versionOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? (stdout.trim().split('\n')[0] ?? '') : undefined
}
