import { faultGuards } from '../domain/fault-guards.ts'
import type { Intent } from '../domain/intent.ts'
import { defineAction } from './action.ts'
import * as z from './shape.ts'

/** A drill may take this long at most; then its marks say that it was abandoned, and a lab's fault heals itself. */
const LONGEST_DRILL = 15 * 60_000

/** Step 2 of a drill: the fault, marked on what it touches in the same write. */
export const injectFault = defineAction({
  name: 'inject-fault',
  summary: {
    en: 'Makes the fault of a drill: scales the workloads of the centers to 0, or, in a lab, loses the whole centers.',
    zh: '制造演练故障：将中心的工作负载缩容到 0，或在实验环境中让整个中心失效。',
  },
  input: z.object({ centers: z.array(z.string(), 1), kind: z.enum(['scale', 'lost']) }),
  plan: ({ centers, kind }, situation) => {
    const until = situation.now + LONGEST_DRILL
    const { out } = situation.inForce
    const intents: Intent[] =
      kind === 'lost'
        ? centers.map((center) => ({ kind: 'lab-fault', center, fault: { kind: 'lost', target: 'all', run: situation.run, until } }))
        : situation.sightings
            .filter(({ center }) => centers.includes(center))
            .flatMap(({ center, workloads }) =>
              workloads.state !== 'present'
                ? []
                : workloads.value
                    .filter(({ uid, desired }) => uid !== '' && desired > 0)
                    .map(({ workload, desired }): Intent => ({
                      kind: 'replicas',
                      center,
                      workload,
                      replicas: 0,
                      mark: { run: situation.run, replicas: desired, until },
                    })),
            )
    return {
      intents,
      findings: faultGuards(situation, centers, kind),
      census: [],
      load: [],
      was: out,
      situation: out,
      danger: 'none',
      needs: [],
    }
  },
})
