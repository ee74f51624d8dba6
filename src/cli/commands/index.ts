import type { CommandSpec } from '../command.ts'
import { complete } from './complete.ts'
import { completion } from './completion.ts'
import { deploy } from './deploy.ts'
import { diff } from './diff.ts'
import { doctor } from './doctor.ts'
import { drill } from './drill.ts'
import { exitCodesCommand } from './exit-codes.ts'
import { failback } from './failback.ts'
import { failover } from './failover.ts'
import { init } from './init.ts'
import { lab } from './lab.ts'
import { rbac } from './rbac.ts'
import { rebalance } from './rebalance.ts'
import { resume } from './resume.ts'
import { runbook } from './runbook.ts'
import { runs } from './runs.ts'
import { schema } from './schema.ts'
import { status } from './status.ts'
import { sync } from './sync.ts'
import { undo } from './undo.ts'
import { verify } from './verify.ts'

/** Every command, in the order of the help. One line each. */
export const commands: readonly CommandSpec[] = [
  status,
  diff,
  verify,
  doctor,
  failover,
  failback,
  rebalance,
  sync,
  deploy,
  drill,
  resume,
  undo,
  runs,
  runbook,
  lab,
  rbac,
  init,
  schema,
  completion,
  complete,
  exitCodesCommand,
]
