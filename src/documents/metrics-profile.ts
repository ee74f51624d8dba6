import * as z from 'zod'
import {
  figureNames,
  unitFactors,
  type FigureName,
  type FigureShape,
  type FigureTemplate,
  type MetricsProfile,
  type Unit,
} from '../domain/metrics-profile.ts'
import { sortedMistakes, type Mistake, type Path } from './mistake.ts'
import { templateMistake, selectorsOf } from './promql.ts'
import { closed, readShape } from './read-shape.ts'
import { API_VERSION, filled, name } from './scalars.ts'
import { otherKind, readYaml } from './yaml.ts'

/** Which shapes and units a figure may have; the first of each is meant where nothing is said. */
const kinds: Readonly<Record<FigureName, { readonly shapes: readonly FigureShape[]; readonly units: readonly Unit[] }>> = {
  qps: { shapes: ['one'], units: ['requests/s'] },
  p99_ms: { shapes: ['one'], units: ['ms', 's'] },
  error_ratio: { shapes: ['one'], units: ['ratio', 'percent'] },
  share_by_center: { shapes: ['by-center'], units: ['requests/s'] },
  cross_center_share: { shapes: ['one', 'by-center'], units: ['ratio', 'percent', 'requests/s'] },
  healthy_instances: { shapes: ['one', 'by-center'], units: ['count'] },
  failovers: { shapes: ['one'], units: ['count'] },
}

const figure = closed({
  query: filled.describe('PromQL. $window, $step and $labels are filled in; $labels stands last in its braces.'),
  unit: z.exactOptional(z.enum(Object.keys(unitFactors) as [Unit, ...Unit[]])).describe('What the numbers are.'),
  shape: z.exactOptional(z.enum(['one', 'by-center'])).describe('one series, or series of which a label tells the center.'),
})

const profileSchema = closed({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('MetricsProfile'),
  name: name.describe('Shown beside figures.'),
  center: closed({
    label: filled.describe('The label of by-center answers that tells the center.'),
    values: z.record(filled, name).default({}).describe('What stands there → center, beyond names of centers and hosts of backends.'),
  }).prefault({ label: 'center' }),
  figures: closed(
    Object.fromEntries(figureNames.map((one) => [one, z.exactOptional(figure)])) as Record<FigureName, z.ZodExactOptional<typeof figure>>,
  ),
})

/** Reads a metrics profile: the whole of it, or every mistake in it, places in queries included. */
export function readMetricsProfile(
  text: string | Uint8Array,
  file: string,
): { readonly profile: MetricsProfile } | { readonly mistakes: readonly Mistake[] } {
  const { document, mistakes: unreadable } = readYaml(text, file)
  if (document === undefined) return { mistakes: unreadable }
  const other = otherKind(document, 'MetricsProfile')
  if (other) return { mistakes: [other] }
  const { mistakes, value, seen } = readShape(profileSchema, document)
  const found = [...unreadable, ...mistakes]
  const say = (path: Path, message: string): void => void found.push(document.mistake(path, message))
  for (const [one, written] of Object.entries(seen.figures ?? {}))
    if (isFigure(one) && written !== undefined) checkFigure(one, written, say)
  if (value === undefined || found.length > 0) return { mistakes: sortedMistakes(found) }
  const figures = Object.entries(value.figures).flatMap(([one, template]) => (isFigure(one) ? [[one, toTemplate(one, template)]] : []))
  return { profile: { name: value.name, center: value.center, figures: Object.fromEntries(figures) as MetricsProfile['figures'] } }
}

interface Written {
  readonly query?: string | undefined
  readonly unit?: Unit | undefined
  readonly shape?: FigureShape | undefined
}

function isFigure(text: string): text is FigureName {
  return figureNames.some((one) => one === text)
}

function checkFigure(one: FigureName, { query, unit, shape }: Written, say: (path: Path, message: string) => void): void {
  const { shapes, units } = kinds[one]
  if (shape !== undefined && !shapes.includes(shape)) say(['figures', one, 'shape'], `${one} is ${shapes.join(' or ')}, not ${shape}`)
  if (unit !== undefined && !units.includes(unit)) say(['figures', one, 'unit'], `${one} is in ${units.join(' or ')}, not ${unit}`)
  if (query === undefined) return
  const wrong = templateMistake(query)
  if (wrong !== undefined) say(['figures', one, 'query'], `at ${place(query, wrong.offset)}: ${wrong.message}`)
  else if (!query.includes('$labels'))
    say(['figures', one, 'query'], 'has no $labels: it would ask for every center that the Prometheus holds')
}

/** Line and column within the query, from 1, as Prometheus tells its own mistakes. */
function place(query: string, offset: number): string {
  const before = query.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

function toTemplate(
  one: FigureName,
  { query, unit, shape = kinds[one].shapes[0] ?? 'one' }: Written & { readonly query: string },
): FigureTemplate {
  const rates = one === 'cross_center_share' && shape === 'by-center'
  return { query, unit: unit ?? (rates ? 'requests/s' : kinds[one].units[0]!), shape, selectors: selectorsOf(query) ?? [] }
}
