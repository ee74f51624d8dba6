import type { Language } from '../domain/words.ts'
import type { CommandSpec } from './command.ts'
import type { Completion } from './completion.ts'
import type { Session } from './session.ts'

/** Where a command's words come from and go to. */
export interface Io {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly topology?: string
  readonly kubeconfig?: string
  readonly output?: string
  readonly lang?: string
  readonly color?: string
  readonly requestTimeout?: string
  readonly verbose?: boolean
}

/** What commands may use. `session` loads everything that is heavy, when it is first asked for. */
export interface Context extends Io {
  readonly flags: GlobalFlags
  readonly language: Language
  readonly session: () => Promise<Session>
  /** What shells ask for; it loads little. */
  readonly completion: () => Promise<Completion>
}

/** `commands`: what completion knows of. */
export function makeContext(io: Io, flags: GlobalFlags, language: Language, commands: readonly CommandSpec[] = []): Context {
  let session: Promise<Session> | undefined
  const context: Context = {
    get stdin() {
      return io.stdin
    },
    get stdout() {
      return io.stdout
    },
    get stderr() {
      return io.stderr
    },
    env: io.env,
    cwd: io.cwd,
    flags,
    language,
    completion: async () => (await import('./completion.ts')).openCompletion(context, commands),
    session: () => {
      // With it Node begins to read the certificates of all authorities, on another thread: they are ready when the first connection waits for them.
      if (session === undefined) process.getBuiltinModule('node:tls')
      return (session ??= import('./session.ts').then(({ openSession }) => openSession(context)))
    },
  }
  return context
}
