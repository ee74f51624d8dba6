/** Characters that JSON leaves as they are and a terminal does not: C1 controls, direction marks, invisible format characters. */
const hostile = /[\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g

/** A document as JSON that a terminal may show: the same value, with such characters as `\u…`. */
export function safeJson(document: object, indent?: number): string {
  return JSON.stringify(document, null, indent).replaceAll(
    hostile,
    (one) => String.raw`\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The document for a form that cannot escape them: they show as `�`. */
export function withoutHostile<T extends object>(document: T): T {
  return JSON.parse(JSON.stringify(document).replaceAll(hostile, '\uFFFD')) as T
}
