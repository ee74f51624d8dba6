import type { WriteResult } from '../../domain/change.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Cluster } from '../../ports/cluster.ts'

/** A center whose kubeconfig context cannot be used: every read answers `unknown` with the reason, every write is rejected before it is sent. */
export function unusableCluster(center: string, why: string, clock: Clock): Cluster {
  const unknown = (): Promise<{ readonly state: 'unknown'; readonly why: string; readonly at: number; readonly took: number }> =>
    Promise.resolve({ state: 'unknown', why, at: clock.now(), took: 0 })
  const rejected = (): Promise<WriteResult> => Promise.resolve({ kind: 'rejected', status: 0, message: why })
  return {
    center,
    get: unknown,
    list: unknown,
    async *pages() {
      yield await unknown()
    },
    async *watch() {
      yield { type: 'gap', gap: await unknown() }
    },
    read: unknown,
    fromPod: unknown,
    allowed: unknown,
    patch: rejected,
    create: rejected,
    remove: rejected,
    close: () => Promise.resolve(),
  }
}
