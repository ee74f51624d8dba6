import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { redact, redactText } from '../../src/domain/redact.ts'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJlLWhlcmU'
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAAAA\n-----END RSA PRIVATE KEY-----'

test.each([
  ['a bearer token', 'header Authorization: Bearer s3cr3t-t0ken.x', 's3cr3t-t0ken'],
  ['a bearer token on its own', 'could not use bearer abcdefgh1234', 'abcdefgh1234'],
  ['basic authentication', 'authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  ['a JWT', `answered with ${JWT} inside`, 'c2lnbmF0dXJl'],
  ['a PEM block', `key ${PEM} end`, 'MIIEow'],
  ['a PEM block that was cut off', PEM.slice(0, 40), 'MIIE'],
  ['a password in a URL', 'GET http://admin:hunter2@10.0.0.1/x', 'hunter2'],
  ['a token in a query', 'GET /x?accessToken=abc123&y=1', 'abc123'],
  ['a password in an assignment', 'DB_PASSWORD=hunter2 started', 'hunter2'],
  ['a key in JSON text', '{"apiKey":"sk-12345","model":"m"}', 'sk-12345'],
  ['a key in JSON text inside a text', '"{\\"secret\\": \\"sk-12345\\"}"', 'sk-12345'],
])('takes %s out of a text', (_what, text, secret) => {
  expect(text).toContain(secret)
  expect(redactText(text)).not.toContain(secret)
  expect(redactText(text)).toContain('[redacted]')
})

test('takes the values of keys that are named like a secret, at any depth, and keeps the shape', () => {
  expect(
    redact({
      provider: { type: 'openai', apiTokens: ['kept, a list is not named like one'], apiKey: 'sk-1', clientSecret: 'x' },
      env: [
        { name: 'DB_PASSWORD', value: 'hunter2' },
        { name: 'LEVEL', value: 'info' },
      ],
      secret: { name: 'shown', token: 'x' },
      secretName: 'shown',
      replicas: 3,
      none: null,
    }),
  ).toEqual({
    provider: { type: 'openai', apiTokens: ['kept, a list is not named like one'], apiKey: '[redacted]', clientSecret: '[redacted]' },
    env: [
      { name: 'DB_PASSWORD', value: '[redacted]' },
      { name: 'LEVEL', value: 'info' },
    ],
    secret: { name: 'shown', token: '[redacted]' },
    secretName: 'shown',
    replicas: 3,
    none: null,
  })
})

test('takes the data of a Secret and leaves its keys', () => {
  expect(redact({ kind: 'Secret', metadata: { name: 's' }, data: { a: 'YQ==' }, stringData: { b: 'b' } })).toEqual({
    kind: 'Secret',
    metadata: { name: 's' },
    data: { a: '[redacted]' },
    stringData: { b: '[redacted]' },
  })
})

test('leaves what a route, a mark and a run are made of', () => {
  const change = {
    patch: [
      {
        op: 'test',
        path: '/spec/rules/0/matches',
        value: [{ path: { type: 'PathPrefix', value: '/v1/chat' }, headers: [{ name: 'X-Client-Region', value: 'beijing' }] }],
      },
      {
        op: 'add',
        path: '/metadata/annotations/tricenter.io~1run',
        value: '{"seq":3,"run":"20261120-0315-k3f9","uid":"b7c9f3e2-0d1c-4d0e-9b1a-3f3f5c1a2b3c"}',
      },
    ],
    hash: 'b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184',
    url: 'https://127.0.0.1:6443/apis/apps/v1',
    detail: 'configmaps "a" is forbidden: User "u" cannot get it',
  }
  expect(redact(change)).toEqual(change)
})

test('is its own fixed point, and keeps any JSON in shape', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const once = redact(value)
      expect(redact(once)).toEqual(once)
      expect(Array.isArray(once)).toBe(Array.isArray(value))
    }),
    { numRuns: 200 },
  )
})

test.each(['x', 'a.', 'token', 'token ', 'a://', 'eyJ', '-----BEGIN A-----', 'bearer ', 'authorization '])(
  'reads a very long text of %j in linear time',
  (piece) => {
    const time = (length: number): number => {
      const text = piece.repeat(length / piece.length)
      const began = performance.now()
      redactText(text)
      return performance.now() - began
    }
    time(10_000)
    expect(time(200_000)).toBeLessThan(1000)
  },
)
