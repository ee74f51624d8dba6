import type { Context } from '../../context.ts'
import { runningLab } from './running.ts'

/** Lines for `eval`: kubectl and this tool then speak with the lab, and runs are written into its directory. */
export async function env(options: Readonly<Record<string, unknown>>, context: Context): Promise<number> {
  const lab = await runningLab(options, context)
  if (typeof lab === 'number') return lab
  const variables = { KUBECONFIG: lab.kubeconfig, TRICENTER_TOPOLOGY: lab.topology, TRICENTER_STATE_DIR: lab.stateDir }
  for (const [name, value] of Object.entries(variables)) context.stdout.write(`export ${name}=${quoted(value)}\n`)
  return 0
}

const quoted = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
