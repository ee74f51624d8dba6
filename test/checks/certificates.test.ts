import { expect, test } from 'vitest'
import { certificatesValid } from '../../src/checks/certificates-valid.ts'
import { askAll, AT, present, said, silent } from './ask.ts'

const DAY = 86_400_000
const shown = (days: number, names = ['ai.example.com'], more: object = {}) => ({
  subject: names[0],
  names,
  validFrom: AT - DAY,
  validTo: AT + days * DAY,
  trusted: true,
  ...more,
})
const listener = (chain: unknown, hostname: string | undefined = 'ai.example.com') => [
  { listener: 'https', ...(hostname === undefined ? {} : { hostname }), secret: 'higress-system/ai-gateway-tls', chain },
]

test.each([
  { of: 'a good one', certificates: listener(present([shown(90)])), says: ['passed valid'] },
  { of: 'a wildcard', certificates: listener(present([shown(90, ['*.example.com'])])), says: ['passed valid'] },
  {
    of: 'a wildcard for a deeper name',
    certificates: listener(present([shown(90, ['*.example.com'])]), 'a.b.example.com'),
    says: ['failed other-name'],
  },
  { of: 'ten days left', certificates: listener(present([shown(10)])), says: ['warning soon'] },
  { of: 'an expired one', certificates: listener(present([shown(-1)])), says: ['failed expired'] },
  { of: 'an expired issuer', certificates: listener(present([shown(90), shown(-1)])), says: ['failed expired'] },
  { of: 'one of next year', certificates: listener(present([shown(90, undefined, { validFrom: AT + DAY })])), says: ['failed not-yet'] },
  { of: 'another name', certificates: listener(present([shown(90, ['other.example.com'])])), says: ['failed other-name'] },
  {
    of: 'a broken chain',
    certificates: listener(present([shown(90, undefined, { trusted: false }), shown(900)])),
    says: ['failed broken-chain'],
  },
  {
    of: 'an authority of its own',
    certificates: listener(present([shown(90, undefined, { trusted: false })])),
    says: ['warning unknown-authority'],
  },
  { of: 'no Secret', certificates: listener({ state: 'absent', at: AT, took: 1 }), says: ['failed no-secret'] },
  { of: 'rubbish in the Secret', certificates: listener({ state: 'unknown', why: 'x', at: AT, took: 1 }), says: ['failed unreadable'] },
  {
    of: 'no right to see the Secret',
    certificates: listener({ state: 'forbidden', why: 'x', at: AT, took: 1 }),
    says: ['inconclusive secret-unread'],
  },
  { of: 'no TLS at all', certificates: [], says: ['skipped no-tls'] },
])('a listener with $of', ({ certificates, says }) => {
  expect(said(askAll(certificatesValid, { 'zone-a': present(certificates) }))).toEqual(says)
})

test('a center whose Gateways could not be read is not a center with good certificates', () => {
  const seen = askAll(certificatesValid, { 'zone-a': present(listener(present([shown(90)]))), 'zone-b': silent })
  expect(said(seen)).toEqual(['passed valid', 'inconclusive unread'])
  expect(seen[1]?.center).toBe('zone-b')
})
