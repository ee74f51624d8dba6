import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What became of one test on one engine; `why` where it did not pass. */
export interface Fate {
  readonly file: string
  readonly name: string
  readonly state: 'passed' | 'failed' | 'not run'
  readonly why: string
  /** It failed once before. */
  readonly again?: boolean
}

/** What a test meets that asks for the hooks of API servers in its own process. */
const EMBEDDED_ONLY = /^the API servers of this lab are those of the engine /

/** Collects what became of each test, with those that need the embedded engine's hooks as a state of their own. */
export class Fates implements Reporter {
  readonly all: Fate[] = []
  /** Time is up: what is skipped from now on is so for that reason. */
  late = false
  readonly #engine: string

  constructor(engine: string) {
    this.#engine = engine
  }

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result()
    const done = state === 'passed' ? 'passed' : 'failed'
    const one =
      state === 'skipped' || state === 'pending'
        ? notRun(test, this.#engine, this.late)
        : { ...fate(test.module, test.fullName, done, said(errors)), again: (test.diagnostic()?.retryCount ?? 0) > 0 }
    this.all.push(one)
    process.stderr.write(
      `  ${one.state}${one.again === true ? ', the second time' : ''}${one.state === 'passed' ? '' : `: ${one.why}`} · ${one.name}\n`,
    )
  }

  /** What stopped a whole file before its tests. */
  onTestModuleEnd(module: TestModule): void {
    const why = said([...module.children.suites()].reduce((found, suite) => [...found, ...suite.errors()], [...module.errors()]))
    if (why === '') return
    for (const [i, one] of this.all.entries())
      if (one.file === module.relativeModuleId && one.state === 'not run') this.all[i] = fate(module, one.name, 'failed', why)
    if (!this.all.some(({ file }) => file === module.relativeModuleId)) this.all.push(fate(module, 'loading', 'failed', why))
  }
}

const said = (errors: readonly { readonly message: string }[]): string => errors.map(({ message }) => message).join('\n')

function notRun(test: TestCase, engine: string, late: boolean): Fate {
  const said = /\(not run: (.*?)\)/.exec(test.fullName)?.[1]
  // There are none for the embedded engine by intent.
  const why = said === 'no binaries' && engine === 'embedded' ? 'binaries only' : (said ?? (late ? 'out of time' : 'skipped'))
  return { file: test.module.relativeModuleId, name: test.fullName, state: 'not run', why }
}

function fate({ relativeModuleId: file }: TestModule, name: string, state: 'passed' | 'failed', why: string): Fate {
  if (state === 'failed' && EMBEDDED_ONLY.test(why)) return { file, name, state: 'not run', why: 'embedded only' }
  return { file, name, state, why }
}

/** A line per test with its fate on each engine, a block per file; last a line of counts per engine. */
export function table(engines: ReadonlyMap<string, readonly Fate[]>): string {
  const names = [...engines.keys()]
  const files = [...new Set([...engines.values()].flat().map(({ file }) => file))].toSorted()
  const lines = [`${names.map((name) => name.padEnd(WIDTH)).join('')}scenario`]
  for (const file of files) {
    lines.push('', file)
    const tests = new Set(
      [...engines.values()].flatMap((fates) => fates.filter((one) => one.file === file).map(({ name }) => seedless(name))),
    )
    for (const test of tests) {
      const cells = names.map((name) => engines.get(name)?.find((one) => one.file === file && seedless(one.name) === test))
      lines.push(`${cells.map((cell) => cellOf(cell).padEnd(WIDTH)).join('')}${test}`)
    }
  }
  lines.push('')
  for (const [name, fates] of engines) {
    const count = (state: Fate['state']): number => fates.filter((one) => one.state === state).length
    lines.push(`${name}: ${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`)
  }
  return lines.join('\n')
}

const WIDTH = 26

const cellOf = (fate: Fate | undefined): string => {
  if (fate === undefined) return '-'
  return fate.state === 'not run' ? `not run: ${fate.why}` : `${fate.state}${fate.again === true ? ', 2nd time' : ''}`
}

/** Two runs of one sampled test have seeds of their own in their names. */
const seedless = (name: string): string => name.replace(/^seed \d+: /, '')
