import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineName } from './engines/engine.ts'

/** `lab.json` in the lab's directory: which process is this lab, and how to speak with it. Written first without, then with its control URL. */
export interface LabFile {
  readonly pid: number
  readonly startedAt: string
  readonly runId: string
  readonly engine: EngineName
  readonly controlUrl?: string
  /** ms between scrapes of each center's Prometheus. */
  readonly scrapeInterval?: number
  readonly topology: string
  readonly kubeconfig: string
  readonly stateDir: string
  readonly centers: Readonly<Record<string, LabEndpoints>>
}
export interface LabEndpoints {
  readonly context: string
  /** Base URL of the API server, behind its fault proxy. */
  readonly apiServer: string
  /** Base URL of the gateway, behind its fault proxy. */
  readonly gateway: string
  /** Base URL of its HTTPS listeners, behind the same. */
  readonly secureGateway: string
  /** Base URL of the center's Prometheus, behind its fault proxy. */
  readonly metrics: string
  /** Base URL of the center's registry, behind its fault proxy. */
  readonly registryUrl: string
}

/** `stale`: its process has gone, or is another program. `silent`: something listens at its control URL and does not answer, as a process that is stopped. */
export type LabPresence =
  | { readonly state: 'none' }
  | { readonly state: 'starting' | 'running' | 'silent' | 'stale'; readonly file: LabFile }

const STARTING = 120_000 // ms that a lab may take to start before it counts as stale
const ANSWER = 2_000 // ms for its control to answer

const pathIn = (dir: string): string => join(dir, 'lab.json')

/** Says this process is the lab of `dir`; false: another one was faster. */
export function claimLab(dir: string, file: LabFile): boolean {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  try {
    writeFileSync(pathIn(dir), text(file), { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

export function writeLabFile(dir: string, file: LabFile): void {
  const path = pathIn(dir)
  writeFileSync(`${path}.new`, text(file), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** Takes the lab's files away; runs stay, they are evidence. */
export function removeLabFiles(dir: string): void {
  for (const name of ['lab.json', 'lab.json.new', 'kubeconfig', 'tricenter.yaml', 'rules.yaml']) rmSync(join(dir, name), { force: true })
}

/** Is there a lab in `dir`? Asks its process, so that a number that another program has got since does not count. */
export async function findLab(dir: string): Promise<LabPresence> {
  let file: LabFile
  try {
    file = JSON.parse(readFileSync(pathIn(dir), 'utf8')) as LabFile
  } catch {
    return { state: 'none' }
  }
  if (!isAlive(file.pid)) return { state: 'stale', file }
  if (file.controlUrl === undefined) return { state: Date.now() - Date.parse(file.startedAt) < STARTING ? 'starting' : 'stale', file }
  try {
    const answer = await fetch(`${file.controlUrl}/status`, { signal: AbortSignal.timeout(ANSWER) })
    const { runId } = (await answer.json()) as { readonly runId?: string }
    return { state: runId === file.runId ? 'running' : 'stale', file }
  } catch (error) {
    return { state: (error as Error).name === 'TimeoutError' ? 'silent' : 'stale', file }
  }
}

/** A process that has ended counts as gone even while nobody has asked for its exit code, as in containers whose first process never does. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const text = (file: LabFile): string => `${JSON.stringify(file, undefined, 2)}\n`
