import type { Context } from './context.ts'

/** An option in commander's notation, e.g. `--center <names>`. */
export interface OptionSpec {
  readonly flags: string
  readonly summary: string
  readonly choices?: readonly string[]
  readonly default?: string | boolean
  readonly repeat?: boolean
}

/**
 * A command: parse, one call, show. Declarations are light, because all of them are loaded for every `--help`; everything heavy comes through `context` or `import()` in `run`.
 * `run` answers the exit code.
 */
export interface CommandSpec {
  readonly name: string
  readonly summary: string
  /** Commander's notation, e.g. `[run]`. */
  readonly args?: string
  readonly options?: readonly OptionSpec[]
  readonly examples?: readonly string[]
  /** Not in the help: programs call it. */
  readonly hidden?: true
  readonly subcommands?: readonly CommandSpec[]
  readonly run?: (options: Readonly<Record<string, unknown>>, args: readonly string[], context: Context) => Promise<number>
}

export function defineCommand(spec: CommandSpec): CommandSpec {
  return spec
}
