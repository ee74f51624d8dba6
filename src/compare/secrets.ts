import { redactText } from '../domain/redact.ts'
import { record } from '../gateways/strange.ts'

/** A key whose value, or all that is below it, is a secret. Names of secrets (`secretName`, `secretKeyRef`, `authSecretName`) are none. */
const SECRET_KEY =
  /(?:^|[-_.a-z])(?:(?:api|access|auth|id|refresh|bearer|session|consul|csrf)?[-_.]?tokens?|pass(?:word|wd|phrase|code)s?|pwd|secrets?|(?:api|access|secret|private|encryption|signing|shared|service[-_.]?account|license|master)[-_.]?keys?|accesskeyid|(?:access|secret)[-_.]?key[-_.]?id|client[-_.]?key[-_.]?data|authorization|cookies?|credentials?|dockerconfig(?:json)?|dockercfg|htpasswd|keystore|truststore|webhook[-_.]?url|dsn|connection[-_.]?string|\.env|sasl|salt|otp|mnemonic)$/i
/** Alone they say nothing, in front of a value they do. */
const SHORT_KEY = /^(?:ak|sk|pw|pass|auth|key)$/i

/** Values that are secrets whatever they are called. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]+-----/,
  /\beyJ[\w-]{6,}\.[\w-]{4,}/,
  /\b(?:bearer|basic|digest|token)\s+[\w.~+/=-]{8,}/i,
  /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"']{0,200}:[^\s@/"']+@/i,
  /[\w.-]{1,64}:[^\s@:]{3,}@(?:tcp|unix)\(/i,
  /\b(?:AKIA|ASIA|LTAI|AKID)[A-Za-z0-9]{12,}/,
  /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|glpat|npm|hf|dapi|xapp|whsec|sq0[a-z]{3})[-_][A-Za-z0-9_-]{12,}/,
  /\bgithub_pat_\w{20,}/,
  /\bxox[abeprs]-[\w-]{8,}/,
  /\bAIza[\w-]{30,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\$(?:2[abxy]|apr1|1|5|6|argon2\w*)\$[^\s]{8,}/,
  /\{SSHA?\d*\}[\w+/=]{8,}/,
  /(?:^|["'\s])H4sI[\w+/=]{20,}/,
  /hooks\.slack\.com\/services\/|oapi\.dingtalk\.com\/robot\/send\?|qyapi\.weixin\.qq\.com\/cgi-bin\/webhook/i,
  /[?&](?:sig|signature|x-amz-signature|access_token|sign|key)=[\w%+/=-]{8,}/i,
  /(?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)["']?\s*[:=]\s*["']?[^\s"',;&{}[\]]{3,}/i,
]

export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !/(?:ref|name|type|policy|file|path)$/i.test(key)
}

/** Does the text look like a secret, as it stands or once base64 or URL encoding is taken off? */
function looksSecret(text: string): boolean {
  if (text.length < 8) return false
  if (isSealed(text)) return true
  if (shaped(text) || isRandom(text)) return true
  if (text.includes('%') && unquoted(text) !== text && shaped(unquoted(text))) return true
  const decoded = unpacked(text)
  return decoded !== undefined && (shaped(decoded) || (unpacked(decoded) !== undefined && shaped(unpacked(decoded) ?? '')))
}

/** A digest that a snapshot holds in the place of a secret. */
export function isSealed(text: string): boolean {
  return /^sealed:[0-9a-f]{64}$/.test(text)
}

function shaped(text: string): boolean {
  return SHAPES.some((shape) => shape.test(text)) || redactText(text) !== text
}

/** A run of letters of both cases and digits that no person wrote. Hexadecimal digests are none. */
function isRandom(text: string): boolean {
  for (const [word] of text.matchAll(/[A-Za-z0-9+/_-]{20,}={0,2}/g)) {
    if (!/[a-z]/.test(word) || !/[A-Z]/.test(word) || !/\d/.test(word) || /^[0-9a-fA-F]+$/.test(word)) continue
    const counts = new Map<string, number>()
    for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const entropy = [...counts.values()].reduce((sum, n) => sum - (n / word.length) * Math.log2(n / word.length), 0)
    if (entropy > 3.4 && !/[a-z]{10}/.test(word)) return true
  }
  return false
}

function unquoted(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function unpacked(text: string): string | undefined {
  const packed = text.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  if (packed.length < 12 || !/^[A-Za-z0-9+/]+$/.test(packed)) return undefined
  let bits = 0
  let held = 0
  let plain = ''
  for (const letter of packed.slice(0, 16_384)) {
    held = (held << 6) | ALPHABET.indexOf(letter)
    bits += 6
    if (bits >= 8) {
      bits -= 8
      plain += String.fromCharCode((held >> bits) & 255)
      held &= (1 << bits) - 1
    }
  }
  return plain
}
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export interface SecretContext {
  /** Of the object. */
  readonly kind: string
  /** Keys above the value, outermost first, items of lists left out. */
  readonly keys: readonly string[]
  /** The value belongs to a pair (`{name: PASSWORD, value: …}`) or stands below a key that is named like a secret. */
  readonly secret: boolean
}

/** The value with every secret in it replaced; where nothing is secret it comes back as it is. Never throws, keeps the shape above the secrets. */
export function hide(value: unknown, context: SecretContext, replace: (secret: string) => unknown): unknown {
  const { kind, keys } = context
  const last = keys.at(-1) ?? ''
  const below = (kind === 'Secret' && (keys[0] === 'data' || keys[0] === 'stringData')) || keys.some(isSecretKey) || SHORT_KEY.test(last)
  const secret = context.secret || (below && (kind === 'Secret' || !isAboutSecrets(keys)))
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => {
      const before: unknown = value[i - 1]
      const flagged = typeof before === 'string' && /^--?[\w-]+$/.test(before) && isSecretKey(before.replace(/^-+/, ''))
      return hide(item, { kind, keys, secret: context.secret || flagged }, replace)
    })
  }
  if (typeof value === 'object' && value !== null) {
    const pair = [record(value)['name'], record(value)['key'], record(value)['header']].some(
      (name) => typeof name === 'string' && (isSecretKey(name) || SHORT_KEY.test(name)),
    )
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        hide(inner, { kind, keys: [...keys, key], secret: context.secret || (pair && PAIRED.has(key)) }, replace),
      ]),
    )
  }
  if (value === null || value === undefined || value === '') return value
  if (secret) return typeof value === 'boolean' ? value : replace(String(value))
  return typeof value === 'string' && looksSecret(value) ? replace(value) : value
}
const PAIRED = new Set(['value', 'values', 'default', 'defaultValue'])

/** `imagePullSecrets: [{name}]` and `secret: {secretName}` tell where a secret is, not what it is. */
function isAboutSecrets(keys: readonly string[]): boolean {
  const named = keys.filter(isSecretKey)
  return named.length > 0 && named.every((key) => PLACES.has(key)) && POINTERS.has(keys.at(-1) ?? '')
}
const PLACES = new Set(['imagePullSecrets', 'secrets', 'secret'])
const POINTERS = new Set(['name', 'namespace', 'secretName', 'optional', 'defaultMode'])

/** Labels are made of values: what identifies an item may hold a secret too. */
export function hideLabel(label: string, replace: (secret: string) => string): string {
  const pairs = label.replaceAll(/([\w.-]+)(~?=)([^|]*?)(?=$| \| | [\w.?-]+~?=)/g, (whole, name: string, sign: string, value: string) =>
    value !== '' && isSecretKey(name) ? `${name}${sign}${replace(value)}` : whole,
  )
  return looksSecret(pairs) && pairs === label ? replace(label) : looksSecret(pairs.replaceAll(/\([^)]*\)/g, '')) ? replace(label) : pairs
}
