import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAuthority } from '../../src/lab/pki.ts'

const now = Date.UTC(2026, 10, 1)
const authority = createAuthority('lab', now)
const root = new X509Certificate(authority.cert)

test('the authority signs itself and may sign', () => {
  expect(root.ca).toBe(true)
  expect(root.verify(root.publicKey)).toBe(true)
})

test('a server certificate is of its authority and names its hosts', () => {
  const { cert, key } = authority.issueServer(['localhost', '127.0.0.1'])
  const server = new X509Certificate(cert)
  expect(server.checkIssued(root)).toBe(true)
  expect(server.verify(root.publicKey)).toBe(true)
  expect(server.ca).toBe(false)
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(server.checkHost('localhost')).toBe('localhost')
  expect(server.checkIP('127.0.0.2')).toBeUndefined()
  expect(key).toContain('BEGIN PRIVATE KEY')
})

test('a client certificate carries user and groups', () => {
  const client = new X509Certificate(authority.issueClient({ commonName: 'olga', organizations: ['a', 'b'] }).cert)
  expect(client.subject.split('\n')).toEqual(['O=a', 'O=b', 'CN=olga'])
  expect(client.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
})

test('serial numbers differ and a certificate holds for a year', () => {
  const [a, b] = [1, 2].map(() => new X509Certificate(authority.issueClient({ commonName: 'x' }).cert))
  expect(a!.serialNumber).not.toBe(b!.serialNumber)
  expect(a!.validFromDate.getTime()).toBe(now - 60_000)
  expect(a!.validToDate.getTime()).toBe(now + 365 * 24 * 3_600_000)
})

test('dates from 2050 on are written in four digits', () => {
  const late = createAuthority('late', Date.UTC(2049, 11, 1))
  expect(new X509Certificate(late.cert).validToDate.getUTCFullYear()).toBe(2050)
})
