import { fileJournalsWords } from '../adapters/file-journals.ts'
import { journalFileWords } from '../adapters/journal-file.ts'
import { kubeconfigWords } from '../adapters/kube/kubeconfig.ts'
import { bringInLineWords } from '../actions/bring-in-line.ts'
import { rehearseWords } from '../actions/rehearse.ts'
import { returnWeightsWords } from '../actions/return-weights.ts'
import { shiftWeightsWords } from '../actions/shift-weights.ts'
import { checks } from '../checks/index.ts'
import { findTopologyWords } from '../documents/find-topology.ts'
import { mistakeWords } from '../documents/mistake.ts'
import { faultGuardWords } from '../domain/fault-guards.ts'
import { planWeightsWords } from '../domain/plan-weights.ts'
import { servingWords } from '../domain/serving.ts'
import { endingWords } from '../engine/ending.ts'
import { resumeWords } from '../engine/resume.ts'
import { lockWords } from '../engine/locks.ts'
import { undoWords } from '../engine/undo.ts'
import { watchWords } from '../engine/watch.ts'
import { createPhrasebook, type Phrasebook } from '../report/phrasebook.ts'
import { cliWords } from './words.ts'
import { topologyFileWords } from './topology-file.ts'

/** Every reason's words, from the files that give the reasons. One line each. */
export const phrasebook: Phrasebook = createPhrasebook([
  bringInLineWords,
  cliWords,
  endingWords,
  faultGuardWords,
  fileJournalsWords,
  journalFileWords,
  findTopologyWords,
  kubeconfigWords,
  lockWords,
  resumeWords,
  mistakeWords,
  planWeightsWords,
  rehearseWords,
  returnWeightsWords,
  servingWords,
  shiftWeightsWords,
  topologyFileWords,
  undoWords,
  watchWords,
  ...checks.map(({ words }) => words),
])
