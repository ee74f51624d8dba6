import { accessSync, constants } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Context } from '../../context.ts'
import type { ChosenEngine } from './engine.ts'
import { refuse } from './words.ts'

/** The program `prometheus` to run for each center: the one of `--prometheus`, else the one beside the binaries of the engine; neither: the lab's stand-in. Or the exit code after saying why not. */
export function choosePrometheus(
  options: Readonly<Record<string, unknown>>,
  { binaries }: ChosenEngine,
  context: Context,
): { readonly program?: string } | number {
  const given = options['prometheus']
  if (typeof given === 'string') {
    const program = resolve(context.cwd, given)
    return isExecutable(program) ? { program } : refuse(context, 3, 'lab-refused', { why: `${program} is no program` })
  }
  const beside = binaries === undefined ? undefined : join(binaries, 'prometheus')
  return beside !== undefined && isExecutable(beside) ? { program: beside } : {}
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
