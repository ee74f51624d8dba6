import type { LabStatus } from '../../../lab/lab.ts'
import { findLab } from '../../../lab/lab-file.ts'
import type { Context } from '../../context.ts'
import { control, labDirectory, runningLab } from './running.ts'
import { table } from './show.ts'
import { say } from './words.ts'

/** Exit 1: no lab runs. */
export async function status(options: Readonly<Record<string, unknown>>, context: Context): Promise<number> {
  const lab = await runningLab(options, context)
  if (lab === 3 && (await findLab(labDirectory(options, context))).state !== 'starting') return 1
  if (typeof lab === 'number') return lab
  const now = (await control(lab.controlUrl, 'GET', '/status')).body as LabStatus
  if (context.flags.output === 'json') {
    context.stdout.write(`${JSON.stringify(now, undefined, 2)}\n`)
    return 0
  }
  const rows = Object.entries(now.centers).map(([name, { apiServer, gateway, metrics, ready, fault }]) => [
    name,
    apiServer,
    gateway,
    metrics,
    String(ready),
    fault === null ? '-' : `${fault.kind} (${fault.kind === 'lost' ? 'all' : fault.target})`,
  ])
  context.stdout.write(say(context, 'lab-head', { engine: now.engine, pid: now.pid, since: now.startedAt }))
  context.stdout.write(table(['CENTER', 'API SERVER', 'GATEWAY', 'PROMETHEUS', 'READY', 'FAULT'], rows))
  context.stdout.write(say(context, 'lab-load', now.load))
  return 0
}
