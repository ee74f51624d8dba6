import type { Question } from './question.ts'
import { routesReported } from './routes-reported.ts'

/** Every question that `verify` asks, by id. One line each. */
export const questions: readonly Question[] = [routesReported]
