const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'connection reset',
  ETIMEDOUT: 'no answer to the connection',
  UND_ERR_CONNECT_TIMEOUT: 'no answer to the connection',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not yet valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  CERT_SIGNATURE_FAILURE: 'certificate not trusted',
  CERT_REVOKED: 'certificate revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS',
}

/** Why a connection failed, in a few words for people. */
export function networkReason(error: unknown): string {
  if (error instanceof Error && error.name === 'HTTPParserError') return 'the answer is not HTTP'
  const code = codeOf(error)
  if (code === undefined) return error instanceof Error ? error.message : String(error)
  if (WORDS[code] !== undefined) return WORDS[code]
  if (code.startsWith('ERR_SSL_') && code.includes('ALERT')) return 'the server ended the TLS handshake: client certificate refused?'
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'TLS handshake failed'
  return code
}

/** A connection to several addresses fails with one error for all: the first that has a code counts. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return error.errors.map(codeOf).find((code) => code !== undefined)
  return codeOf(error.cause)
}

/** `0.3 s`, `3 s`: how long somebody waited, in ms. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
