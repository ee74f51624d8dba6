import type { Action } from './action.ts'
import { bringInLine } from './bring-in-line.ts'
import { clearMarks } from './clear-marks.ts'
import { endFault } from './end-fault.ts'
import { injectFault } from './inject-fault.ts'
import { rehearse } from './rehearse.ts'
import { returnWeights } from './return-weights.ts'
import { setShares } from './set-shares.ts'
import { shiftWeights } from './shift-weights.ts'
import { takeBack } from './take-back.ts'

/** Every runbook action, by name. One line each. */
export const actions: readonly Action[] = [
  bringInLine,
  clearMarks,
  endFault,
  injectFault,
  rehearse,
  returnWeights,
  setShares,
  shiftWeights,
  takeBack,
]
