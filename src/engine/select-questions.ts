import type { Question } from '../checks/question.ts'
import { didYouMean } from '../documents/did-you-mean.ts'
import { fault } from '../domain/fault.ts'
import { checkGroups, type CheckGroup } from '../domain/verify.ts'
import type { Words } from '../domain/words.ts'

export interface Selection {
  /** Names or ids; empty: all. */
  readonly checks: readonly string[]
  /** Empty: all. */
  readonly groups: readonly string[]
  /** Not every center was asked for: questions about all of them together are asked only by name. */
  readonly narrowed: boolean
}

/** What `verify` asks when nothing is said: the set-up is the doctor's business, and takes access reviews of its own. */
export function askedByDefault(questions: readonly Question[]): readonly Question[] {
  return questions.filter(({ group }) => group !== 'setup')
}

/** The questions that were meant, in their own order; those of the group `setup` only where it, or one of them, is named. Usage faults: a name or group that is not known, and nothing left. */
export function selectQuestions(questions: readonly Question[], { checks, groups, narrowed }: Selection): readonly Question[] {
  const named = new Set(checks.map((given) => questionNamed(questions, given)))
  for (const group of groups) if (!isGroup(group)) throw unknown('unknown-check-group', group, checkGroups)
  const meant = named.size === 0 && groups.length === 0 ? askedByDefault(questions) : questions
  const left = meant.filter(
    (question) =>
      (named.size === 0 ? !(narrowed && question.scope === 'fleet') : named.has(question)) &&
      (groups.length === 0 || groups.includes(question.group)),
  )
  if (left.length === 0) throw fault('usage', 'no-checks-left')
  return left
}

function questionNamed(questions: readonly Question[], given: string): Question {
  const found = questions.find(({ name, id }) => name === given.toLowerCase() || id === given.toUpperCase())
  if (found !== undefined) return found
  const usual = askedByDefault(questions)
  const known = [...usual, ...questions.filter((one) => !usual.includes(one))].map(({ name }) => name)
  throw unknown('unknown-check', given, known)
}

function isGroup(name: string): name is CheckGroup {
  return (checkGroups as readonly string[]).includes(name)
}

function unknown(reason: 'unknown-check' | 'unknown-check-group', name: string, known: readonly string[]): Error {
  const group = reason === 'unknown-check' ? nearTo(name, checkGroups).map((one) => `--group ${one}`) : []
  const near = [...nearTo(name, known), ...group].join(', ')
  return fault('usage', reason, { name, known, meant: near === '' ? '' : ` (did you mean ${near}?)` })
}

/** The one that is a slip away, else the first few that begin so: nobody types a long name whole. */
function nearTo(given: string, known: readonly string[]): readonly string[] {
  const near = known.find((one) => one === given.toLowerCase()) ?? didYouMean(given, known)
  if (near !== undefined) return [near]
  return given.length < 2 ? [] : known.filter((one) => one.startsWith(given.toLowerCase())).slice(0, BEGINNINGS)
}

const BEGINNINGS = 3

export const selectQuestionsWords = {
  'unknown-check': {
    en: 'no check {name}{meant}; tricenter verify --list shows them',
    zh: '没有检查 {name}{meant}；tricenter verify --list 可列出',
  },
  'unknown-check-group': { en: 'no group {name}{meant}; there are {known}', zh: '没有分组 {name}{meant}；可用：{known}' },
  'no-checks-left': {
    en: 'no check is left: the checks named are not in these groups, or are about all centers together',
    zh: '没有可执行的检查：所选检查不在这些分组中，或只针对全部中心',
  },
} satisfies Words
