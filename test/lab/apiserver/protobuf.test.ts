import { expect, test } from 'vitest'
import { decodeProtobuf } from '../../../src/lab/apiserver/protobuf.ts'

const bytes = (field: number, ...content: (string | Buffer)[]) => {
  const body = Buffer.concat(content.map((one) => Buffer.from(one)))
  return Buffer.concat([Buffer.from([(field << 3) | 2, body.length]), body])
}
const number = (field: number, value: number) => Buffer.from([field << 3, value])
const message = (apiVersion: string, kind: string, ...content: Buffer[]) =>
  Buffer.concat([Buffer.from('k8s\0'), bytes(1, bytes(1, apiVersion), bytes(2, kind)), bytes(2, ...content)])

test('a ConfigMap as kubectl sends it', () => {
  const labels = bytes(11, bytes(1, 'app'), bytes(2, 'web'))
  const body = message(
    'v1',
    'ConfigMap',
    bytes(1, bytes(1, 'name'), bytes(3, ''), labels),
    bytes(2, bytes(1, 'key'), bytes(2, 'value')),
    number(4, 1),
  )
  expect(decodeProtobuf(body)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'name', labels: { app: 'web' } },
    data: { key: 'value' },
    immutable: true,
  })
})

test('the data of a Secret becomes base64', () => {
  const body = message(
    'v1',
    'Secret',
    bytes(1, bytes(1, 's')),
    bytes(2, bytes(1, 'key'), bytes(2, Buffer.from([0, 255]))),
    bytes(3, 'Opaque'),
  )
  expect(decodeProtobuf(body)).toMatchObject({ data: { key: 'AP8=' }, type: 'Opaque' })
})

test('a port that is a number or a name', () => {
  const port = (target: Buffer) => bytes(1, number(3, 80), bytes(4, target))
  const spec = bytes(2, port(Buffer.concat([number(1, 0), number(2, 8)])), port(Buffer.concat([number(1, 1), bytes(3, 'http')])))
  expect(decodeProtobuf(message('v1', 'Service', spec))['spec'].ports).toEqual([
    { port: 80, targetPort: 8 },
    { port: 80, targetPort: 'http' },
  ])
})

test('what is no such message, cut or of an unknown kind is a bad request', () => {
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('not a Kubernetes protobuf message')
  expect(() => decodeProtobuf(message('v1', 'PodPreset', bytes(1, '')))).toThrow('send it as JSON')
  expect(() => decodeProtobuf(Buffer.from('k8s\0\x80'))).toThrow('ends too early')
})
