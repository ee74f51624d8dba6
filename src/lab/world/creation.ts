import type { KubeObject } from '../kube-object.ts'

/** One object to be created, and the collection that takes it. */
export interface Creation {
  readonly path: string
  readonly object: KubeObject
}

export const create = (path: string, object: KubeObject): Creation => ({ path, object })
