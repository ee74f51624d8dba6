import type { KubeObject } from '../ports/cluster.ts'
import { list, record } from './strange.ts'

/** Does the Pod's condition Ready say True? */
export function isReadyPod({ status }: KubeObject): boolean {
  return list(record(status)['conditions'])
    .map(record)
    .some(({ type, status: is }) => type === 'Ready' && is === 'True')
}
