import { readdirSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_CACHE_HOME/tricenter`, by default `~/.cache/tricenter`: what may be lost at any time. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.cache'), 'tricenter')
}

/** Files are kept for this long, ms: whoever still needs one makes it anew. */
const KEPT = 30 * 86_400_000

/** Removes the old files of a folder, those of builds and documents that nobody has any more among them. Throws what the disk says. */
export function removeOld(folder: string): void {
  for (const one of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, one.name)
    if (one.isFile() && statSync(file).mtimeMs < Date.now() - KEPT) rmSync(file, { force: true })
  }
}
