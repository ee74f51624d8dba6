import type { Deadline } from '../domain/change.ts'
import type { Observation } from '../domain/observation.ts'

/** A certificate as a TLS server showed it. Times are ms since the epoch. */
export interface ShownCertificate {
  readonly subject: string
  readonly names: readonly string[]
  readonly validFrom: number
  readonly validTo: number
  /** Trusted by the system's authorities for the name asked; else why not. */
  readonly trusted: boolean
  readonly why?: string
}

/** The network as it is seen from where the tool runs, and nowhere else. */
export interface Network {
  /** A and AAAA answers with the smallest TTL of them, ms. */
  resolve(name: string, deadline: Deadline): Promise<Observation<{ readonly addresses: readonly string[]; readonly ttl: number }>>
  /** Does a TCP connection open? `absent`: refused. */
  connect(host: string, port: number, deadline: Deadline): Promise<Observation<true>>
  /** The certificates of a PEM text, the server's own first; undefined: there is none in it, or one cannot be read. `trusted` says whether each is issued by the next, or by an authority of the system. */
  certificatesIn(pem: string): readonly ShownCertificate[] | undefined
  certificate(host: string, port: number, serverName: string, deadline: Deadline): Promise<Observation<ShownCertificate>>
}
