import { define, fields, keyed, list, mapOf, oneOf, sized, text, whole } from './schema-builders.ts'
import type { Tree } from '../apiserver/json.ts'

/** The Gateway API as Higress 2.1.x supports it: structure, bounds, patterns and defaults of v1.0.0 (experimental channel). */

const group = 'gateway.networking.k8s.io'
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const domain = `${label}(\\.${label})*`
const pathCharacters = "[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+"

const groupName = (more: Tree = {}) => text({ maxLength: 253, pattern: `^$|^${domain}$`, ...more })
const kindName = (more: Tree = {}) => sized(1, 63, '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', more)
const objectName = sized(1, 253)
const namespace = sized(1, 63, `^${label}$`)
const sectionName = sized(1, 253, `^${domain}$`)
const hostname = sized(1, 253, `^(\\*\\.)?${domain}$`)
const preciseHostname = sized(1, 253, `^${domain}$`)
const port = whole({ format: 'int32', minimum: 1, maximum: 65535 })
const controllerName = sized(1, 253, `^${domain}\\/${pathCharacters}$`)
const annotationValue = text({ minLength: 0, maxLength: 4096 })

const condition = fields({
  'lastTransitionTime!': text({ format: 'date-time' }),
  'message!': text({ maxLength: 32768 }),
  observedGeneration: whole({ format: 'int64', minimum: 0 }),
  'reason!': sized(1, 1024, '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$'),
  'status!': oneOf('True', 'False', 'Unknown'),
  'type!': text({ maxLength: 316, pattern: `^(${domain}/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$` }),
})
const conditions = (more: Tree = {}) => keyed(['type'], condition, { maxItems: 8, ...more })
const waiting = (...conditionsOf: readonly (readonly [type: string, reason: string])[]) =>
  conditionsOf.map(([type, reason]) => ({
    lastTransitionTime: '1970-01-01T00:00:00Z',
    message: 'Waiting for controller',
    reason,
    status: 'Unknown',
    type,
  }))

const parentReference = fields({
  group: groupName({ default: group }),
  kind: kindName({ default: 'Gateway' }),
  'name!': objectName,
  namespace,
  port,
  sectionName,
})

const headerName = sized(1, 256, "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$")
const headerList = keyed(['name'], fields({ 'name!': headerName, 'value!': sized(1, 4096) }), { maxItems: 16 })
const headerModifier = fields({ add: headerList, remove: list(text(), { maxItems: 16, 'x-kubernetes-list-type': 'set' }), set: headerList })
const backendObject = {
  group: groupName({ default: '' }),
  kind: kindName({ default: 'Service' }),
  'name!': objectName,
  namespace,
  port,
}
const pathModifier = fields({
  replaceFullPath: text({ maxLength: 1024 }),
  replacePrefixMatch: text({ maxLength: 1024 }),
  'type!': oneOf('ReplaceFullPath', 'ReplacePrefixMatch'),
})
const filters = list(
  fields({
    extensionRef: fields({ 'group!': groupName(), 'kind!': kindName(), 'name!': objectName }),
    requestHeaderModifier: headerModifier,
    requestMirror: fields({ 'backendRef!': fields(backendObject) }),
    requestRedirect: fields({
      hostname: preciseHostname,
      path: pathModifier,
      port,
      scheme: oneOf('http', 'https'),
      statusCode: { ...oneOf(301, 302), default: 302 },
    }),
    responseHeaderModifier: headerModifier,
    'type!': oneOf('RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'RequestRedirect', 'URLRewrite', 'ExtensionRef'),
    urlRewrite: fields({ hostname: preciseHostname, path: pathModifier }),
  }),
  { maxItems: 16 },
)
const matchValue = (longest: number) =>
  fields({ 'name!': headerName, type: { ...oneOf('Exact', 'RegularExpression'), default: 'Exact' }, 'value!': sized(1, longest) })
const everyPath = { type: 'PathPrefix', value: '/' }
const match = fields({
  headers: keyed(['name'], matchValue(4096), { maxItems: 16 }),
  method: oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'),
  path: fields(
    {
      type: { ...oneOf('Exact', 'PathPrefix', 'RegularExpression'), default: 'PathPrefix' },
      value: text({ default: '/', maxLength: 1024 }),
    },
    { default: everyPath },
  ),
  queryParams: keyed(['name'], matchValue(1024), { maxItems: 16 }),
})
const duration = text({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' })
const rule = fields({
  backendRefs: list(fields({ ...backendObject, filters, weight: whole({ default: 1, format: 'int32', minimum: 0, maximum: 1_000_000 }) }), {
    maxItems: 16,
  }),
  filters,
  matches: list(match, { default: [{ path: everyPath }], maxItems: 8 }),
  timeouts: fields({ backendRequest: duration, request: duration }),
})

const object = { apiVersion: text(), kind: text(), metadata: { type: 'object' } }

const httpRoute = fields({
  ...object,
  'spec!': fields({
    hostnames: list(hostname, { maxItems: 16 }),
    parentRefs: list(parentReference, { maxItems: 32 }),
    rules: list(rule, { default: [{ matches: [{ path: everyPath }] }], maxItems: 16 }),
  }),
  status: fields({
    'parents!': list(
      fields({ conditions: conditions({ minItems: 1 }), 'controllerName!': controllerName, 'parentRef!': parentReference }),
      { maxItems: 32 },
    ),
  }),
})

const anAddress = { properties: { type: { enum: ['IPAddress'] }, value: { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] } } }
const address = fields(
  {
    type: sized(1, 253, `^Hostname|IPAddress|NamedAddress|${domain}\\/${pathCharacters}$`, { default: 'IPAddress' }),
    'value!': sized(1, 253),
  },
  { oneOf: [anAddress, { properties: { type: { not: { enum: ['IPAddress'] } } } }] },
)
const selector = fields(
  { matchExpressions: list(fields({ 'key!': text(), 'operator!': text(), values: list(text()) })), matchLabels: mapOf(text()) },
  { 'x-kubernetes-map-type': 'atomic' },
)
const routeKind = fields({ group: groupName({ default: group }), 'kind!': kindName() })
const listener = fields({
  allowedRoutes: fields(
    {
      kinds: list(routeKind, { maxItems: 8 }),
      namespaces: fields({ from: { ...oneOf('All', 'Selector', 'Same'), default: 'Same' }, selector }, { default: { from: 'Same' } }),
    },
    { default: { namespaces: { from: 'Same' } } },
  ),
  hostname,
  'name!': sectionName,
  'port!': port,
  'protocol!': sized(1, 255, `^[a-zA-Z0-9]([-a-zSA-Z0-9]*[a-zA-Z0-9])?$|${domain}\\/[A-Za-z0-9]+$`),
  tls: fields({
    certificateRefs: list(
      fields({ group: groupName({ default: '' }), kind: kindName({ default: 'Secret' }), 'name!': objectName, namespace }),
      { maxItems: 64 },
    ),
    mode: { ...oneOf('Terminate', 'Passthrough'), default: 'Terminate' },
    options: mapOf(annotationValue, { maxProperties: 16 }),
  }),
})
const unprogrammed = waiting(['Accepted', 'Pending'], ['Programmed', 'Pending'])
const gateway = fields({
  ...object,
  'spec!': fields({
    addresses: list(address, { maxItems: 16 }),
    'gatewayClassName!': objectName,
    infrastructure: fields({
      annotations: mapOf(annotationValue, { maxProperties: 8 }),
      labels: mapOf(annotationValue, { maxProperties: 8 }),
    }),
    'listeners!': keyed(['name'], listener, { minItems: 1, maxItems: 64 }),
  }),
  status: fields(
    {
      addresses: list(address, { maxItems: 16 }),
      conditions: conditions({ default: unprogrammed }),
      listeners: keyed(
        ['name'],
        fields({
          'attachedRoutes!': whole({ format: 'int32' }),
          'conditions!': conditions(),
          'name!': sectionName,
          'supportedKinds!': list(routeKind, { maxItems: 8 }),
        }),
        { maxItems: 64 },
      ),
    },
    { default: { conditions: unprogrammed } },
  ),
})

const httpRouteFeatures =
  'DestinationPortMatching HostRewrite MethodMatching PathRedirect PathRewrite PortRedirect QueryParamMatching RequestMirror RequestMultipleMirrors ResponseHeaderModification SchemeRedirect'
const features = [
  'Gateway',
  'GatewayPort8080',
  'GatewayStaticAddresses',
  'HTTPRoute',
  ...httpRouteFeatures.split(' ').map((one) => `HTTPRoute${one}`),
  'Mesh',
  'ReferenceGrant',
  'TLSRoute',
]
const gatewayClass = fields({
  ...object,
  'spec!': fields({
    'controllerName!': controllerName,
    description: text({ maxLength: 64 }),
    parametersRef: fields({ 'group!': groupName(), 'kind!': kindName(), 'name!': objectName, namespace }),
  }),
  status: fields(
    {
      conditions: conditions({ default: waiting(['Accepted', 'Pending']) }),
      supportedFeatures: list(oneOf(...features), { maxItems: 64, 'x-kubernetes-list-type': 'set' }),
    },
    { default: { conditions: waiting(['Accepted', 'Waiting']) } },
  ),
})

const referenceGrant = fields({
  ...object,
  spec: fields({
    'from!': list(fields({ 'group!': groupName(), 'kind!': kindName(), 'namespace!': namespace }), { minItems: 1, maxItems: 16 }),
    'to!': list(fields({ 'group!': groupName(), 'kind!': kindName(), name: objectName }), { minItems: 1, maxItems: 16 }),
  }),
})

const categories = ['gateway-api']
const served = { group, categories, versions: ['v1', 'v1beta1'], stored: 'v1beta1' }
const conditionColumn = (type: string) => `.status.conditions[?(@.type=="${type}")].status`

export const gatewayApi: readonly Tree[] = [
  define({
    ...served,
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    shortNames: ['gc'],
    cluster: true,
    columns: { Controller: '.spec.controllerName', Accepted: conditionColumn('Accepted') },
    schema: gatewayClass,
  }),
  define({
    ...served,
    kind: 'Gateway',
    plural: 'gateways',
    shortNames: ['gtw'],
    columns: { Class: '.spec.gatewayClassName', Address: '.status.addresses[*].value', Programmed: conditionColumn('Programmed') },
    schema: gateway,
  }),
  define({ ...served, kind: 'HTTPRoute', plural: 'httproutes', columns: { Hostnames: '.spec.hostnames' }, schema: httpRoute }),
  define({
    group,
    categories,
    versions: ['v1beta1', 'v1alpha2'],
    stored: 'v1beta1',
    kind: 'ReferenceGrant',
    plural: 'referencegrants',
    shortNames: ['refgrant'],
    status: false,
    schema: referenceGrant,
  }),
]
