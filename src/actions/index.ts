import type { Action } from './action.ts'
import { bringInLine } from './bring-in-line.ts'
import { clearMarks } from './clear-marks.ts'
import { endFault } from './end-fault.ts'
import { injectFault } from './inject-fault.ts'
import { publish } from './publish.ts'
import { reconcile } from './reconcile.ts'
import { restoreObjects } from './restore-objects.ts'
import { recoverRelease } from './recover-release.ts'
import { rehearse } from './rehearse.ts'
import { rehearseRelease } from './rehearse-release.ts'
import { returnWeights } from './return-weights.ts'
import { rollBackRelease } from './roll-back-release.ts'
import { setShares } from './set-shares.ts'
import { shiftWeights } from './shift-weights.ts'
import { takeBack } from './take-back.ts'
import { upgradeRelease } from './upgrade-release.ts'

/** Every runbook action, by name. One line each. */
export const actions: readonly Action[] = [
  bringInLine,
  clearMarks,
  endFault,
  injectFault,
  publish,
  reconcile,
  recoverRelease,
  rehearse,
  rehearseRelease,
  restoreObjects,
  returnWeights,
  rollBackRelease,
  setShares,
  shiftWeights,
  takeBack,
  upgradeRelease,
]
