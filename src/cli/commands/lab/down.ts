import { setTimeout as sleep } from 'node:timers/promises'
import { findLab, isAlive, removeLabFiles } from '../../../lab/lab-file.ts'
import type { Context } from '../../context.ts'
import { control, labDirectory } from './running.ts'
import { refuse, say } from './words.ts'

/** ms for its process to end; in clusters that live on it takes its objects away first. */
const ENDS = { embedded: 10_000, binaries: 10_000, kubeconfig: 90_000 } as const

/** Ends the lab and waits until its process has gone; files of one that died are taken away. */
export async function down(options: Readonly<Record<string, unknown>>, context: Context): Promise<number> {
  const dir = labDirectory(options, context)
  const found = await findLab(dir)
  if (found.state === 'none' || found.state === 'stale') {
    removeLabFiles(dir)
    context.stderr.write(say(context, 'lab-nothing', { dir }))
    return 0
  }
  const { pid, controlUrl, engine } = found.file
  if (found.state !== 'running' || controlUrl === undefined) process.kill(pid, 'SIGTERM')
  else await control(controlUrl, 'POST', '/down')
  const limit = performance.now() + ENDS[engine]
  while (isAlive(pid)) {
    if (performance.now() > limit) return refuse(context, 6, 'lab-does-not-end', { pid, seconds: ENDS[engine] / 1000 })
    await sleep(20)
  }
  context.stderr.write(say(context, 'lab-down'))
  return 0
}
