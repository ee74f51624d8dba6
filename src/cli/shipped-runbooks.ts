import { readFileSync } from 'node:fs'
import { actions } from '../actions/index.ts'
import { checks } from '../checks/index.ts'
import { questions } from '../checks/questions.ts'
import { mistakesFault } from '../documents/mistake.ts'
import { readRunbook } from '../documents/runbook.ts'
import type { Known } from '../documents/runbook.ts'
import type { Runbook } from '../domain/runbook.ts'
import { runbookFile, runbookNames } from './runbook-files.ts'

/** What a runbook may name. */
export function knownNames(more: readonly string[] = []): Known {
  return {
    actions: actions.map(({ name }) => name),
    checks: [...checks, ...questions].map(({ name }) => name).sort(),
    runbooks: [...runbookNames(), ...more],
  }
}

/** Reads and checks one runbook file; a fault names every mistake. */
export function loadRunbook(file: string): Runbook {
  const read = readRunbook(readFileSync(file), file, knownNames())
  if ('mistakes' in read) throw mistakesFault(file, read.mistakes)
  return read.runbook
}

/** Every shipped runbook, by name. */
export function shippedRunbooks(): ReadonlyMap<string, Runbook> {
  return new Map(runbookNames().map((name) => [name, loadRunbook(runbookFile(name))]))
}
