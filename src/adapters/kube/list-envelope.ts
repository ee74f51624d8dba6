import type { HttpAnswer } from '../fetch-once.ts'
import { jsonOf, pageOf } from './kube-answer.ts'
import { isEntry } from './kubeconfig.ts'

/** What stands around the items of a list. `next`: the token of the page that follows. */
export interface Envelope {
  readonly bytes: Buffer
  readonly from: number
  readonly until: number
  readonly apiVersion: string
  readonly next?: string
  /** The list's resourceVersion, or nothing. */
  readonly version: string
}

const ITEMS = Buffer.from('"items":[')
const CLOSE_LIST = 0x5d

/**
 * Finds the items without parsing them: in what an API server answers, the list of items is the only one at its level, so that what stands before and after it
 * is JSON by itself once it is closed. Anything else is parsed, and written as API servers write it.
 */
export function envelopeOf(answer: HttpAnswer, kind: string): Envelope | { readonly why: string } {
  const { body, headers } = answer
  const encoding = headers['content-encoding']
  const found = encoding === undefined || encoding === 'identity' ? around(body, kind) : undefined
  if (found !== undefined) return found
  const parsed = jsonOf(answer)
  if ('why' in parsed) return parsed
  const page = pageOf(parsed.json, kind)
  if (page === undefined) return { why: `the answer is not a list of kind ${kind}` }
  const bytes = Buffer.from(page.items.map((item) => JSON.stringify(item)).join())
  return {
    bytes,
    from: 0,
    until: bytes.length,
    apiVersion: page.items[0]?.apiVersion ?? '',
    version: versionOf(isEntry(parsed.json) ? parsed.json : {}),
    ...(page.next === undefined ? {} : { next: page.next }),
  }
}

function around(body: Buffer, kind: string): Envelope | undefined {
  const first = body.indexOf(ITEMS)
  const until = body.lastIndexOf(CLOSE_LIST)
  const from = first + ITEMS.length
  if (first < 0 || until < from) return undefined
  const head = entryOf(`${body.toString('utf8', 0, first).trimEnd().replace(/,$/, '')}}`)
  const tail = entryOf(
    `{${body
      .toString('utf8', until + 1)
      .trimStart()
      .replace(/^,/, '')}`,
  )
  if (head === undefined || tail === undefined) return undefined
  const all = { ...head, ...tail }
  if (all['kind'] !== `${kind}List`) return undefined
  const next = isEntry(all['metadata']) ? all['metadata']['continue'] : undefined
  return {
    bytes: body,
    from,
    until,
    apiVersion: typeof all['apiVersion'] === 'string' ? all['apiVersion'] : '',
    version: versionOf(all),
    ...(typeof next === 'string' && next !== '' ? { next } : {}),
  }
}

function versionOf({ metadata }: Readonly<Record<string, unknown>>): string {
  const version = isEntry(metadata) ? metadata['resourceVersion'] : undefined
  return typeof version === 'string' ? version : ''
}

function entryOf(json: string): Readonly<Record<string, unknown>> | undefined {
  // A long text before or after the items is none of ours.
  if (json.length > 65_536) return undefined
  try {
    const value: unknown = JSON.parse(json)
    return isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}
