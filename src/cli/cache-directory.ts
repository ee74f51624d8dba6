import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** `$XDG_CACHE_HOME/tricenter`, by default `~/.cache/tricenter`: what may be lost at any time. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.cache'), 'tricenter')
}

/** Files are kept for this long, ms: whoever still needs one makes it anew. */
const KEPT = 30 * 86_400_000

/**
 * Puts a file (0600) of the cache in place whole, and removes the old ones beside it. What goes wrong costs nothing but time.
 * `flush`: not even a loss of power leaves its name without its content.
 */
export function keepInCache(file: string, content: string | Buffer, flush = false): void {
  const folder = dirname(file)
  const draft = `${file}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(draft, content, { mode: 0o600, flush })
    renameSync(draft, file)
    removeOld(folder)
  } catch {
    // It is made anew.
  }
}

/** Those of builds and documents that nobody has any more are among them. */
function removeOld(folder: string): void {
  for (const one of readdirSync(folder, { withFileTypes: true })) {
    const file = join(folder, one.name)
    if (one.isFile() && statSync(file).mtimeMs < Date.now() - KEPT) rmSync(file, { force: true })
  }
}
