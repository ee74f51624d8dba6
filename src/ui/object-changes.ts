import type { Change } from '../domain/change.ts'
import type { Line } from './line.ts'
import { safeText } from './safe-text.ts'
import { table } from './table.ts'
import type { Say } from './words.ts'

/** Fields of one object that a row shows. */
const FIELDS = 3

/** Whole objects: what is done with each, where, and which of its fields change; at most `rows` rows. Values in it hold no secret. */
export function objectLines(changes: readonly Change[], say: Say, rows = Infinity, width?: number): readonly Line[] {
  const mine = changes.filter(({ intent }) => intent.kind === 'object')
  if (mine.length === 0) return []
  const alike = [...Map.groupBy(mine, (change) => JSON.stringify([change.effect, change.object, change.fields])).values()]
  const cells = alike.slice(0, rows).flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { effect, object, fields = [] } = first
    const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`
    const told = fields.slice(0, FIELDS).map(({ path, before, after }) => safeText(`${path}: ${before} → ${after}`))
    const more = fields.length > FIELDS ? [`+${fields.length - FIELDS}`] : []
    return [
      [
        [
          effect === 'remove' ? ('warn' as const) : ('good' as const),
          `  ${say(`object-${effect as 'create' | 'content' | 'remove'}`)}`,
        ] as const,
        ['name', group.map(({ center }) => center).join(', ')] as const,
        safeText(`${object.kind} ${name}`),
        ['dim', [...told, ...more].join('; ')] as const,
      ],
    ]
  })
  const hidden = alike.length - cells.length
  return [
    [say('objects-head', { objects: mine.length, clusters: new Set(mine.map(({ center }) => center)).size })],
    ...table(
      [{}, {}, {}, width === undefined ? {} : { max: Math.max(16, Math.floor(width / 3)) }],
      cells,
      width === undefined ? {} : { width },
    ),
    ...(hidden > 0 ? [[['dim', `  ${say('more', { count: hidden })}`] as const]] : []),
  ]
}
