import { backendKey, memberOf } from '../domain/backend-id.ts'
import { decodeMark } from '../domain/mark-codec.ts'
import { MARK_ANNOTATION } from '../domain/mark.ts'
import type { BackendRef, Condition, ParentConditions } from '../domain/route.ts'
import type { Topology } from '../domain/topology.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { GatewayKind } from './gateway-kind.ts'
import { ownersOf } from './owners.ts'
import { ruleKeys } from './rule-key.ts'
import { list, record, text, whole } from './strange.ts'

/** `HTTPRoute` of the Gateway API. */
export const httpRoute: GatewayKind = {
  name: 'http-route',
  kind: { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', kind: 'HTTPRoute', namespaced: true },
  rawRules,
  toRoute(object, center, topology) {
    const metadata = record(object.metadata)
    const annotations = record(metadata['annotations'])
    const rawMark = text(annotations[MARK_ANNOTATION])
    const namespace = text(metadata['namespace']) ?? ''
    const uid = text(metadata['uid']) ?? ''
    const rules = list(record(object['spec'])['rules']).map(record)
    return {
      gateway: 'http-route',
      center,
      kind: 'HTTPRoute',
      namespace,
      name: text(metadata['name']) ?? '',
      uid,
      generation: whole(metadata['generation']) ?? 0,
      resourceVersion: text(metadata['resourceVersion']) ?? '',
      hostnames: list(record(object['spec'])['hostnames']).flatMap((one) => text(one) ?? []),
      rules: rawRules(object).map(({ key, matches, backendRefs }, index) => {
        const name = text(rules[index]?.['name'])
        const backends = list(backendRefs).map((ref, position) => toBackend(ref, position, namespace, topology))
        return { index, key, ...(name === undefined ? {} : { name }), backends, rawMatches: matches, rawBackendRefs: backendRefs }
      }),
      conditions: list(record(object['status'])['parents']).map((parent) => toConditions(parent, namespace)),
      mark: decodeMark(rawMark, uid),
      ...(rawMark === undefined ? {} : { rawMark }),
      hasAnnotations: metadata['annotations'] !== undefined && metadata['annotations'] !== null,
      owners: ownersOf(object),
    }
  },
}

function rawRules(object: KubeObject): ReturnType<GatewayKind['rawRules']> {
  const rules = list(record(object['spec'])['rules']).map(record)
  const keys = ruleKeys(rules.map((rule) => ({ matches: rule['matches'] })))
  return rules.map((rule, index) => ({
    key: keys[index] ?? '',
    path: `/spec/rules/${index}`,
    matches: rule['matches'],
    backendRefs: rule['backendRefs'],
  }))
}

function toBackend(raw: unknown, index: number, routeNamespace: string, topology: Topology): BackendRef {
  const ref = record(raw)
  const namespace = text(ref['namespace'])
  const port = whole(ref['port'])
  const backend = {
    group: text(ref['group']) ?? '',
    kind: text(ref['kind']) ?? 'Service',
    ...(namespace === undefined ? {} : { namespace }),
    name: text(ref['name']) ?? '',
    ...(port === undefined ? {} : { port }),
  }
  const declared = whole(ref['weight'])
  const member = memberOf(topology, backend, routeNamespace)
  return {
    index,
    backend,
    id: backendKey(backend, routeNamespace),
    weight: declared ?? 1,
    ...(declared === undefined ? {} : { declared }),
    ...(member === undefined ? {} : { member }),
  }
}

function toConditions(raw: unknown, routeNamespace: string): ParentConditions {
  const { parentRef, controllerName, conditions } = record(raw)
  const { namespace, name, sectionName } = record(parentRef)
  const section = text(sectionName)
  const accepted = toCondition(conditions, 'Accepted')
  const resolvedRefs = toCondition(conditions, 'ResolvedRefs')
  return {
    parent: `${text(namespace) ?? routeNamespace}/${text(name) ?? ''}${section === undefined ? '' : `/${section}`}`,
    controller: text(controllerName) ?? '',
    ...(accepted ? { accepted } : {}),
    ...(resolvedRefs ? { resolvedRefs } : {}),
  }
}

function toCondition(conditions: unknown, type: string): Condition | undefined {
  const found = list(conditions)
    .map(record)
    .find((one) => one['type'] === type)
  if (found === undefined) return undefined
  const observedGeneration = whole(found['observedGeneration'])
  return {
    status: found['status'] === 'True' ? 'True' : found['status'] === 'False' ? 'False' : 'Unknown',
    reason: text(found['reason']) ?? '',
    message: text(found['message']) ?? '',
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  }
}
