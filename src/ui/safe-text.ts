/** Escape sequences whole: CSI, OSC and other strings with their end, and two-byte escapes. */
// oxlint-disable no-control-regex -- control characters are what this file is about
const sequences =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C|$)|\u001B[ -/]*[0-~]/g
const spaces = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
/** Control characters, direction overrides, invisible format characters, tags; ZWNJ and ZWJ belong to scripts and emoji and stay. */
const hostile = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu

/**
 * Text from elsewhere (object names, messages of servers) as it may reach a terminal: on one line, without escape sequences;
 * characters that would move, hide or reorder text show as `�`.
 */
export function safeText(text: string): string {
  return text.toWellFormed().replaceAll(sequences, '').replaceAll(spaces, ' ').replaceAll(hostile, '\uFFFD')
}
