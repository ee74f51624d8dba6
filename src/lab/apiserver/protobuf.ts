import { badRequest } from './api-error.ts'
import type { Tree } from './json.ts'

/** How a field is decoded; `list` and `map` hold many. Numbers of fields are those of the published .proto files of Kubernetes. */
type Scalar = 'string' | 'bytes' | 'bool' | 'int'
interface Field {
  readonly name: string
  readonly type: Scalar | Message
  readonly many?: 'list' | 'map'
}
type Message = Readonly<Record<number, Field>>

const one = (name: string, type: Scalar | Message = 'string'): Field => ({ name, type })
const list = (name: string, type: Scalar | Message = 'string'): Field => ({ name, type, many: 'list' })
const map = (name: string, type: Scalar | Message = 'string'): Field => ({ name, type, many: 'map' })

const metadata = one('metadata', {
  1: one('name'),
  2: one('generateName'),
  3: one('namespace'),
  5: one('uid'),
  6: one('resourceVersion'),
  11: map('labels'),
  12: map('annotations'),
  14: list('finalizers'),
})
const rule: Message = { 1: list('verbs'), 2: list('apiGroups'), 3: list('resources'), 4: list('resourceNames'), 5: list('nonResourceURLs') }
const subject: Message = { 1: one('kind'), 2: one('apiGroup'), 3: one('name'), 4: one('namespace') }
const roleRef: Message = { 1: one('apiGroup'), 2: one('kind'), 3: one('name') }
const binding: Message = { 1: metadata, 2: list('subjects', subject), 3: one('roleRef', roleRef) }
const resourceAttributes: Message = {
  1: one('namespace'),
  2: one('verb'),
  3: one('group'),
  4: one('version'),
  5: one('resource'),
  6: one('subresource'),
  7: one('name'),
}
const nonResourceAttributes: Message = { 1: one('path'), 2: one('verb') }

const labelSelector: Message = { 1: map('matchLabels') }
const containerPort: Message = { 1: one('name'), 2: one('hostPort', 'int'), 3: one('containerPort', 'int'), 4: one('protocol') }
const envVar: Message = { 1: one('name'), 2: one('value') }
const container: Message = {
  1: one('name'),
  2: one('image'),
  3: list('command'),
  4: list('args'),
  6: list('ports', containerPort),
  7: list('env', envVar),
}
const template: Message = { 1: metadata, 2: one('spec', { 2: list('containers', container), 3: one('restartPolicy') }) }
/** An IntOrString carries its kind in field 1; 0 is a number, and then field 2 holds it. */
const servicePort: Message = {
  1: one('name'),
  2: one('protocol'),
  3: one('port', 'int'),
  4: one('targetPort', { 1: one('type', 'int'), 2: one('intVal', 'int'), 3: one('strVal') }),
  5: one('nodePort', 'int'),
}

/** The kinds that kubectl sends as protobuf and that this server takes; anything else is told to come as JSON. */
const messages: Readonly<Record<string, Message>> = {
  Namespace: { 1: metadata, 2: one('spec', { 1: list('finalizers') }) },
  ConfigMap: { 1: metadata, 2: map('data'), 3: map('binaryData', 'bytes'), 4: one('immutable', 'bool') },
  Secret: { 1: metadata, 2: map('data', 'bytes'), 3: one('type'), 4: map('stringData'), 5: one('immutable', 'bool') },
  ServiceAccount: { 1: metadata },
  Role: { 1: metadata, 2: list('rules', rule) },
  ClusterRole: { 1: metadata, 2: list('rules', rule) },
  RoleBinding: binding,
  ClusterRoleBinding: binding,
  Deployment: {
    1: metadata,
    2: one('spec', { 1: one('replicas', 'int'), 2: one('selector', labelSelector), 3: one('template', template) }),
  },
  Service: {
    1: metadata,
    2: one('spec', { 1: list('ports', servicePort), 2: map('selector'), 3: one('clusterIP'), 4: one('type'), 10: one('externalName') }),
  },
  SelfSubjectAccessReview: {
    1: metadata,
    2: one('spec', { 1: one('resourceAttributes', resourceAttributes), 2: one('nonResourceAttributes', nonResourceAttributes) }),
  },
  SelfSubjectRulesReview: { 1: metadata, 2: one('spec', { 1: one('namespace') }) },
  SelfSubjectReview: { 1: metadata },
  DeleteOptions: {
    1: one('gracePeriodSeconds', 'int'),
    2: one('preconditions', { 1: one('uid'), 2: one('resourceVersion') }),
    4: one('propagationPolicy'),
    5: list('dryRun'),
  },
}

const envelope: Message = { 1: one('type', { 1: one('apiVersion'), 2: one('kind') }), 2: one('raw', 'bytes') }

/** Decodes a body of `application/vnd.kubernetes.protobuf` into what the same object would be as JSON. */
export function decodeProtobuf(body: Buffer): Tree {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') throw badRequest('the body is not a Kubernetes protobuf message')
  const { type, raw } = decode(body.subarray(4), envelope)
  const message = messages[type?.kind]
  if (message === undefined) throw badRequest(`${type?.kind} is not read as protobuf in the embedded lab; send it as JSON`)
  return { apiVersion: type.apiVersion, kind: type.kind, ...decode(Buffer.from(raw ?? '', 'base64'), message) }
}

function decode(bytes: Buffer, message: Message): Tree {
  const object: Tree = {}
  let position = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[position++]
      if (byte === undefined) throw badRequest('the protobuf message ends too early')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (position < bytes.length) {
    const tag = varint()
    const wire = tag & 7
    if (wire === 1 || wire === 5) position += wire === 1 ? 8 : 4
    else {
      const length = varint()
      const content = wire === 2 ? bytes.subarray(position, (position += length)) : length
      const field = message[tag >> 3]
      if (field !== undefined) store(object, field, content)
    }
  }
  return object
}

function store(object: Tree, { name, type, many }: Field, content: Buffer | number): void {
  if (many === 'map') {
    const { key = '', value = '' } = decode(content as Buffer, { 1: one('key'), 2: { name: 'value', type } })
    ;(object[name] ??= {})[key] = value
    return
  }
  const value = convert(type, content)
  if (many === 'list') (object[name] ??= []).push(value)
  else if (value !== '' && !(name === 'nodePort' && value === 0)) object[name] = value
}

function convert(type: Scalar | Message, content: Buffer | number): unknown {
  if (typeof content === 'number') return type === 'bool' ? content !== 0 : content
  if (typeof type === 'object') {
    const { intVal, strVal, ...value } = decode(content, type)
    return intVal !== undefined || strVal !== undefined ? (value['type'] === 1 ? strVal : intVal) : value
  }
  return content.toString(type === 'bytes' ? 'base64' : 'utf8')
}
