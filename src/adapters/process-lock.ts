import { randomBytes } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Who holds a lock. `start` tells a process from a later one with its number: start time in ticks since boot, and the boot; absent where the system does not say. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  readonly start?: string
}

export type LockAttempt =
  | { readonly taken: true; release(): void }
  | { readonly taken: false; readonly owner: LockOwner; readonly file: string }

/**
 * Takes the process lock of a directory. A lock whose process is gone, or whose number now belongs to another process, is no lock.
 * Locks are numbered files that are created whole and never rewritten: of two processes that find the same dead lock, one creates the next number.
 */
export function takeLock(directory: string): LockAttempt {
  const me = ownIdentity()
  const draft = join(directory, `.lock-${me.pid}-${randomBytes(6).toString('hex')}`)
  writeFileSync(draft, JSON.stringify(me), { mode: 0o600 })
  try {
    for (;;) {
      const seen = locksOf(directory)
      const held = firstAlive(seen)
      if (held) return { taken: false, ...held }
      const mine = join(directory, `lock.${Math.max(0, ...seen.map(({ number }) => number)) + 1}`)
      if (!linked(draft, mine)) continue
      const other = firstAlive(locksOf(directory).filter(({ file }) => file !== mine))
      if (other) {
        removed(mine)
        return { taken: false, ...other }
      }
      for (const { file } of seen) removed(file)
      return { taken: true, release: () => removed(mine) }
    }
  } finally {
    removed(draft)
  }
}

/** The live owner of the directory's lock, if there is one. */
export function lockOwner(directory: string): LockOwner | undefined {
  return firstAlive(locksOf(directory))?.owner
}

interface FoundLock {
  readonly file: string
  readonly number: number
}

function locksOf(directory: string): readonly FoundLock[] {
  return namesIn(directory).flatMap((name) => {
    const number = /^lock\.(\d+)$/.exec(name)?.[1]
    return number === undefined ? [] : [{ file: join(directory, name), number: Number(number) }]
  })
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function firstAlive(locks: readonly FoundLock[]): { readonly owner: LockOwner; readonly file: string } | undefined {
  for (const { file } of locks) {
    const owner = ownerOf(file)
    if (owner !== undefined && isAlive(owner)) return { owner, file }
  }
  return undefined
}

function ownerOf(file: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockOwner
  } catch {
    return undefined
  }
}

/** A process of another host cannot be asked: it counts as alive. */
function isAlive(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const start = startOf(owner.pid)
  return owner.start === undefined || start === undefined || start === owner.start
}

function ownIdentity(): LockOwner {
  const start = startOf(process.pid)
  return { pid: process.pid, host: hostname(), ...(start === undefined ? {} : { start }) }
}

/** Linux tells when a process started: field 22 of /proc/<pid>/stat, behind a name that may itself contain spaces and brackets. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}@${boot.trim()}`
  } catch {
    return undefined
  }
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removed(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // Somebody else has removed it.
  }
}
