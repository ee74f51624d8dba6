import * as z from 'zod'
import type { Param, Runbook, Step } from '../domain/runbook.ts'
import { withMeant } from './did-you-mean.ts'
import { sortedMistakes } from './mistake.ts'
import type { Mistake, Path } from './mistake.ts'
import { paramValue } from './param-values.ts'
import { described } from './described.ts'
import { readShape } from './read-shape.ts'
import { referenceIn, wrongWithReference } from './references.ts'
import type { ValueKind } from './references.ts'
import { runbookSchema, stepKeys, stepSchemas } from './runbook-schema.ts'
import type { StepKey } from './runbook-schema.ts'
import { otherKind, readYaml } from './yaml.ts'
import type { YamlDocument } from './yaml.ts'

/** Every name that a runbook may use. */
export interface Known {
  readonly actions: readonly string[]
  readonly checks: readonly string[]
  readonly runbooks: readonly string[]
}

/** Reads one runbook: the whole of it, or every mistake in it. What concerns several runbooks at once is `lintRunbooks`' part. */
export function readRunbook(
  text: string | Uint8Array,
  file: string,
  known: Known,
): { readonly runbook: Runbook } | { readonly mistakes: readonly Mistake[] } {
  const { document, mistakes: unreadable } = readYaml(text, file)
  if (document === undefined) return { mistakes: unreadable }
  const other = otherKind(document, 'Runbook')
  if (other) return { mistakes: [other] }
  const { mistakes, value, seen } = readShape(shape, document)
  const reader = new StepReader(document, known, (seen.params ?? {}) as Reader['params'])
  reader.found.push(...unreadable, ...mistakes)
  checkParams(reader)
  const raw = (document.value as { readonly steps?: unknown } | null)?.steps
  const steps = Array.isArray(raw) ? reader.list(raw, ['steps'], false) : []
  if (seen.mode === 'drill' && steps.length > 0 && !reader.hasAlways)
    reader.say(['steps'], 'a drill must restore whatever happens: expected a step with always', 'key')
  if (value === undefined || reader.found.length > 0) return { mistakes: sortedMistakes(reader.found) }
  const { name, mode, summary, source, params } = value
  return { runbook: { name, mode, summary, ...(source === undefined ? {} : { source }), params, steps } }
}

const shape = runbookSchema(z.unknown())
const shapes = stepSchemas(z.unknown())
type Reader = InstanceType<typeof StepReader>

function checkParams({ params, say }: Reader): void {
  for (const [name, param] of Object.entries(params)) {
    if (param?.type === undefined) continue
    if (param.oneOf !== undefined && param.type !== 'string')
      say(['params', name, 'oneOf'], `oneOf goes with type string, not ${param.type}`, 'key')
    if (param.default === undefined) continue
    if (param.required === true) say(['params', name, 'default'], 'a required param needs no default', 'key')
    const read = paramValue({ type: param.type, ...(param.oneOf ? { oneOf: param.oneOf } : {}) }, param.default)
    if ('wrong' in read) say(['params', name, 'default'], read.wrong)
  }
}

/** Walks the lists of steps; collects mistakes on the way. */
class StepReader {
  readonly found: Mistake[] = []
  hasAlways = false
  readonly document: YamlDocument
  readonly known: Known
  readonly params: Readonly<Record<string, Partial<Param> | undefined>>

  constructor(document: YamlDocument, known: Known, params: Readonly<Record<string, Partial<Param> | undefined>>) {
    this.document = document
    this.known = known
    this.params = params
  }

  readonly say = (path: Path, message: string, at?: 'key' | 'value'): void => {
    this.found.push(this.document.mistake(path, message, at))
  }

  list(raw: readonly unknown[], path: Path, insideAlways: boolean): readonly Step[] {
    const names = new Set<string>()
    return raw.flatMap((item, i) => {
      const at = [...path, i]
      const step = this.step(item, at, insideAlways)
      const name = (item as { readonly name?: unknown } | null)?.name
      if (typeof name === 'string') {
        if (names.has(name)) this.say([...at, 'name'], `step ${name} is already in this list`)
        names.add(name)
      }
      if (isMap(item) && 'always' in item) {
        this.hasAlways = true
        if (insideAlways) this.say([...at, 'always'], 'always stands inside always', 'key')
        else if (i < raw.length - 1) this.say([...at, 'always'], 'always must be the last step of its list', 'key')
      }
      return step === undefined ? [] : [step]
    })
  }

  private step(raw: unknown, path: Path, insideAlways: boolean): Step | undefined {
    const key = this.keyOf(raw, path)
    if (key === undefined) return undefined
    const inner = (raw as Record<string, unknown>)[key]
    const steps =
      (key === 'during' || key === 'always') && Array.isArray(inner)
        ? this.list(inner, [...path, key], insideAlways || key === 'always')
        : []
    this.references(raw, path)
    switch (key) {
      case 'do': {
        const { mistakes, value, seen } = readShape(shapes.do, this.document, raw, path)
        this.found.push(...mistakes)
        this.name([...path, 'do'], 'action', seen.do, this.known.actions)
        seen.pace?.gate?.forEach((check, i) => this.name([...path, 'pace', 'gate', i], 'check', check, this.known.checks))
        if (value === undefined) return undefined
        const { name, title, pace } = value
        return { key, ...titled(name, title), action: value.do, with: value.with, ...(pace ? { pace } : {}) }
      }
      case 'gate': {
        const { mistakes, value, seen } = readShape(shapes.gate, this.document, raw, path)
        this.found.push(...mistakes)
        if (Array.isArray(seen.gate))
          seen.gate.forEach((check: string | undefined, i) => this.name([...path, 'gate', i], 'check', check, this.known.checks))
        if (value === undefined) return undefined
        return { key, ...titled(value.name, value.title), checks: value.gate, with: value.with, until: value.until, hold: value.hold }
      }
      case 'ask': {
        const { mistakes, value } = readShape(shapes.ask, this.document, raw, path)
        this.found.push(...mistakes)
        return value && { key, ...titled(value.name, value.title), question: value.ask }
      }
      case 'run': {
        const { mistakes, value, seen } = readShape(shapes.run, this.document, raw, path)
        this.found.push(...mistakes)
        this.name([...path, 'run'], 'runbook', seen.run, this.known.runbooks)
        return value && { key, ...titled(value.name, value.title), runbook: value.run, with: value.with }
      }
      case 'during': {
        const { mistakes, value } = readShape(shapes.during, this.document, raw, path)
        this.found.push(...mistakes)
        return value && { key, ...titled(value.name, value.title), probe: value.probe, steps }
      }
      case 'always': {
        const { mistakes, value } = readShape(shapes.always, this.document, raw, path)
        this.found.push(...mistakes)
        return value && { key, ...titled(value.name, value.title), steps }
      }
    }
  }

  private keyOf(raw: unknown, path: Path): StepKey | undefined {
    if (!isMap(raw)) {
      this.say(path, `expected a step: a map with one of ${stepKeys.join(', ')}, not ${described(raw)}`)
      return undefined
    }
    const written = stepKeys.filter((key) => key in raw)
    if (written.length > 1) this.say([...path, written[1]!], `${written.join(' and ')} in one step: a step has one key`, 'key')
    if (written.length > 0) return written.length === 1 ? written[0] : undefined
    const near = Object.keys(raw).find((key) => !['name', 'title', 'with', 'pace', 'until', 'hold', 'probe'].includes(key))
    if (near === undefined) this.say(path, `expected one of ${stepKeys.join(', ')}`)
    else this.say([...path, near], withMeant('unknown step key', near, stepKeys), 'key')
    return undefined
  }

  private name(path: Path, what: string, name: string | undefined, known: readonly string[]): void {
    if (name !== undefined && !known.includes(name)) this.say(path, withMeant(`unknown ${what} ${name}`, name, known))
  }

  /** Every text of this step, those of inner steps excepted. */
  private references(value: unknown, path: Path, inStep: Path = []): void {
    if (typeof value === 'string') {
      const wanted = wantedAt(inStep)
      if (wanted !== undefined && referenceIn(value) === undefined) return
      const wrong = wrongWithReference(value, this.params, wanted)
      if (wrong !== undefined) this.say(path, wrong)
    } else if (Array.isArray(value)) value.forEach((item, i) => this.references(item, [...path, i], [...inStep, i]))
    else if (isMap(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (inStep.length === 0 && (key === 'during' || key === 'always')) continue
        this.references(item, [...path, key], [...inStep, key])
      }
    }
  }
}

const wantedAt = (inStep: Path): ValueKind | undefined => wantedKinds[inStep.join('.')]
const wantedKinds: Readonly<Record<string, ValueKind>> = {
  until: 'duration',
  hold: 'duration',
  'pace.hold': 'duration',
  'pace.steps': 'steps',
  'probe.rate': 'number',
  'probe.shareRate': 'number',
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const titled = (name: string, title: { readonly en: string; readonly zh: string } | undefined) => ({
  name,
  title: title ?? { en: name, zh: name },
})
