import { durationText } from './durations.ts'
import { NAME } from './labels.ts'
import { numberText } from './numbers.ts'
import type { Binary, Expression, Selector } from './syntax.ts'

/** The query as Prometheus prints it in its rules: single spaces, matchers in order, `sum by (le) (…)`. */
export function printed(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return expression.written === undefined ? numberText(expression.value) : durationText(expression.value * 1000)
    case 'string':
      return JSON.stringify(expression.value)
    case 'parentheses':
      return `(${printed(expression.of)})`
    case 'negation':
      return `-${printed(expression.of)}`
    case 'selector':
      return selectorText(expression)
    case 'call':
      return `${expression.name}(${expression.args.map(printed).join(', ')})`
    case 'aggregation': {
      const { name, without, labels, of } = expression
      const grouping = without ? ` without (${labels.join(', ')}) ` : labels.length > 0 ? ` by (${labels.join(', ')}) ` : ''
      return `${name}${grouping}(${printed(of)})`
    }
    case 'binary':
      return `${printed(expression.left)} ${expression.sign}${expression.bool ? ' bool' : ''}${matchingText(expression)} ${printed(expression.right)}`
  }
}

function selectorText({ metric, matchers, range, offset }: Selector): string {
  const written = matchers
    .filter(({ name, sign, value }) => !(name === NAME && sign === '=' && value === metric && value !== ''))
    .map(({ name, sign, value }) => `${name}${sign}${JSON.stringify(value)}`)
    .sort()
  const braces = written.length > 0 ? `{${written.join(',')}}` : ''
  return `${metric}${braces}${range === undefined ? '' : `[${durationText(range)}]`}${offset === 0 ? '' : ` offset ${durationText(offset)}`}`
}

function matchingText({ matching: { on, labels, many } }: Binary): string {
  const text = on || labels.length > 0 || many !== undefined ? ` ${on ? 'on' : 'ignoring'} (${labels.join(', ')})` : ''
  return many === undefined ? text : `${text} group_${many.side} (${many.include.join(', ')})`
}
