import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { stateDirectory } from '../../../adapters/state-directory.ts'
import { isAlive } from '../../../lab/lab-file.ts'
import { makeContext, type Context } from '../../context.ts'
import { down } from './down.ts'
import { refuse, say } from './words.ts'
import { startApart } from './up.ts'

/** Requests per second in the background: with the drill's own probes well within what the remote center carries. */
const LOAD = 60

/** A lab of its own in another process, a drill that loses a whole center, and the lab is gone again. What stays is the run with its report. */
export async function demo(_: Readonly<Record<string, unknown>>, context: Context): Promise<number> {
  const dir = join(stateDirectory(context.env), 'demo', String(process.pid))
  const started = await startApart(dir, LOAD, true, context)
  if ('why' in started) return refuse(context, 8, 'lab-not-up', started)
  const { topology, kubeconfig, pid } = started.lab
  const env = {
    ...context.env,
    KUBECONFIG: kubeconfig,
    TRICENTER_TOPOLOGY: topology,
    TRICENTER_STATE_DIR: join(stateDirectory(context.env), 'demo'),
  }
  const { topology: _topology, kubeconfig: _kubeconfig, ...flags } = context.flags
  const session = await makeContext({ ...context, env }, flags, context.language).session()
  try {
    context.stderr.write(say(context, 'demo-begins', { load: LOAD }))
    await session.status()
    context.stderr.write(say(context, 'demo-drill'))
    return await session.drill('single-center', { center: 'zone-a', fault: 'lost', confirm: 'zone-a' })
  } finally {
    if (isAlive(pid)) await down({ dir }, { ...context, stderr: silent })
    rmSync(dir, { recursive: true, force: true })
  }
}

const silent = { write: () => true } as unknown as Context['stderr']
