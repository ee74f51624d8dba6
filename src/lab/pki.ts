import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** A certificate with its private key, both PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** Whom or what a certificate names. Kubernetes reads `commonName` as the user and `organizations` as the groups. */
export interface Subject {
  readonly commonName: string
  readonly organizations?: readonly string[]
}

/** A certificate authority that lives as long as its process: its key is never written anywhere. */
export interface Authority {
  readonly cert: string
  /** A server certificate for these host names and IPv4 addresses. */
  issueServer(hosts: readonly string[]): KeyPair
  issueClient(subject: Subject): KeyPair
}

/** Creates an EC P-256 authority; what it issues is valid from one minute before `now` (ms) for one year. */
export function createAuthority(commonName: string, now: number): Authority {
  const own = newKey()
  const issuer = { commonName }
  const cert = certify({
    subject: issuer,
    publicKey: own.publicKey,
    issuer,
    signer: own.key,
    now,
    extensions: [basicConstraints(true), keyUsage(0x06)],
  })
  const issue = (subject: Subject, extensions: readonly Buffer[]): KeyPair => {
    const leaf = newKey()
    const all = [basicConstraints(false), keyUsage(0x80), ...extensions]
    return { key: leaf.key, cert: certify({ subject, publicKey: leaf.publicKey, issuer, signer: own.key, now, extensions: all }) }
  }
  return {
    cert,
    issueServer: (hosts) => issue({ commonName: hosts[0] ?? 'localhost' }, [extendedKeyUsage('1.3.6.1.5.5.7.3.1'), subjectAltName(hosts)]),
    issueClient: (subject) => issue(subject, [extendedKeyUsage('1.3.6.1.5.5.7.3.2')]),
  }
}

interface Request {
  readonly subject: Subject
  readonly publicKey: Buffer
  readonly issuer: Subject
  readonly signer: string
  readonly now: number
  readonly extensions: readonly Buffer[]
}

const yearInMs = 365 * 24 * 60 * 60 * 1000
const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))

function certify({ subject, publicKey, issuer, signer, now, extensions }: Request): string {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40 // positive, and no leading zero
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))), // version 3
    tagged(0x02, serial),
    ecdsaWithSha256,
    distinguishedName(issuer),
    sequence(time(now - 60_000), time(now + yearInMs)),
    distinguishedName(subject),
    publicKey,
    tagged(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, signer)
  return pem(sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature)))
}

function newKey(): { key: string; publicKey: Buffer } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) }
}

const pem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})(?!$)/g, '$1\n')}\n-----END CERTIFICATE-----\n`

function distinguishedName({ commonName, organizations = [] }: Subject): Buffer {
  const attribute = (oid: string, value: string) => tagged(0x31, sequence(objectId(oid), tagged(0x0c, Buffer.from(value))))
  return sequence(...organizations.map((name) => attribute('2.5.4.10', name)), attribute('2.5.4.3', commonName))
}

/** X.509 asks for UTCTime until 2049 and GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

const extension = (oid: string, critical: boolean, value: Buffer) =>
  sequence(objectId(oid), ...(critical ? [tagged(0x01, Buffer.from([0xff]))] : []), tagged(0x04, value))
const basicConstraints = (authority: boolean) =>
  extension('2.5.29.19', true, sequence(...(authority ? [tagged(0x01, Buffer.from([0xff]))] : [])))
const keyUsage = (bits: number) => extension('2.5.29.15', true, tagged(0x03, Buffer.from([bits === 0x80 ? 7 : 1, bits])))
const extendedKeyUsage = (oid: string) => extension('2.5.29.37', false, sequence(objectId(oid)))
const subjectAltName = (hosts: readonly string[]) =>
  extension(
    '2.5.29.17',
    false,
    sequence(
      ...hosts.map((host) => (isIPv4(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host)))),
    ),
  )

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

/** One DER element: tag, length in the shortest form, content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const base128 = (value: number): number[] => {
    const bytes = [value & 0x7f]
    for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80)
    return bytes
  }
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}
