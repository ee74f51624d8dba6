import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Who holds a lock. `start` tells a process from a later one with its number: start time in ticks since boot, and the boot; absent where the system does not say. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  readonly start?: string
}

export type LockAttempt =
  | { readonly taken: true; release(): Promise<void> }
  | { readonly taken: false; readonly owner: LockOwner; readonly file: string }

/**
 * Takes the process lock of a directory. A lock whose process is gone, or whose number now belongs to another process, is no lock.
 * Locks are numbered files that are created whole and never rewritten: of two processes that find the same dead lock, one creates the next number.
 */
export async function takeLock(directory: string): Promise<LockAttempt> {
  const me = await ownIdentity()
  const draft = join(directory, `.lock-${me.pid}-${randomBytes(6).toString('hex')}`)
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 })
  try {
    for (;;) {
      const seen = await locksOf(directory)
      const held = await firstAlive(seen)
      if (held) return { taken: false, ...held }
      const mine = join(directory, `lock.${Math.max(0, ...seen.map(({ number }) => number)) + 1}`)
      if (!(await linked(draft, mine))) continue
      const other = await firstAlive((await locksOf(directory)).filter(({ file }) => file !== mine))
      if (other) {
        await removed(mine)
        return { taken: false, ...other }
      }
      await Promise.all(seen.map(({ file }) => removed(file)))
      return { taken: true, release: () => removed(mine) }
    }
  } finally {
    await removed(draft)
  }
}

/** The live owner of the directory's lock, if there is one. */
export async function lockOwner(directory: string): Promise<LockOwner | undefined> {
  return (await firstAlive(await locksOf(directory)))?.owner
}

interface FoundLock {
  readonly file: string
  readonly number: number
}

async function locksOf(directory: string): Promise<readonly FoundLock[]> {
  const names = await readdir(directory).catch(() => [])
  return names.flatMap((name) => {
    const number = /^lock\.(\d+)$/.exec(name)?.[1]
    return number === undefined ? [] : [{ file: join(directory, name), number: Number(number) }]
  })
}

async function firstAlive(locks: readonly FoundLock[]): Promise<{ readonly owner: LockOwner; readonly file: string } | undefined> {
  for (const { file } of locks) {
    const owner = await ownerOf(file)
    if (owner !== undefined && (await isAlive(owner))) return { owner, file }
  }
  return undefined
}

async function ownerOf(file: string): Promise<LockOwner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockOwner
  } catch {
    return undefined
  }
}

/** A process of another host cannot be asked: it counts as alive. */
async function isAlive(owner: LockOwner): Promise<boolean> {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const start = await startOf(owner.pid)
  return owner.start === undefined || start === undefined || start === owner.start
}

async function ownIdentity(): Promise<LockOwner> {
  const start = await startOf(process.pid)
  return { pid: process.pid, host: hostname(), ...(start === undefined ? {} : { start }) }
}

/** Linux tells when a process started: field 22 of /proc/<pid>/stat, behind a name that may itself contain spaces and brackets. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')])
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}@${boot.trim()}`
  } catch {
    return undefined
  }
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function removed(file: string): Promise<void> {
  await unlink(file).catch(() => undefined)
}
