import type { Check, CheckAnswer, Moment } from '../checks/check.ts'
import type { Question } from '../checks/question.ts'
import { questions } from '../checks/questions.ts'
import type { CenterName } from '../domain/topology.ts'
import type { CheckOutcome, ConclusionState } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'
import type { World } from '../ports/world.ts'
import { verify } from './verify.ts'

/** A gate's check that is a question of `verify`; undefined: there is no such question. */
export function questionGate(name: string, world: World): Check | undefined {
  const question = questions.find((one) => one.name === name)
  return question === undefined ? undefined : questionCheck(question, world)
}

/**
 * A question as a gate asks it: of the centers of its `with: {centers}`, else of every center that this run does not take out of traffic.
 * Passed and warned are yes, failed is no; inconclusive, and nothing concluded at all, are unknown. A gate names the question, so it may send requests and open port-forwards.
 */
export function questionCheck(question: Question, world: World): Check {
  return {
    name: question.name,
    id: question.id,
    words: { ...question.words, ...questionGateWords },
    evaluate: async (moment) => {
      const centers = centersOf(moment)
      const seen = await verify(world, {
        topology: moment.topology,
        questions: [question],
        centers,
        named: true,
        probe: true,
        dataPlane: true,
      })
      return answerOf(
        question.name,
        centers,
        seen.outcomes.filter(({ center }) => center === undefined || centers.includes(center)),
      )
    },
  }
}

function centersOf({ input, topology, out }: Moment): readonly CenterName[] {
  const named = input['centers']
  return Array.isArray(named)
    ? (named as readonly string[])
    : topology.centers.map(({ name }) => name).filter((name) => !out.includes(name))
}

function answerOf(check: string, centers: readonly CenterName[], outcomes: readonly CheckOutcome[]): CheckAnswer {
  const because = (state: ConclusionState, verdict: CheckAnswer['verdict']): CheckAnswer | undefined => {
    const outcome = outcomes.find((one) => one.state === state)
    const conclusion = outcome?.conclusions.find((one) => one.state === state)
    if (outcome === undefined || conclusion === undefined) return undefined
    const { reason, facts } = conclusion
    return { verdict, reason, facts, ...(outcome.center === undefined ? {} : { center: outcome.center }) }
  }
  const bad = because('failed', 'no') ?? because('inconclusive', 'unknown')
  if (bad !== undefined) return bad
  return outcomes.some(({ state }) => state === 'passed' || state === 'warning')
    ? { verdict: 'yes', reason: 'question-passed', facts: { check, centers } }
    : { verdict: 'unknown', reason: 'question-silent', facts: { check, centers } }
}

export const questionGateWords = {
  'question-passed': { en: '{centers}: {check} passed', zh: '{centers}：{check} 通过' },
  'question-silent': { en: '{centers}: {check} has nothing to look at', zh: '{centers}：{check} 没有可查看的内容' },
} satisfies Words
