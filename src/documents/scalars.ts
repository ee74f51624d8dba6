import * as z from 'zod'
import { DURATION, parseDuration } from '../domain/duration.ts'
import { described } from './read-shape.ts'

export const API_VERSION = 'tricenter.io/v1'

/** A sentence for whatever is there and wrong; a part that is not there at all is `missing`. */
const unless = (expected: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? undefined : `expected ${expected}, not ${described(issue.input)}`

/** Names of centers, regions, services, namespaces, steps: they become parts of flags, paths and labels. */
/** Never digits alone: such keys would lose their place in the order of the file. */
const NAME = /^(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const nameWords = unless('a name of a-z, 0-9 and - (at most 63)')
export const name = z.string({ error: nameWords }).regex(NAME, { error: nameWords })

export const filled = z.string().regex(/\S/, { error: 'must not be empty' })

const durationWords = unless('a duration such as 5s, 500ms or 1m30s')
/** Text → milliseconds, within limits that are given as text too. */
export function duration(least: string, most: string) {
  return z
    .string({ error: durationWords })
    .regex(DURATION, { error: durationWords, abort: true })
    .refine((text) => within(text, least, most), { error: ({ input }) => `must be between ${least} and ${most}, not ${String(input)}` })
    .transform((text) => parseDuration(text)!)
}
function within(text: string, least: string, most: string): boolean {
  const ms = parseDuration(text)
  return ms !== undefined && ms >= parseDuration(least)! && ms <= parseDuration(most)!
}

/** `1%` → 0.01. A plain number must be under 1, so that `1` is never read as 100 %. */
export function parseRatio(value: string | number): number | undefined {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?%$/.exec(value) : undefined
  const ratio = typeof value === 'number' ? value : percent ? Number(percent[1]) / 100 : NaN
  return ratio > 0 && ratio < 1 ? ratio : undefined
}
const ratioWords = unless('a ratio such as 1% or 0.01')
export const ratio = z
  .union([z.number(), z.string()], { error: ratioWords })
  .refine((value) => parseRatio(value) !== undefined, { error: ratioWords })
  .transform((value) => parseRatio(value)!)

/** An HTTP base URL: scheme, host, port. Answers what is wrong with it. */
function wrongWithUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return 'expected a URL such as http://10.0.1.10'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `expected http:// or https://, not ${url.protocol}//`
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password: journals and reports show it'
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'expected scheme, host and port only; paths belong to the probe'
  return undefined
}
export const baseUrl = z
  .string()
  .superRefine((text, context) => {
    const wrong = wrongWithUrl(text)
    if (wrong !== undefined)
      context.addIssue({ code: 'custom', message: `${wrong}${URL.canParse(text) ? '' : `, not ${described(text)}`}` })
  })
  .transform((text) => new URL(text).origin)

const headerWords = unless("a header's name")
export const headerName = z.string({ error: headerWords }).regex(/^[A-Za-z0-9!#$%&'*+.^_|~-]+$/, { error: headerWords })

/** One requirement of a label selector, as kubectl reads it. */
const REQUIREMENT = /^(?:!?[\w./-]+|[\w./-]+ *(?:=|==|!=) *[\w.-]*|[\w./-]+ +(?:in|notin) +\([^()]*\))$/
export const labelSelector = z.string().refine((text) => text.split(/,(?![^(]*\))/).every((part) => REQUIREMENT.test(part.trim())), {
  error: ({ input }) => `expected a label selector such as app=ai,tier!=test, not ${described(input)}`,
})
