import { parser } from '@prometheus-io/lezer-promql'
import type { SyntaxNode } from '@lezer/common'
import type { SeriesSelector } from '../domain/metrics-profile.ts'

/** Of equal length to what they stand for, so that positions stay: a duration, a duration, a matcher. */
const PLACEHOLDERS: Readonly<Record<string, string>> = { $window: '100000s', $step: '1000s', $labels: 'xx="yz"' }
const WITHOUT_LABELS: Readonly<Record<string, string>> = { ...PLACEHOLDERS, $labels: '       ' }

const filled = (query: string, by: Readonly<Record<string, string>>): string =>
  query.replaceAll(/\$(?:window|step|labels)\b/g, (placeholder) => by[placeholder] ?? placeholder)

/** Where a text is no PromQL: the offset of the first place that the grammar does not know. */
export function promqlMistake(query: string): QueryMistake | undefined {
  const wrong = errorAt(query)
  return wrong === undefined ? undefined : { offset: wrong, message: notPromql(query, wrong) }
}

interface QueryMistake {
  readonly offset: number
  readonly message: string
}

/** The same of a template: `$window`, `$step` and `$labels` may stand in it, and `$labels` may become nothing. */
export function templateMistake(query: string): QueryMistake | undefined {
  const unknown = /\$(?!(?:window|step|labels)\b)\w*/.exec(withoutStrings(query))
  if (unknown !== null) return { offset: unknown.index, message: `unknown placeholder ${unknown[0]}. Known: $window, $step, $labels` }
  const wrong = errorAt(filled(query, PLACEHOLDERS))
  if (wrong !== undefined) return { offset: wrong, message: notPromql(query, wrong) }
  const without = errorAt(filled(query, WITHOUT_LABELS))
  return without === undefined
    ? undefined
    : { offset: without, message: 'no PromQL where $labels is empty. Write it last in its braces: {a="b",$labels}' }
}

/** Strings keep their length and lose their content: `"$1"` and `"a$"` are no placeholders. */
function withoutStrings(query: string): string {
  return query.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, (text) => '_'.repeat(text.length))
}

function notPromql(query: string, offset: number): string {
  const rest = query.slice(offset, offset + 20).replaceAll(/\s+/g, ' ')
  return `not PromQL from here: ${rest.trim() === '' ? 'it ends too early' : rest}`
}

function errorAt(query: string): number | undefined {
  if (query.trim() === '') return 0
  let offset: number | undefined
  parser.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError && offset === undefined) offset = node.from
      return offset === undefined
    },
  })
  return offset
}

/** Every series selector of a query, once each, with the labels that it needs: those that it matches on, and those that the query around it groups by. Undefined: it is no PromQL. */
export function selectorsOf(query: string): readonly SeriesSelector[] | undefined {
  const text = filled(query, PLACEHOLDERS)
  if (errorAt(text) !== undefined) return undefined
  const found = new Map<string, SeriesSelector>()
  parser.parse(text).iterate({
    enter: ({ node }) => {
      if (node.name !== 'VectorSelector') return true
      const selector = selectorAt(node, query, text)
      const known = found.get(selector.text)
      found.set(selector.text, { ...selector, labels: [...new Set([...(known?.labels ?? []), ...selector.labels])] })
      return false
    },
  })
  return [...found.values()]
}

function selectorAt(node: SyntaxNode, query: string, text: string): SeriesSelector {
  const at = (one: SyntaxNode): string => query.slice(one.from, one.to)
  const name = node.getChild('Identifier')
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  const labels = matchers.flatMap((matcher) => {
    const label = matcher.getChild('LabelName')
    // `!=`, and what may match nothing at all, is true of series without the label.
    const needed = /=~?\s*["'`](?!["'`]|\.\*["'`])/.test(at(matcher)) && !/!/.test(at(matcher).replace(/["'`].*/s, ''))
    return label === null || !needed || query.startsWith('$labels', label.from) ? [] : [at(label)]
  })
  const named = matchers.find((matcher) => at(matcher).startsWith('__name__'))?.getChild('StringLiteral')
  return {
    metric: name !== null ? at(name) : named ? at(named).slice(1, -1) : '',
    text: at(node),
    labels: [...new Set([...labels.filter((label) => label !== '__name__'), ...groupedBy(node, text)])],
  }
}

/** Labels of `by (…)` around a selector. Where one is made up in between (`label_replace`), they are not the series' own. */
function groupedBy(selector: SyntaxNode, text: string): readonly string[] {
  const labels: string[] = []
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.name === 'FunctionCall' && /^label_(?:replace|join)/.test(text.slice(node.from, node.to))) return labels
    const by = node.name === 'AggregateExpr' ? node.getChild('AggregateModifier') : null
    if (!by?.getChild('By')) continue
    labels.push(...(by.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map(({ from, to }) => text.slice(from, to)))
  }
  return labels
}

/**
 * One way to write a query, to compare what a person wrote with what Prometheus shows: `by (…)` stands before the arguments, no spaces, double quotes, durations in ms.
 * Text that is no PromQL stays as it is.
 */
export function canonicalPromql(query: string): string {
  if (errorAt(query) !== undefined) return query
  return canonicalNode(parser.parse(query).topNode, query)
}

function canonicalNode(node: SyntaxNode, text: string): string {
  const own = text.slice(node.from, node.to)
  if (/Comment/.test(node.name)) return ''
  if (node.name === 'StringLiteral') return JSON.stringify(own.slice(1, -1))
  if (/Duration/.test(node.name) && node.firstChild === null) return durationText(own)
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  if (children.length === 0) return own.replaceAll(/\s+/g, '')
  const late = node.name === 'AggregateExpr' && children.at(-1)?.name === 'AggregateModifier' ? children.pop() : undefined
  if (late !== undefined) children.splice(1, 0, late)
  if (late !== undefined) return children.map((child) => canonicalNode(child, text)).join(' ')
  let result = ''
  let at = node.from
  for (const child of children) {
    result +=
      glue(text.slice(at, child.from)) +
      canonicalNode(child, text) +
      (child.name === 'AggregateModifier' || child.name === 'AggregateOp' ? ' ' : '')
    at = child.to
  }
  return (result + glue(text.slice(at, node.to))).replace(/,([})])/g, '$1').replace(/ $/, node.name === 'AggregateExpr' ? '' : ' ')
}

const glue = (between: string): string => between.replaceAll(/#[^\n]*/g, '').replaceAll(/\s+/g, '')

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5, y: 31536e6 }
function durationText(text: string): string {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)]
  const whole = parts.map(([part]) => part).join('') === text && parts.length > 0
  return whole ? `${parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0)}ms` : text
}
