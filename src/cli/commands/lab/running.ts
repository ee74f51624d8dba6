import { join, resolve } from 'node:path'
import { stateDirectory } from '../../../adapters/state-directory.ts'
import { findLab, type LabFile } from '../../../lab/lab-file.ts'
import type { Context } from '../../context.ts'
import { refuse } from './words.ts'

/** `--dir`, else `tricenter/lab` in the XDG folder for state. */
export function labDirectory(options: Readonly<Record<string, unknown>>, { env, cwd }: Context): string {
  const { dir } = options
  return typeof dir === 'string' ? resolve(cwd, dir) : join(stateDirectory(env), 'lab')
}

/** The lab that runs, or the exit code after saying why there is none. */
export async function runningLab(
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<(LabFile & { readonly controlUrl: string }) | number> {
  const dir = labDirectory(options, context)
  const found = await findLab(dir)
  if (found.state === 'none') return refuse(context, 3, 'lab-none', { dir })
  const { file } = found
  if (found.state === 'running' && file.controlUrl !== undefined) return { ...file, controlUrl: file.controlUrl }
  if (found.state === 'silent') return refuse(context, 4, 'lab-silent', { pid: file.pid })
  return refuse(context, 3, found.state === 'starting' ? 'lab-starting' : 'lab-gone', { dir, pid: file.pid })
}

/** One request to the lab's control; its shape stands in `lab/control`. */
export async function control(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly ok: boolean; readonly body: unknown }> {
  const answer = await fetch(url + path, {
    method,
    signal: AbortSignal.timeout(5000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { ok: answer.ok, body: await answer.json() }
}
