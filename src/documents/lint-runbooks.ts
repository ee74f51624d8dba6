import type { Runbook, Step } from '../domain/runbook.ts'
import { didYouMean, withMeant } from './did-you-mean.ts'
import { sortedMistakes } from './mistake.ts'
import type { Mistake, Path } from './mistake.ts'
import { paramValue } from './param-values.ts'
import { referenceIn } from './references.ts'
import { readRunbook } from './runbook.ts'
import type { Known } from './runbook.ts'
import { readYaml } from './yaml.ts'
import type { YamlDocument } from './yaml.ts'

export interface RunbookFile {
  readonly file: string
  readonly text: string | Uint8Array
}
interface Read {
  readonly runbook: Runbook
  readonly document: YamlDocument
}
type RunAt = Extract<Step, { readonly key: 'run' }> & { readonly path: Path }

/**
 * Reads runbooks that may run each other. `runbooks` are the sound ones, by name in the order of the files; `mistakes` are those of every file, what concerns several files included:
 * two of one name, a runbook that ends up running itself, params that the other runbook does not have, needs, or cannot read.
 */
export function lintRunbooks(
  files: readonly RunbookFile[],
  known: Omit<Known, 'runbooks'>,
): { readonly runbooks: readonly Runbook[]; readonly mistakes: readonly Mistake[] } {
  const documents = files.map(({ file, text }) => readYaml(text, file).document)
  const runbooks = documents.map(nameIn).filter((name) => name !== undefined)
  const mistakes: Mistake[] = []
  const sound = new Map<string, Read>()
  files.forEach(({ file, text }, i) => {
    const document = documents[i]
    const read = readRunbook(text, file, { ...known, runbooks })
    if ('mistakes' in read) mistakes.push(...read.mistakes)
    else if (document !== undefined && sound.has(read.runbook.name))
      mistakes.push(document.mistake(['name'], `runbook ${read.runbook.name} is written in another file too`))
    else if (document !== undefined) sound.set(read.runbook.name, { runbook: read.runbook, document })
  })
  const crossed = [...sound.values()].map((read) => ({
    ...read,
    mistakes: sortedMistakes([...paramMistakes(read, sound), ...cycleMistakes(read, sound)]),
  }))
  return {
    runbooks: crossed.filter((read) => read.mistakes.length === 0).map(({ runbook }) => runbook),
    mistakes: [...mistakes, ...crossed.flatMap((read) => read.mistakes)],
  }
}

function nameIn(document: YamlDocument | undefined): string | undefined {
  const name = (document?.value as { readonly name?: unknown } | null | undefined)?.name
  return typeof name === 'string' ? name : undefined
}

function paramMistakes({ runbook, document }: Read, all: ReadonlyMap<string, Read>): readonly Mistake[] {
  return runsIn(runbook.steps).flatMap(({ path, runbook: called, with: given }) => {
    const params = all.get(called)?.runbook.params
    if (params === undefined) return []
    const misspelt = Object.keys(given).map((name) => (name in params ? undefined : didYouMean(name, Object.keys(params))))
    const missing = Object.entries(params).filter(
      ([name, param]) => param.required && !Object.hasOwn(given, name) && !misspelt.includes(name),
    )
    return [
      ...missing.map(([name]) => document.mistake([...path, 'with', name], `missing: ${called} needs it`, 'key')),
      ...Object.entries(given).flatMap(([name, value]) => {
        const at = [...path, 'with', name]
        const param = params[name]
        if (param === undefined)
          return [document.mistake(at, withMeant(`${called} has no param ${name}`, name, Object.keys(params)), 'key')]
        const reference = referenceIn(value)
        if (reference?.of === 'policy') return []
        if (reference !== undefined) {
          const { type, required, default: fallback } = runbook.params[reference.name]!
          if (type !== param.type)
            return [document.mistake(at, `${called} wants ${param.type} here, and \${params.${reference.name}} is ${type}`)]
          return param.required && !required && fallback === undefined
            ? [document.mistake(at, `${called} needs it, and param ${reference.name} may be absent`)]
            : []
        }
        const read = paramValue(param, value)
        return 'wrong' in read ? [document.mistake(at, read.wrong)] : []
      }),
    ]
  })
}

/** One mistake at each step that leads back to its own runbook. */
function cycleMistakes({ runbook, document }: Read, all: ReadonlyMap<string, Read>): readonly Mistake[] {
  return runsIn(runbook.steps).flatMap(({ path, runbook: called }) => {
    const way = wayTo(runbook.name, called, all, [])
    return way === undefined ? [] : [document.mistake([...path, 'run'], `runs itself: ${[runbook.name, ...way].join(' → ')}`)]
  })
}

function wayTo(goal: string, from: string, all: ReadonlyMap<string, Read>, passed: readonly string[]): readonly string[] | undefined {
  if (from === goal) return [goal]
  if (passed.includes(from)) return undefined
  for (const next of runsIn(all.get(from)?.runbook.steps ?? [])) {
    const way = wayTo(goal, next.runbook, all, [...passed, from])
    if (way !== undefined) return [from, ...way]
  }
  return undefined
}

function runsIn(steps: readonly Step[], path: Path = ['steps']): readonly RunAt[] {
  return steps.flatMap((step, i): readonly RunAt[] => {
    const at = [...path, i]
    if (step.key === 'run') return [{ ...step, path: at }]
    return step.key === 'during' || step.key === 'always' ? runsIn(step.steps, [...at, step.key]) : []
  })
}
