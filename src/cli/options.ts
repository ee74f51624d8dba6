import type { OptionSpec } from './command.ts'

/** Flags that several verbs share, each declared once. */
export const centers: OptionSpec = { flags: '--center <names>', summary: 'centers, separated by commas' }
export const region: OptionSpec = { flags: '--region <name>', summary: 'every center of a region' }
export const dryRun: OptionSpec = { flags: '--dry-run', summary: 'plan and show, with the kubectl commands; make no mutating request' }
export const confirm: OptionSpec = { flags: '--confirm <value>', summary: 'the value that would be typed on a terminal' }
export const yes: OptionSpec = { flags: '-y, --yes', summary: 'answer yes-or-no questions; never one that wants a value typed' }
export const override: OptionSpec = { flags: '--override <guard>', summary: 'override a guard by name; needs --reason', repeat: true }
export const reason: OptionSpec = { flags: '--reason <text>', summary: 'why a guard is overridden; goes into the journal' }
export const takeOver: OptionSpec = { flags: '--take-over', summary: 'go on although another machine still holds the marks' }
export const helm: OptionSpec = { flags: '--helm <path>', summary: 'the Helm to use for releases, 3.x or 4.x (else helm of PATH)' }
export const since: OptionSpec = {
  flags: '--since <time>',
  summary: 'when clients began to fail: 03:14:58, 2026-11-20T03:14:58+08:00, or 90s ago as 90s',
}
const planOut: OptionSpec = { flags: '--plan-out <file>', summary: 'save the plan (with --dry-run)' }
const plan: OptionSpec = { flags: '--plan <file>', summary: 'carry out a saved plan while it is still true' }
export const atOnce: OptionSpec = { flags: '--at-once', summary: 'the whole way in one step; the value must be typed' }

/** What every verb that changes something takes. */
export const changing: readonly OptionSpec[] = [dryRun, confirm, yes, override, reason, takeOver, planOut, plan]
