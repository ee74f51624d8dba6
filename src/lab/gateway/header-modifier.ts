import type { HeaderModifier } from './http-route.ts'

export type Headers = Record<string, string | string[]>

/** Set, add, remove; header names in lower case. */
export function modifyHeaders(headers: Headers, { set = [], add = [], remove = [] }: HeaderModifier): void {
  for (const { name, value } of set) headers[name.toLowerCase()] = value
  for (const { name, value } of add) {
    const before = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = before === undefined ? value : [before, value].flat().join(',')
  }
  for (const name of remove) delete headers[name.toLowerCase()]
}

/** Headers that belong to one connection, not to the request (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

export function endToEnd(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const kept: Headers = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value
  return kept
}
