import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_STATE_HOME/tricenter`, by default `~/.local/state/tricenter`. As the XDG rules say, a relative path there counts for nothing. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_STATE_HOME']
  return join(base?.startsWith('/') ? base : join(env['HOME'] ?? homedir(), '.local', 'state'), 'tricenter')
}
