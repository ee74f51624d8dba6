import type { EmbeddedLab } from '../embedded.ts'
import type { ApiAccess } from '../kube-client.ts'
import type { KeyPair } from '../pki.ts'

export type EngineName = 'embedded' | 'binaries' | 'kubeconfig'

/** One center's API server, as its administrator reaches it. */
export interface EngineCluster extends ApiAccess {
  readonly name: string
  /** A certificate for another user, whom only roles allow anything; absent where the authority is not the lab's. */
  issueClient?(user: string, groups?: readonly string[]): KeyPair
}

/** What gives the lab its API servers. Everything above them is a plain client and the same for all. */
export interface LabEngine {
  readonly name: EngineName
  /**
   * One cluster per name, in their order, each ready and with the definitions of the Gateway API and Higress served. `dir` is the lab's.
   * Throws a `LabRefusal` before anything is changed, or an error that says what did not start; then `down` has been called.
   */
  up(names: readonly string[], dir: string): Promise<readonly EngineCluster[]>
  /** Takes away what a lab left in clusters that live on; node agents must run meanwhile. Absent where the clusters end with the lab. */
  clear?(): Promise<void>
  /** Leaves no process, port or file but logs. */
  down(): Promise<void>
  /** What the lab's Pods name as their scheduler, where the clusters have one of their own and other Pods than the lab's. */
  readonly scheduler?: string
  /** The API servers in this process, with their hooks, while they are up. */
  readonly embedded?: EmbeddedLab
}

/** Nothing was done, and why. */
export class LabRefusal extends Error {
  override readonly name = 'LabRefusal'
}

/** What all have come to; throws what stopped the first of them, when the others have ended too. */
export function inOrder<T>(settled: readonly PromiseSettledResult<T>[]): readonly T[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
}
