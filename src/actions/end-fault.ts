import type { Intent } from '../domain/intent.ts'
import { defineAction } from './action.ts'
import * as z from './shape.ts'

/** Step 6 of a drill: the recorded replicas come back, and the lab heals. The count is the recorded one, from the workload's own mark. */
export const endFault = defineAction({
  name: 'end-fault',
  summary: {
    en: 'Ends the fault of a drill: the recorded replicas, the healed lab.',
    zh: '结束演练故障：恢复记录的副本数，恢复实验环境。',
  },
  input: z.object({ centers: z.array(z.string(), 1), kind: z.enum(['scale', 'lost']) }),
  plan: ({ centers, kind }, situation) => {
    const { out } = situation.inForce
    const replicas: Intent[] = situation.sightings
      .filter(({ center }) => centers.includes(center))
      .flatMap(({ center, workloads }) =>
        workloads.state !== 'present'
          ? []
          : workloads.value.flatMap(({ workload, fault }): Intent[] =>
              fault === undefined || fault.run !== situation.run
                ? []
                : [{ kind: 'replicas', center, workload, replicas: fault.replicas, mark: null }],
            ),
      )
    const healed: Intent[] = kind === 'lost' ? centers.map((center) => ({ kind: 'lab-fault', center, fault: null })) : []
    return { intents: [...healed, ...replicas], findings: [], census: [], load: [], was: out, situation: out, danger: 'none', needs: [] }
  },
})
