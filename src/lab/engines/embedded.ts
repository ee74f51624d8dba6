import { type EmbeddedLab, startEmbedded } from '../embedded.ts'
import type { LabEngine } from './engine.ts'

/** API servers of our own, in this process. */
export function embeddedEngine(): LabEngine {
  let lab: EmbeddedLab | undefined
  return {
    name: 'embedded',
    async up(names) {
      lab = await startEmbedded(names)
      return lab.clusters
    },
    async down() {
      await lab?.close()
    },
    get embedded() {
      if (lab === undefined) throw new Error('the engine is not up')
      return lab
    },
  }
}
