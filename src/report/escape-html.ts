const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Control characters, and those that reorder text. */
const hostile = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/** Text as it may stand in an element or a quoted attribute. Line breaks stay. */
export function escapeHtml(text: string): string {
  return text.replaceAll(hostile, (one) => (one === '\n' ? one : '\uFFFD')).replaceAll(/[&<>"']/g, (one) => entities[one] ?? one)
}
