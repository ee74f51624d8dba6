import { parse as parseYaml } from 'yaml'
import { readDuration } from '../promql/durations.ts'
import { parse } from '../promql/parse.ts'
import { printed } from '../promql/print.ts'
import { typeOf } from '../promql/syntax.ts'

/** Rules as a file of Prometheus has them: groups, each with its own interval (ms), computed in order. */
export interface RuleGroup {
  readonly name: string
  readonly interval: number
  readonly rules: readonly Rule[]
}
export type Rule = AlertRule | RecordingRule
interface Named {
  readonly name: string
  /** As Prometheus prints it. */
  readonly query: string
  readonly labels: Readonly<Record<string, string>>
}
export interface AlertRule extends Named {
  readonly kind: 'alerting'
  /** ms for which the query must have had an answer. */
  readonly for: number
  readonly annotations: Readonly<Record<string, string>>
}
export interface RecordingRule extends Named {
  readonly kind: 'recording'
}

const GROUP_KEYS = ['name', 'interval', 'rules']
const RULE_KEYS = ['alert', 'record', 'expr', 'for', 'labels', 'annotations']

/** Reads a rule file. Throws an error that names the rule and what is wrong with it: a query that cannot be computed, a key that the lab does not know. */
export function readRules(text: string, interval: number): readonly RuleGroup[] {
  const file = record(parseYaml(text) ?? {}, 'the file', ['groups'])
  return list(file['groups'], 'groups').map((group) => {
    const given = record(group, 'a group', GROUP_KEYS)
    const name = textOf(given['name'], 'a group', 'name')
    return {
      name,
      interval: given['interval'] === undefined ? interval : duration(given['interval'], `group ${name}`, 'interval'),
      rules: list(given['rules'], `group ${name}: rules`).map(readRule),
    }
  })
}

function readRule(given: unknown): Rule {
  const rule = record(given, 'a rule', RULE_KEYS)
  const kind = rule['alert'] === undefined ? 'recording' : 'alerting'
  const name = textOf(rule[kind === 'alerting' ? 'alert' : 'record'], 'a rule', 'alert or record')
  const expression = parse(textOf(rule['expr'], `rule ${name}`, 'expr'))
  const type = typeOf(expression)
  if (type !== 'vector' && type !== 'scalar') throw new Error(`rule ${name}: expr gives a ${type}`)
  const common = { name, query: printed(expression), labels: texts(rule['labels'], `rule ${name}: labels`) }
  if (kind === 'recording') {
    if (rule['for'] !== undefined || rule['annotations'] !== undefined)
      throw new Error(`rule ${name}: for and annotations belong to alerts`)
    return { kind, ...common }
  }
  const annotations = texts(rule['annotations'], `rule ${name}: annotations`)
  for (const template of [...Object.values(annotations), ...Object.values(common.labels)]) filled(template, {}, 0)
  return { kind, ...common, annotations, for: rule['for'] === undefined ? 0 : duration(rule['for'], `rule ${name}`, 'for') }
}

/** `{{ $value }}` and `{{ $labels.x }}`; throws for any other template. */
export function filled(template: string, labels: Readonly<Record<string, string>>, value: number): string {
  return template.replace(/\{\{(.*?)\}\}/gs, (_, inside: string) => {
    const [, label] = /^\s*\$labels\.(\w+)\s*$/.exec(inside) ?? []
    if (label !== undefined) return Object.hasOwn(labels, label) ? labels[label]! : ''
    if (/^\s*\$value\s*$/.test(inside)) return String(value)
    throw new Error(`the lab does not know the template {{${inside}}}`)
  })
}

function record(given: unknown, where: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error(`${where} must be a map`)
  const unknown = Object.keys(given).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw new Error(`${where}: the lab does not know the key ${unknown}`)
  return given as Readonly<Record<string, unknown>>
}

function list(given: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(given)) throw new Error(`${where} must be a list`)
  return given
}

function textOf(given: unknown, where: string, key: string): string {
  if (typeof given !== 'string' && typeof given !== 'number') throw new Error(`${where}: ${key} must be a text`)
  return String(given)
}

function duration(given: unknown, where: string, key: string): number {
  const ms = readDuration(String(given))
  if (ms === undefined) throw new Error(`${where}: ${key} ${String(given)} is not a duration`)
  return ms
}

function texts(given: unknown, where: string): Readonly<Record<string, string>> {
  if (given === undefined || given === null) return {}
  const map = given as Readonly<Record<string, unknown>>
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, textOf(value, where, key)]))
}
