const REDACTED = '[redacted]'

/** A name whose value is a secret: `token`, `clientSecret`, `DB_PASSWORD`, `api-key`, `Authorization` … The secret's own *name* (`secretName`) is none. */
const SECRET_NAME =
  /(?:token|passwords?|passwd|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key|client-key-data|authorization|cookie|credentials?)$/i

/** Each looks at a text in linear time: objects as read may hold very long ones. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, REDACTED],
  [/\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g, REDACTED],
  [/\b(bearer)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\b(authorization["']?\s*[:=]\s*["']?)(?:(basic|bearer|digest)\s+)?[^\s"',;}]+/gi, `$1${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"']{0,200}):[^\s@/"']+@/gi, `$1:${REDACTED}@`],
  [
    /((?:token|password|passwd|secret|api[-_]?key|access[-_]?key)\\?["']?\s*[:=]\s*\\?["']?)(?!\[redacted\])[^\s"'\\,;&{}[\]]+/gi,
    `$1${REDACTED}`,
  ],
]

/** Every text that one of the patterns changes has one of these in it: most have none, and are not looked at six times. */
const HINT = /-----BEGIN|eyJ|bearer|authorization|:\/\/|token|passw|secret|api[-_]?key|access[-_]?key/i

/**
 * The value without its secrets: bearer tokens, JWTs, PEM blocks, passwords in URLs, `password=…` in text, and the values of keys (or of `{name, value}` pairs) that are named like a secret.
 * Applied once, where a record is made. It never throws, keeps the shape, and what holds no secret comes back equal.
 */
export function redact<T>(value: T): T {
  return cleaned(value, false) as T
}

/** `secret`: the key above it was named like one. */
function cleaned(value: unknown, secret: boolean): unknown {
  if (typeof value === 'string') return secret && value !== '' ? REDACTED : redactText(value)
  if (Array.isArray(value)) return value.map((item) => cleaned(item, secret))
  if (typeof value !== 'object' || value === null) return value
  const whole = value as Readonly<Record<string, unknown>>
  const isSecret = whole['kind'] === 'Secret'
  const isPair = typeof whole['name'] === 'string' && SECRET_NAME.test(whole['name'])
  return Object.fromEntries(
    Object.entries(whole).map(([key, inner]) => [
      key,
      isSecret && (key === 'data' || key === 'stringData')
        ? emptied(inner)
        : cleaned(inner, (SECRET_NAME.test(key) && !isObject(inner)) || (isPair && key === 'value')),
    ]),
  )
}

function emptied(data: unknown): unknown {
  return isObject(data) ? Object.fromEntries(Object.keys(data).map((key) => [key, REDACTED])) : REDACTED
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One text without its secrets. */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text
  return PATTERNS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text)
}
