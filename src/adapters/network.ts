import { X509Certificate } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { connect as openTcp, isIP } from 'node:net'
import { connect as openTls, getCACertificates, rootCertificates, type PeerCertificate } from 'node:tls'
import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'
import type { Clock } from '../ports/clock.ts'
import type { Network, ShownCertificate } from '../ports/network.ts'
import { networkReason, seconds } from './network-reason.ts'

export interface SystemNetworkOptions {
  readonly clock: Clock
  /** Name servers as `address:port`; absent: the system's. */
  readonly servers?: readonly string[]
  /** Authorities to trust, PEM; absent: the system's and Node's. */
  readonly authorities?: readonly string[]
}

/** DNS, TCP and TLS as they are from this machine. Name servers are asked themselves, so that a TTL is a TTL: /etc/hosts is not looked at. */
export function systemNetwork({ clock, servers, authorities }: SystemNetworkOptions): Network {
  let trusted: readonly string[] | undefined
  const trust = (): readonly string[] => (trusted ??= authorities ?? [...new Set([...getCACertificates('system'), ...rootCertificates])])

  /** Runs `work` until the deadline; whatever it throws is an answer. */
  async function timed<T>(deadline: Deadline, work: (signal: AbortSignal) => Promise<T>): Promise<Observation<T>> {
    const began = clock.monotonic()
    const over = new AbortController()
    const left = Math.max(0, deadline.at - began)
    const ended = (): { at: number; took: number } => ({ at: clock.now(), took: clock.monotonic() - began })
    if (left === 0) return { state: 'unreachable', why: 'no time was left to ask', ...ended() }
    const timer = setTimeout(() => over.abort(), left)
    try {
      const value = await Promise.race([
        work(over.signal),
        new Promise<never>((_, reject) => over.signal.addEventListener('abort', () => reject(new Error('late')), { once: true })),
      ])
      return { state: 'present', value, ...ended() }
    } catch (error) {
      if (over.signal.aborted) return { state: 'unreachable', why: `no answer in ${seconds(left)}`, ...ended() }
      return { ...gapOf(error), ...ended() }
    } finally {
      clearTimeout(timer)
      over.abort()
    }
  }

  return {
    resolve: (name, deadline) =>
      timed(deadline, async (signal) => {
        const resolver = new Resolver({ timeout: Math.max(1, Math.ceil(deadline.at - clock.monotonic())), tries: 1 })
        if (servers !== undefined) resolver.setServers(servers)
        signal.addEventListener('abort', () => resolver.cancel(), { once: true })
        const [four, six] = await Promise.allSettled([resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })])
        const records = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
        const failed = [four, six].filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown)
        // An answer for one family only is whole when the other says that it has none; a failure of either is not.
        const broken = failed.find((error) => !NO_RECORDS.has(codeOf(error)))
        if (broken !== undefined || records.length === 0) throw broken ?? failed[0]
        return { addresses: records.map(({ address }) => address).sort(), ttl: Math.min(...records.map(({ ttl }) => ttl)) * 1000 }
      }),

    connect: (host, port, deadline) =>
      timed(
        deadline,
        (signal) =>
          new Promise<true>((resolve, reject) => {
            const socket = openTcp({ host, port, signal })
            socket.once('error', reject)
            socket.once('connect', () => {
              socket.destroy()
              resolve(true)
            })
          }),
      ),

    certificatesIn: (pem) => certificatesIn(pem, trust()),

    async certificate(host, port, serverName, deadline) {
      const seen = await timed(
        deadline,
        (signal) =>
          new Promise<ShownCertificate>((resolve, reject) => {
            const named = isIP(serverName) === 0 ? { servername: serverName } : {}
            const socket = openTls({ host, port, ...named, ca: [...trust()], rejectUnauthorized: false })
            const end = (): void => void socket.destroy()
            signal.addEventListener('abort', end, { once: true })
            socket.once('error', reject)
            socket.once('secureConnect', () => {
              const shown = shownCertificate(socket.getPeerCertificate(), socket.authorized ? undefined : socket.authorizationError)
              end()
              if (shown === undefined) reject(new Error('the server showed no certificate'))
              else resolve(shown)
            })
          }),
      )
      // `absent` is an answer about ports alone: a certificate that could not be asked for may well be there.
      return seen.state === 'absent' ? { ...seen, state: 'unreachable', why: 'refused' } : seen
    },
  }
}

function certificatesIn(pem: string, authorities: readonly string[]): readonly ShownCertificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)
  if (blocks === null) return undefined
  try {
    const chain = blocks.map((block) => new X509Certificate(block))
    const last = chain.at(-1)
    const rooted = last !== undefined && authorities.some((one) => isIssuedBy(last, one))
    return chain.map((one, i) => {
      const next = chain[i + 1]
      const trusted = next === undefined ? rooted : isSignedBy(one, next)
      const names = namesOf(one.subjectAltName)
      return {
        subject: /^CN=(.+)$/m.exec(one.subject)?.[1] ?? names[0] ?? '',
        names,
        validFrom: Date.parse(one.validFrom),
        validTo: Date.parse(one.validTo),
        trusted,
        ...(trusted
          ? {}
          : { why: next === undefined ? 'issued by an authority that is not known here' : 'the next certificate did not issue it' }),
      }
    })
  } catch {
    return undefined
  }
}

/** Names and key ids that fit are no proof: two authorities may bear one name. */
function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function isIssuedBy(certificate: X509Certificate, authority: string): boolean {
  try {
    return isSignedBy(certificate, new X509Certificate(authority))
  } catch {
    return false
  }
}

const namesOf = (alternatives: string | undefined): readonly string[] =>
  (alternatives ?? '')
    .split(', ')
    .map((one) => one.replace(/^(DNS|IP Address):/, ''))
    .filter((one) => one !== '')

const NO_RECORDS: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA'])
const UNREACHABLE: ReadonlySet<string | undefined> = new Set([
  'ETIMEOUT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EPIPE',
  'EHOSTDOWN',
])
/** What c-ares says of an answer that it got. */
const DNS_WORDS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no name server answered',
  ESERVFAIL: 'the name server failed (SERVFAIL)',
  EREFUSED: 'the name server refused to answer (REFUSED)',
  EBADRESP: 'the name server’s answer cannot be read',
  EBADNAME: 'this is no name that can be asked for',
}

function gapOf(error: unknown): { readonly state: 'absent' } | { readonly state: 'unreachable' | 'unknown'; readonly why: string } {
  const code = codeOf(error)
  const asked = error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('query')
  if (asked && NO_RECORDS.has(code)) return { state: 'absent' }
  if (asked && code === 'ECONNREFUSED') return { state: 'unreachable', why: 'no name server can be reached' }
  if (!asked && code === 'ECONNREFUSED') return { state: 'absent' }
  const why = DNS_WORDS[code ?? ''] ?? networkReason(error)
  return { state: UNREACHABLE.has(code) ? 'unreachable' : 'unknown', why }
}

/** A connection tried to several addresses fails with one error for all. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && !('code' in error)) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function shownCertificate(certificate: PeerCertificate | undefined, problem: Error | string | undefined): ShownCertificate | undefined {
  if (certificate?.valid_to === undefined) return undefined
  const { subject, subjectaltname, valid_from, valid_to } = certificate
  const names = namesOf(subjectaltname)
  const why = problem === undefined ? undefined : networkReason(Object.assign(new Error(String(problem)), { code: trustCode(problem) }))
  return {
    subject: [subject?.CN].flat().join(', ') || names[0] || '',
    names,
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
    trusted: why === undefined,
    ...(why === undefined ? {} : { why }),
  }
}

/** Node says why a chain is not trusted as an error or as its code. */
function trustCode(problem: Error | string): string {
  if (typeof problem === 'string') return problem
  return 'code' in problem && typeof problem.code === 'string' ? problem.code : problem.message
}
