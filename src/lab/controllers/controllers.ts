import type { Objects } from '../apiserver/objects.ts'

export function startControllers(_objects: Objects): () => void {
  return () => undefined
}
