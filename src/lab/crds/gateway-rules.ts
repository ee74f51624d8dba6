import type { Rules } from '../apiserver/admission.ts'
import { duplicateValue, invalidValue, requiredValue, type FieldError } from '../apiserver/api-error.ts'
import type { Tree } from '../apiserver/json.ts'

/** What the CRDs of the Gateway API say in CEL and a structural schema cannot; written by hand, in our own words. Runs on objects with their defaults. */
export const gatewayRules: Readonly<Record<string, Rules>> = {
  'httproutes.gateway.networking.k8s.io': ({ spec }) => [
    ...parentErrors(spec.parentRefs ?? []),
    ...(spec.rules ?? []).flatMap((rule: Tree, i: number) => ruleErrors(rule, `spec.rules[${i}]`)),
  ],
  'gateways.gateway.networking.k8s.io': ({ spec }) => listenerErrors(spec.listeners ?? []),
  'gatewayclasses.gateway.networking.k8s.io': ({ spec }, old) => {
    const { controllerName } = spec
    return old === undefined || old['spec'].controllerName === controllerName
      ? []
      : [invalidValue('spec.controllerName', controllerName, 'may not be changed')]
  },
}

/** Parents that are one object must be told apart by section or port, all of them or none. */
function parentErrors(parents: readonly Tree[]): FieldError[] {
  const target = ({ group, kind, namespace = '', name }: Tree) => [group, kind, namespace, name].join('/')
  const part = ({ sectionName = '', port = 0 }: Tree) => `${sectionName}/${port}`
  return parents.flatMap((parent, i) => {
    const earlier = parents.slice(0, i).filter((other) => target(other) === target(parent))
    if (earlier.some((other) => part(other) === part(parent))) return [duplicateValue(`spec.parentRefs[${i}]`, parent)]
    const mixed = earlier.some((other) => ['sectionName', 'port'].some((key) => (other[key] === undefined) !== (parent[key] === undefined)))
    return mixed ? [invalidValue(`spec.parentRefs[${i}]`, parent, 'references to one parent must all name a section or port, or none')] : []
  })
}

function ruleErrors(rule: Tree, path: string): FieldError[] {
  const { backendRefs = [], filters = [], matches = [], timeouts } = rule
  const errors: FieldError[] = backendRefs.flatMap((ref: Tree, i: number) => {
    const at = `${path}.backendRefs[${i}]`
    return [...backendErrors(ref, at), ...filterErrors(ref['filters'] ?? [], `${at}.filters`)]
  })
  errors.push(...filterErrors(filters, `${path}.filters`))
  for (const [i, match] of matches.entries())
    if (match.path !== undefined) errors.push(...pathErrors(match.path, `${path}.matches[${i}].path`))
  if (backendRefs.length > 0 && filters.some(({ requestRedirect }: Tree) => requestRedirect !== undefined))
    errors.push(invalidValue(path, 'object', 'a rule that redirects may not have backends'))
  const replacesPrefix = [filters, ...backendRefs.map((ref: Tree) => ref['filters'] ?? [])].flat().some((filter: Tree) => {
    const modifier = filter['requestRedirect']?.path ?? filter['urlRewrite']?.path
    return modifier?.type === 'ReplacePrefixMatch'
  })
  if (replacesPrefix && (matches.length !== 1 || matches[0].path?.type !== 'PathPrefix'))
    errors.push(invalidValue(path, 'object', 'replacing the matched prefix needs exactly one match, by PathPrefix'))
  if (timeouts?.request !== undefined && timeouts.backendRequest !== undefined) {
    const [whole, part] = [milliseconds(timeouts.request), milliseconds(timeouts.backendRequest)]
    if (whole !== 0 && part > whole)
      errors.push(invalidValue(`${path}.timeouts`, timeouts, 'backendRequest may not be longer than request'))
  }
  return errors
}

const backendErrors = ({ group, kind, port }: Tree, path: string): FieldError[] =>
  group === '' && kind === 'Service' && port === undefined
    ? [invalidValue(path, 'object', 'a reference to a core Service needs a port')]
    : []

const unwanted: readonly (readonly [string, (value: string) => boolean])[] = [
  ['must begin with /', (value) => !value.startsWith('/')],
  ...['//', '/./', '/../', '%2f', '%2F', '#'].map((part) => [`may not contain ${part}`, (value: string) => value.includes(part)] as const),
  ...['/..', '/.'].map((part) => [`may not end with ${part}`, (value: string) => value.endsWith(part)] as const),
  ['has a character that a path may not have', (value) => !/^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@#]|%[0-9a-fA-F]{2})+$/.test(value)],
]

function pathErrors({ type, value }: Tree, path: string): FieldError[] {
  if (type === 'RegularExpression') return []
  return unwanted.filter(([, holds]) => holds(value)).map(([why]) => invalidValue(`${path}.value`, value, why))
}

const filterFields: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
}
const single = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite']

function filterErrors(filters: readonly Tree[], path: string): FieldError[] {
  const count = (type: string) => filters.filter((filter) => filter['type'] === type).length
  const errors = single.filter((type) => count(type) > 1).map((type) => invalidValue(path, 'array', `${type} may stand here once`))
  if (count('RequestRedirect') > 0 && count('URLRewrite') > 0)
    errors.push(invalidValue(path, 'array', 'RequestRedirect and URLRewrite exclude each other'))
  for (const [i, filter] of filters.entries()) errors.push(...oneFilterErrors(filter, `${path}[${i}]`))
  return errors
}

function oneFilterErrors(filter: Tree, path: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [type, field] of Object.entries(filterFields)) {
    if (filter[field] === undefined && filter['type'] === type)
      errors.push(requiredValue(`${path}.${field}`, `a filter of type ${type} needs it`))
    if (filter[field] !== undefined && filter['type'] !== type)
      errors.push(invalidValue(`${path}.${field}`, 'object', `only a filter of type ${type} may have it`))
  }
  const { requestMirror, requestRedirect, urlRewrite } = filter
  if (requestMirror !== undefined) errors.push(...backendErrors(requestMirror.backendRef, `${path}.requestMirror.backendRef`))
  for (const [field, owner] of [
    ['requestRedirect', requestRedirect],
    ['urlRewrite', urlRewrite],
  ] as const) {
    const modifier = owner?.path
    if (modifier === undefined) continue
    for (const [type, key] of [
      ['ReplaceFullPath', 'replaceFullPath'],
      ['ReplacePrefixMatch', 'replacePrefixMatch'],
    ] as const)
      if ((modifier.type === type) !== (modifier[key] !== undefined))
        errors.push(invalidValue(`${path}.${field}.path`, modifier, `${key} goes with type ${type}, and only with it`))
  }
  return errors
}

/** A Gateway API duration such as `1h30m` or `500ms`. */
function milliseconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
  return [...duration.matchAll(/(\d+)(ms|h|m|s)/g)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)
}

function listenerErrors(listeners: readonly Tree[]): FieldError[] {
  return listeners.flatMap(({ protocol, tls, hostname, port }, i) => {
    const path = `spec.listeners[${i}]`
    const errors: FieldError[] = []
    if (['HTTPS', 'TLS'].includes(protocol) && tls === undefined) errors.push(requiredValue(`${path}.tls`, `protocol ${protocol} needs it`))
    if (['HTTP', 'TCP', 'UDP'].includes(protocol) && tls !== undefined)
      errors.push(invalidValue(`${path}.tls`, 'object', `protocol ${protocol} has none`))
    if (['TCP', 'UDP'].includes(protocol) && hostname)
      errors.push(invalidValue(`${path}.hostname`, hostname, `protocol ${protocol} has none`))
    if (tls?.mode === 'Terminate' && !tls.certificateRefs?.length)
      errors.push(requiredValue(`${path}.tls.certificateRefs`, 'mode Terminate needs one'))
    const twin = listeners.findIndex((other) => other['port'] === port && other['protocol'] === protocol && other['hostname'] === hostname)
    if (twin < i) errors.push(duplicateValue(path, { port, protocol, hostname }))
    return errors
  })
}
