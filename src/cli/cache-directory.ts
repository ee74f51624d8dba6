import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_CACHE_HOME/tricenter`, by default `~/.cache/tricenter`: what may be lost at any time. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.cache'), 'tricenter')
}
