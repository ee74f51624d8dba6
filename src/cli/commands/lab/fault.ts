import type { Context } from '../../context.ts'
import { control, runningLab } from './running.ts'
import { refuse, say } from './words.ts'

type Options = Readonly<Record<string, unknown>>

export async function fault(options: Options, [center = '', kind = '']: readonly string[], context: Context): Promise<number> {
  const target = String(options['target'])
  return await ask(options, context, 'PUT', center, { kind, target }, () =>
    say(context, 'lab-fault-made', { center, kind, target: kind === 'lost' ? 'all' : target }),
  )
}

export async function heal(options: Options, [center]: readonly string[], context: Context): Promise<number> {
  return await ask(options, context, 'DELETE', center, undefined, (all) => say(context, 'lab-healed', { center: center ?? all.join(',') }))
}

async function ask(
  options: Options,
  context: Context,
  method: string,
  center: string | undefined,
  body: unknown,
  done: (all: readonly string[]) => string,
): Promise<number> {
  const lab = await runningLab(options, context)
  if (typeof lab === 'number') return lab
  const answer = await control(lab.controlUrl, method, center === undefined ? '/fault' : `/fault/${encodeURIComponent(center)}`, body)
  if (!answer.ok) return refuse(context, 2, 'lab-rejected', { why: (answer.body as { error: string }).error })
  context.stderr.write(done(Object.keys(lab.centers)))
  return 0
}
