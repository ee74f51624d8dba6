import { fileJournalsWords } from '../adapters/file-journals.ts'
import { journalFileWords } from '../adapters/journal-file.ts'
import { kubeconfigWords } from '../adapters/kube/kubeconfig.ts'
import { bringInLineWords } from '../actions/bring-in-line.ts'
import { objectsPlanWords } from '../actions/objects-plan.ts'
import { rehearseReleaseWords } from '../actions/rehearse-release.ts'
import { rehearseWords } from '../actions/rehearse.ts'
import { releasesWords } from '../actions/releases.ts'
import { publishWords } from '../actions/publish.ts'
import { remoteWords } from '../actions/remote.ts'
import { returnedWords } from '../actions/returned.ts'
import { returnWeightsWords } from '../actions/return-weights.ts'
import { rollBackReleaseWords } from '../actions/roll-back-release.ts'
import { shiftWeightsWords } from '../actions/shift-weights.ts'
import { takeBackWords } from '../actions/take-back.ts'
import { upgradeReleaseWords } from '../actions/upgrade-release.ts'
import { figureGapWords } from '../checks/figure-question.ts'
import { checks } from '../checks/index.ts'
import { questions } from '../checks/questions.ts'
import { compareWords } from '../compare/compare.ts'
import { reconcileWords } from '../compare/reconcile.ts'
import { overlayWords } from '../deploy/overlay.ts'
import { releaseStateWords } from '../deploy/release-state.ts'
import { schedulingWords } from '../deploy/schedulability.ts'
import { upgradeWords } from '../deploy/upgrade-rules.ts'
import { valuesWords } from '../deploy/values-effect.ts'
import { findTopologyWords } from '../documents/find-topology.ts'
import { mistakeWords } from '../documents/mistake.ts'
import { faultGuardWords } from '../domain/fault-guards.ts'
import { planWeightsWords } from '../domain/plan-weights.ts'
import { servingWords } from '../domain/serving.ts'
import { doctorWords } from '../engine/doctor.ts'
import { witnessWords } from '../domain/witness.ts'
import { endingWords } from '../engine/ending.ts'
import { explainMetricsWords } from '../engine/explain-metrics.ts'
import { liveObjectsWords } from '../engine/live-objects.ts'
import { pagesWords } from '../engine/pages.ts'
import { preflightWords } from '../engine/preflight.ts'
import { deployTraceWords } from '../engine/deploy-trace.ts'
import { engineReleaseWords } from '../engine/releases.ts'
import { engineValuesWords } from '../engine/values.ts'
import { questionGateWords } from '../engine/question-gate.ts'
import { resumeWords } from '../engine/resume.ts'
import { selectQuestionsWords } from '../engine/select-questions.ts'
import { secondWitnessWords } from '../engine/second-witness.ts'
import { lockWords } from '../engine/locks.ts'
import { undoWords } from '../engine/undo.ts'
import { verifyWords } from '../engine/verify.ts'
import { watchWords } from '../engine/watch.ts'
import { createPhrasebook, type Phrasebook } from '../report/phrasebook.ts'
import { syncSourcesWords } from './verbs/sync-sources.ts'
import { syncWatchWords } from './verbs/sync-watch-words.ts'
import { diffSourcesWords } from './verbs/diff-sources.ts'
import { diffWords } from './verbs/diff-words.ts'
import { cliWords } from './words.ts'
import { topologyFileWords } from './topology-file.ts'

/** Every reason's words, from the files that give the reasons. One line each. */
export const phrasebook: Phrasebook = createPhrasebook([
  figureGapWords,
  bringInLineWords,
  cliWords,
  compareWords,
  diffSourcesWords,
  diffWords,
  doctorWords,
  endingWords,
  deployTraceWords,
  engineReleaseWords,
  explainMetricsWords,
  engineValuesWords,
  faultGuardWords,
  fileJournalsWords,
  journalFileWords,
  findTopologyWords,
  kubeconfigWords,
  lockWords,
  resumeWords,
  mistakeWords,
  overlayWords,
  planWeightsWords,
  liveObjectsWords,
  pagesWords,
  preflightWords,
  questionGateWords,
  objectsPlanWords,
  reconcileWords,
  rehearseReleaseWords,
  rehearseWords,
  releaseStateWords,
  releasesWords,
  publishWords,
  remoteWords,
  takeBackWords,
  returnedWords,
  returnWeightsWords,
  rollBackReleaseWords,
  schedulingWords,
  secondWitnessWords,
  selectQuestionsWords,
  servingWords,
  shiftWeightsWords,
  syncSourcesWords,
  syncWatchWords,
  topologyFileWords,
  undoWords,
  upgradeReleaseWords,
  upgradeWords,
  valuesWords,
  verifyWords,
  watchWords,
  witnessWords,
  ...checks.map(({ words }) => words),
  ...questions.map(({ words }) => words),
])
