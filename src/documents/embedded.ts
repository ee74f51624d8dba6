import { parseDocument } from 'yaml'

/** Characters. Longer texts are compared as text. */
const LIMIT = 512 * 1024

/** The map or list that a text of a ConfigMap holds, as YAML or JSON; undefined: it is only text. Never throws. */
export function embeddedDocument(text: string): unknown {
  if (text.length > LIMIT || !/^\s*(?:[{[#-]|[\w"'./-]+\s*:(?:\s|$))/m.test(text)) return undefined
  try {
    const parsed = parseDocument(text, { logLevel: 'silent', prettyErrors: false, stringKeys: true })
    if (parsed.errors.length > 0 || parsed.warnings.length > 0) return undefined
    const value: unknown = parsed.toJS({ maxAliasCount: 100 })
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
