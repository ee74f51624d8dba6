import { systemClock } from '../../adapters/system-clock.ts'
import type { Topology } from '../../domain/topology.ts'
import { look } from '../../engine/observe.ts'
import { summarize } from '../../engine/summary.ts'
import { statusDocument } from '../../ui/status.ts'
import { statusTable } from '../../ui/status-table.ts'
import type { Context } from '../context.ts'
import { printDocument, printLines } from './console.ts'
import { openWorld } from './parts.ts'

/** One look at every center. Exit 4 when a center that is not out could not be read. */
export async function showStatus(context: Context, topology: Topology): Promise<number> {
  const world = await openWorld(context, topology)
  try {
    const begun = systemClock.monotonic()
    const { sightings, inForce } = await look({ deps: { world }, topology, id: `status-${process.pid}` })
    const document = statusDocument({
      topology,
      sightings,
      inForce,
      summaries: summarize(topology, sightings, inForce, []),
      now: systemClock.now(),
      took: systemClock.monotonic() - begun,
    })
    const form = context.flags.output
    if (form === 'json' || form === 'yaml') await printDocument(context, document, form)
    else if (form === 'name') context.stdout.write(document.centers.map(({ center }) => `${center}\n`).join(''))
    else printLines(context, statusTable(document, { language: context.language, width: context.stdout.columns ?? 120 }))
    const unread = sightings.filter(({ center, routes }) => routes.state !== 'present' && !inForce.out.includes(center))
    return unread.length > 0 ? 4 : 0
  } finally {
    await world.close()
  }
}
