import { backendsDistinct } from './backends-distinct.ts'
import { backendsSupported } from './backends-supported.ts'
import { fieldsHonoured } from './fields-honoured.ts'
import { filtersEffective } from './filters-effective.ts'
import type { Question } from './question.ts'
import { routesAlike } from './routes-alike.ts'
import { routesPresent } from './routes-present.ts'
import { routesReported } from './routes-reported.ts'
import { rulesReachable } from './rules-reachable.ts'
import { rulesWeighted } from './rules-weighted.ts'

/** Every question that `verify` asks, by id. One line each. */
export const questions: readonly Question[] = [
  routesPresent,
  routesReported,
  rulesWeighted,
  backendsDistinct,
  rulesReachable,
  filtersEffective,
  fieldsHonoured,
  backendsSupported,
  routesAlike,
]
