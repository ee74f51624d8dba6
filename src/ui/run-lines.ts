import { labelWords, momentWords, type Moment, paceOf } from '../report/timeline.ts'
import { clockTime, seconds } from '../report/figures.ts'
import { spoken } from '../report/phrasebook.ts'
import type { ScreenOptions } from './decision-screen.ts'
import { type Line, padded, type Segment, widthOf, withFigure } from './line.ts'
import { wrap } from './wrap.ts'

const TIME = 10
const LABEL = 12
const tones = { good: 'good', bad: 'bad', warn: 'warn', plain: 'strong' } as const

/** `03:15:09  applied    zone-b 4/4 objects            0.2 s`; what does not fit goes on below. */
export function momentLines(moment: Moment, options: ScreenOptions): readonly Line[] {
  const figure = moment.took === undefined ? '' : seconds(moment.took, options.language)
  const label: Segment = [tones[moment.tone], padded(labelWords[moment.label][options.language], LABEL - 1)]
  const lead: Line = [['dim', padded(clockTime(moment.at), TIME)], label, ' ']
  return withHanging(lead, TIME + LABEL, momentText(moment, options), figure, options.width)
}

/** What a moment says, without its label and time. */
function momentText(moment: Moment, { language, phrasebook }: Pick<ScreenOptions, 'language' | 'phrasebook'>): string {
  const title = moment.title === undefined ? [] : [moment.title[language]]
  const own = moment.reason === undefined ? [] : [spoken(momentWords[moment.reason], moment.facts, language)]
  const says = moment.says.map(({ reason, facts }) => phrasebook.lookup(reason, facts, language).replaceAll('\n', ' '))
  return [...paceOf(moment), ...title, ...own, ...says].join(' · ')
}

/** One line of a drill: `  baseline   errors 0.00 % of 1 204          held`. */
export function drillLines(name: string, text: string, figure: Segment, options: ScreenOptions): readonly Line[] {
  return withHanging(['  ', ['strong', padded(name, 11)], ' '], 14, text, figure, options.width)
}

function withHanging(lead: Line, indent: number, text: string, figure: Segment, width: number): readonly Line[] {
  const shown = typeof figure === 'string' ? figure : figure[1]
  const room = width - indent - (shown === '' ? 0 : widthOf(shown) + 1)
  const [first = '', ...rest] = wrap(text, room)
  const head: Line = [...lead, first]
  return [shown === '' ? head : withFigure(head, figure, width), ...rest.map((line): Line => [' '.repeat(indent), line])]
}
