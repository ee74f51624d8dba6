import { NAME } from './labels.ts'
import { readDuration } from './durations.ts'
import { type QueryRefusal, notOffered } from './refusal.ts'
import {
  AGGREGATIONS,
  type AggregationName,
  BINDING,
  type BinarySign,
  type Expression,
  FUNCTIONS,
  type FunctionName,
  type Matcher,
  type Matching,
  OTHER_FUNCTIONS,
  type Selector,
  type ValueType,
  isComparison,
  isSetOperator,
  matcher,
  typeOf,
} from './syntax.ts'
import { type Token, parseError, tokens } from './tokens.ts'

/** A query of the subset that the lab computes, its types checked. Throws a `QueryRefusal`. */
export function parse(source: string): Expression {
  const parser = new Parser(source)
  const expression = parser.expression(0)
  parser.ends()
  return expression
}

/** A selector alone, as `match[]` has them. */
export function parseSelector(source: string): Selector {
  const expression = parse(source)
  if (expression.kind !== 'selector' || expression.range !== undefined || expression.offset !== 0)
    throw parseError(source, 0, 'expected a selector of series')
  return expression
}

const DOCUMENTED: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
}
/** Words of the language that are no names of metrics here, with what they would do in a real one. */
const OTHER_AGGREGATIONS = ['group', 'stddev', 'stdvar', 'topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio']
const NO_METRICS = new Set([
  ...AGGREGATIONS,
  ...OTHER_AGGREGATIONS,
  ...Object.keys(BINDING),
  ...'atan2 bool by without on ignoring offset group_left group_right'.split(' '),
])

class Parser {
  #source: string
  #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokens(source)
  }

  ends(): void {
    const { kind, text, start } = this.#peek()
    if (kind !== 'end') throw this.#error(start, `unexpected ${JSON.stringify(text)}`)
  }

  expression(least: number): Expression {
    if (++this.#depth > 200) throw notOffered('so deep an expression')
    let left = this.#operand()
    for (;;) {
      const { text, kind } = this.#peek()
      const sign = kind === 'sign' ? text : kind === 'name' ? text.toLowerCase() : ''
      if (sign === 'atan2' || sign === '@') throw notOffered(sign === '@' ? 'the modifier @' : sign)
      if (!Object.hasOwn(BINDING, sign)) break
      const binding = BINDING[sign as BinarySign]
      if (binding <= least) break
      this.#next++
      left = this.#binary(sign as BinarySign, left, sign === '^' ? binding - 1 : binding)
    }
    this.#depth--
    return left
  }

  #binary(sign: BinarySign, left: Expression, least: number): Expression {
    const at = this.#tokens[this.#next - 1]!.start
    const bool = this.#word('bool')
    const matching = this.#matching()
    if (this.#isWord('fill', 'fill_left', 'fill_right')) throw notOffered('the modifier fill')
    const right = this.expression(least)
    const [leftType, rightType] = [typeOf(left), typeOf(right)]
    if (bool && !isComparison(sign)) throw this.#error(at, 'bool modifier can only be used on comparison operators')
    for (const [type, { start }] of [
      [leftType, left],
      [rightType, right],
    ] as const) {
      if (type !== 'scalar' && type !== 'vector')
        throw this.#error(start, 'binary expression must contain only scalar and instant vector types')
    }
    const scalars = [leftType, rightType].filter((type) => type === 'scalar').length
    if (isComparison(sign) && !bool && scalars === 2) throw this.#error(at, 'comparisons between scalars must use BOOL modifier')
    if (isSetOperator(sign) && scalars > 0)
      throw this.#error(left.start, `set operator ${JSON.stringify(sign)} not allowed in binary scalar expression`)
    if (isSetOperator(sign) && matching?.many !== undefined)
      throw this.#error(left.start, `no grouping allowed for ${JSON.stringify(sign)} operation`)
    if (scalars > 0 && matching !== undefined && matching.labels.length > 0)
      throw this.#error(left.start, 'vector matching only allowed between instant vectors')
    const both = matching?.on === true ? matching.many?.include.find((label) => matching.labels.includes(label)) : undefined
    if (both !== undefined) throw this.#error(at, `label ${JSON.stringify(both)} must not occur in ON and GROUP clause at once`)
    return { kind: 'binary', sign, bool, left, right, matching: matching ?? { on: false, labels: [] }, start: left.start, end: right.end }
  }

  #matching(): Matching | undefined {
    const on = this.#word('on')
    if (!on && !this.#word('ignoring')) return undefined
    const labels = this.#labels()
    for (const side of ['left', 'right'] as const) {
      if (!this.#word(`group_${side}`)) continue
      return { on, labels, many: { side, include: this.#isSign('(') ? this.#labels() : [] } }
    }
    return { on, labels }
  }

  #operand(): Expression {
    if (this.#isSign('-') || this.#isSign('+')) return this.#signed(this.#peek())
    return this.#modified(this.#plain())
  }

  /** A sign binds looser than `^` and tighter than `*`. */
  #signed({ text, start }: Token): Expression {
    this.#next++
    const of = this.expression(BINDING['*'])
    const type = typeOf(of)
    if (type !== 'scalar' && type !== 'vector')
      throw this.#error(start, `unary expression only allowed on expressions of type scalar or instant vector, got "${DOCUMENTED[type]}"`)
    if (of.kind === 'number') return { ...of, value: text === '-' ? -of.value : of.value, start }
    return text === '-' ? { kind: 'negation', of, start, end: of.end } : of
  }

  #plain(): Expression {
    const token = this.#peek()
    const { start, end, text } = token
    if (token.kind === 'number' || token.kind === 'duration') return this.#number(token)
    if (token.kind === 'text') {
      this.#next++
      return { kind: 'string', value: text, start, end }
    }
    if (token.kind === 'sign' && text === '(') {
      this.#next++
      const of = this.expression(0)
      return { kind: 'parentheses', of, start, end: this.#expect(')').end }
    }
    if (token.kind === 'sign' && text === '{') return this.#selector('', start)
    if (token.kind !== 'name') throw this.#error(start, `unexpected ${token.kind === 'end' ? text : JSON.stringify(text)}`)
    if (/^(?:inf|nan)$/i.test(text)) return this.#number(token)
    this.#next++
    const word = text.toLowerCase()
    if (isAggregation(word)) return this.#aggregation(word, start)
    const opens = this.#isSign('(')
    if (OTHER_AGGREGATIONS.includes(word)) throw notOffered(`${word}()`)
    if (opens) return this.#call(text, start)
    if (NO_METRICS.has(word)) throw this.#error(start, `unexpected ${JSON.stringify(text)}`)
    return this.#selector(text, start)
  }

  #number({ text, kind, start, end }: Token): Expression {
    this.#next++
    if (kind === 'duration') return { kind: 'number', value: this.#duration(text, start) / 1000, written: text, start, end }
    if (/^0\d/.test(text)) throw notOffered(`numbers that begin with 0 (${text})`)
    const value = /^inf$/i.test(text) ? Infinity : /^nan$/i.test(text) ? NaN : Number(text)
    return { kind: 'number', value, start, end }
  }

  #duration(text: string, at: number): number {
    const ms = readDuration(text)
    if (ms === undefined) throw this.#error(at, `not a valid duration string: ${JSON.stringify(text)}`)
    return ms
  }

  #aggregation(name: AggregationName, start: number): Expression {
    const before = this.#grouping()
    const open = this.#expect('(')
    if (this.#isSign(')')) throw this.#error(start, 'no arguments for aggregate expression provided')
    const of = this.expression(0)
    if (this.#isSign(','))
      throw this.#error(open.start, 'wrong number of arguments for aggregate expression provided, expected 1, got more')
    const { end } = this.#expect(')')
    this.#expectType(of, 'vector', 'aggregation expression')
    const grouping = before ?? this.#grouping() ?? { without: false, labels: [] }
    return { kind: 'aggregation', name, of, ...grouping, start, end }
  }

  #grouping(): { readonly without: boolean; readonly labels: readonly string[] } | undefined {
    const without = this.#word('without')
    return without || this.#word('by') ? { without, labels: this.#labels() } : undefined
  }

  #call(name: string, start: number): Expression {
    if (OTHER_FUNCTIONS.has(name)) throw notOffered(`the function ${name}()`)
    if (!Object.hasOwn(FUNCTIONS, name)) throw this.#error(start, `unknown function with name ${JSON.stringify(name)}`)
    const { takes } = FUNCTIONS[name as FunctionName]
    this.#expect('(')
    const args: Expression[] = []
    while (!this.#isSign(')')) {
      args.push(this.expression(0))
      if (!this.#isSign(',')) break
      const comma = this.#expect(',')
      if (this.#isSign(')')) throw this.#error(comma.start, 'trailing commas not allowed in function call args')
    }
    const { end } = this.#expect(')')
    // Where Prometheus would take the evaluation time; said aloud here.
    if (name === 'timestamp' && args.length === 0) throw this.#error(start, 'expected 1 argument(s) in call to "timestamp", got 0')
    if (args.length !== takes.length)
      throw this.#error(start, `expected ${takes.length} argument(s) in call to ${JSON.stringify(name)}, got ${args.length}`)
    args.forEach((arg, i) => this.#expectType(arg, takes[i]!, `call to function ${JSON.stringify(name)}`))
    // Prometheus itself gives it labels at one moment and none over a range.
    if (name === 'absent' && args[0]?.kind === 'parentheses') throw notOffered('absent() of something in parentheses')
    if (
      name === 'absent' &&
      args[0]?.kind === 'selector' &&
      new Set(args[0].matchers.map((one) => one.name)).size < args[0].matchers.length
    )
      throw notOffered('absent() of a selector that names one label twice')
    return { kind: 'call', name: name as FunctionName, args, start, end }
  }

  #selector(metric: string, start: number): Selector {
    const matchers: Matcher[] = []
    let { end } = this.#tokens[this.#next - 1] ?? { end: start }
    if (this.#isSign('{')) {
      this.#next++
      while (!this.#isSign('}')) {
        matchers.push(this.#matcher())
        if (this.#isSign(',')) this.#next++
        else break
      }
      end = this.#expect('}').end
    }
    if (metric !== '') {
      const twice = matchers.find(({ name }) => name === NAME)
      if (twice !== undefined)
        throw this.#error(start, `metric name must not be set twice: ${JSON.stringify(metric)} or ${JSON.stringify(twice.value)}`)
      matchers.push(matcher(NAME, '=', metric))
    } else if (matchers.every(({ accepts }) => accepts('')))
      throw this.#error(start, 'vector selector must contain at least one non-empty matcher')
    return { kind: 'selector', metric, matchers, offset: 0, start, end }
  }

  #matcher(): Matcher {
    const label = this.#peek()
    if (label.kind === 'text') throw notOffered('names in quotes')
    if (label.kind !== 'name' || label.text.includes(':'))
      throw this.#error(label.start, `unexpected ${JSON.stringify(label.text)} in label matching, expected label`)
    this.#next++
    const sign = this.#peek()
    if (sign.kind !== 'sign' || !['=', '!=', '=~', '!~'].includes(sign.text))
      throw this.#error(sign.start, `unexpected ${JSON.stringify(sign.text)} in label matching, expected label matching operator`)
    this.#next++
    const value = this.#peek()
    if (value.kind !== 'text') throw this.#error(value.start, `unexpected ${JSON.stringify(value.text)} in label matching, expected string`)
    this.#next++
    return matcher(label.text, sign.text as Matcher['sign'], value.text)
  }

  /** Range and offset after an operand. */
  #modified(given: Expression): Expression {
    let expression = given
    for (;;) {
      const { text, kind, start } = this.#peek()
      if (kind === 'sign' && text === '[') expression = this.#ranged(expression)
      else if (this.#isWord('offset')) expression = this.#shifted(expression)
      else if (this.#isWord('anchored', 'smoothed')) throw notOffered(`the modifier ${text}`)
      else if (kind === 'sign' && text === '@') throw notOffered(`the modifier @ (at ${start})`)
      else return expression
    }
  }

  #ranged(of: Expression): Selector {
    const open = this.#expect('[')
    const range = this.#time()
    if (this.#peek().text.startsWith(':')) throw notOffered('subqueries')
    if (this.#peek().kind === 'sign' && '+-*/^%('.includes(this.#peek().text)) throw notOffered('expressions as durations')
    const { end } = this.#expect(']')
    if (of.kind !== 'selector' || of.range !== undefined) throw this.#error(open.start, 'ranges only allowed for vector selectors')
    if (of.offset !== 0) throw this.#error(open.start, 'no offset modifiers allowed before range')
    if (range <= 0) throw this.#error(open.end, 'duration must be greater than 0')
    return { ...of, range, end }
  }

  #shifted(of: Expression): Selector {
    const { start } = this.#tokens[this.#next++]!
    const sign = this.#peek()
    const negative = sign.kind === 'sign' && sign.text === '-'
    if (negative) this.#next++
    const by = this.#time()
    if (of.kind !== 'selector')
      throw this.#error(of.start, 'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery')
    if (of.offset !== 0) throw this.#error(start, 'offset may not be set multiple times')
    return { ...of, offset: negative ? -by : by, end: this.#tokens[this.#next - 1]!.end }
  }

  /** ms; a bare number is seconds. */
  #time(): number {
    const { kind, text, start } = this.#peek()
    if (kind === 'sign' && (text === '(' || text === '-' || text === '+')) throw notOffered('expressions as durations')
    if (kind !== 'duration' && kind !== 'number') {
      if (/^(?:step|range|min_of|max_of)$/i.test(text)) throw notOffered('expressions as durations')
      throw this.#error(start, `unexpected ${JSON.stringify(text)}, expected a duration`)
    }
    this.#next++
    return kind === 'duration' ? this.#duration(text, start) : Math.round(Number(text) * 1000)
  }

  #labels(): readonly string[] {
    this.#expect('(')
    const names: string[] = []
    while (this.#peek().kind === 'name') {
      const { text, start } = this.#peek()
      if (text.includes(':')) throw this.#error(start, `unexpected ${JSON.stringify(text)} in grouping opts, expected label`)
      names.push(text)
      this.#next++
      if (!this.#isSign(',')) break
      this.#next++
    }
    if (this.#peek().kind === 'text') throw notOffered('names in quotes')
    this.#expect(')')
    return names
  }

  #expectType(of: Expression, wanted: ValueType, where: string): void {
    const type = typeOf(of)
    if (type !== wanted) throw this.#error(of.start, `expected type ${DOCUMENTED[wanted]} in ${where}, got ${DOCUMENTED[type]}`)
  }

  #isSign(text: string): boolean {
    return this.#peek().kind === 'sign' && this.#peek().text === text
  }

  #isWord(...words: readonly string[]): boolean {
    const { kind, text } = this.#peek()
    return kind === 'name' && words.includes(text.toLowerCase())
  }

  #word(word: string): boolean {
    const is = this.#isWord(word)
    if (is) this.#next++
    return is
  }

  #expect(text: string): Token {
    const token = this.#peek()
    if (token.kind !== 'sign' || token.text !== text)
      throw this.#error(
        token.start,
        `unexpected ${token.kind === 'end' ? token.text : JSON.stringify(token.text)}, expected ${JSON.stringify(text)}`,
      )
    this.#next++
    return token
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? this.#tokens.at(-1)!
  }

  #error(at: number, what: string): QueryRefusal {
    return parseError(this.#source, at, what)
  }
}

const isAggregation = (word: string): word is AggregationName => (AGGREGATIONS as readonly string[]).includes(word)
