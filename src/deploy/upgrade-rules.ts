import type { Facts, Finding } from '../domain/finding.ts'
import type { CenterName } from '../domain/topology.ts'
import type { Words } from '../domain/words.ts'
import { list, record, text } from '../gateways/strange.ts'
import { httpRoutesIn, type Manifest } from './manifests.ts'
import { isFrom } from '../domain/version.ts'

export interface UpgradeRequest {
  readonly center: CenterName
  /** The release's. Only the McpBridge in it is read. */
  readonly namespace: string
  /** Version of the gateway that is deployed (`appVersion`, else the chart's); absent: none, or not known. */
  readonly from?: string
  readonly to: string
  /** The center's objects as they are: HTTPRoutes, McpBridges. */
  readonly live: readonly Manifest[]
  /** What is going to be applied. */
  readonly rendered: readonly Manifest[]
  /** Version of the Gateway API's CRDs in the cluster (annotation `gateway.networking.k8s.io/bundle-version`); absent: not known. */
  readonly gatewayApi?: string
  /** Kinds of the `higress.io` groups that the cluster serves or the chart brings, beside those of Higress. */
  readonly served?: readonly string[]
}

/** What a rule sees of one object. `rendered`: the chart brings it, so that nothing is broken yet. */
interface Seen {
  readonly object: Manifest
  readonly name: string
  readonly rendered: boolean
  readonly request: UpgradeRequest
}

interface UpgradeRule {
  readonly id: string
  readonly kinds: readonly string[]
  /** The rule holds from this version on; absent: in every version. */
  readonly since?: string
  /** … up to but not with this one. */
  readonly until?: string
  /** Refuse: the upgrade would break what works. Of what is broken with or without it: warn. */
  readonly effect: (seen: Seen) => Finding['effect']
  /** One answer for each thing found; none: the object is sound. */
  readonly finds: (seen: Seen) => readonly Facts[]
}

/** Facts by version, as data. Checked in the sources of Higress 2.1.9 and 2.2.0, or by running them. */
export const upgradeRules: readonly UpgradeRule[] = [
  {
    id: 'nacos-backends-refused',
    kinds: ['HTTPRoute'],
    since: '2.2.0',
    effect: () => 'refuse',
    finds: ({ object }) => {
      const backends = backendRefsOf(object).filter((ref) => text(ref['group']) === 'networking.higress.io')
      return backends.length === 0 ? [] : [{ backends: [...new Set(backends.map((ref) => text(ref['name']) ?? ''))].sort() }]
    },
  },
  {
    id: 'timeouts-honoured',
    kinds: ['HTTPRoute'],
    since: '2.2.0',
    effect: () => 'warn',
    // Nothing changes where they are honoured already.
    finds: ({ object, request }) => (isFrom(request.from, '2.2.0') === true ? [] : timeoutsOf(object)),
  },
  {
    id: 'timeouts-ignored',
    kinds: ['HTTPRoute'],
    until: '2.2.0',
    effect: () => 'warn',
    finds: ({ object }) => timeoutsOf(object),
  },
  {
    id: 'extension-ref-drops-rules',
    kinds: ['HTTPRoute'],
    effect: ({ rendered }) => (rendered ? 'refuse' : 'warn'),
    finds: ({ object }) => (filtersOf(object).some((filter) => filter['type'] === 'ExtensionRef') ? [{}] : []),
  },
  {
    id: 'mcp-bridge-name',
    kinds: ['McpBridge'],
    effect: () => 'warn',
    finds: ({ object }) => (text(record(object['metadata'])['name']) === 'default' ? [] : [{}]),
  },
  {
    id: 'mcp-bridge-namespace',
    kinds: ['McpBridge'],
    effect: () => 'warn',
    finds: ({ object, request: { namespace } }) => {
      const own = text(record(object['metadata'])['namespace']) ?? namespace
      return own === namespace ? [] : [{ own, namespace }]
    },
  },
  {
    id: 'mcp-bridge-fields',
    kinds: ['McpBridge'],
    effect: () => 'warn',
    finds: ({ object }) => {
      const fields = ['healthCheck', 'nacosServiceNameMap'].filter((field) => registriesOf(object).some((one) => field in one))
      return fields.length === 0 ? [] : [{ fields }]
    },
  },
  {
    id: 'registries-overlap',
    kinds: ['McpBridge'],
    effect: () => 'warn',
    finds: ({ object }) => overlapping(registriesOf(object)).map((registries) => ({ registries })),
  },
]

/** Kinds that documents name and Higress never had: the API server knows none of them, and Helm fails. */
const HIGRESS_KINDS: ReadonlySet<string> = new Set(['Http2Rpc', 'McpBridge', 'WasmPlugin'])
/** Gateway API that a version of the gateway is built on. */
const GATEWAY_API: readonly (readonly [since: string, needs: string])[] = [['2.2.0', 'v1.4.0']]

/**
 * What the upgrade of one center would break, and what is not as its author believes. Rules are asked of what is live and of what the chart brings; an object
 * in both is told once, as live. Where `to` is no version, rules of a version warn: it cannot be told.
 */
export function upgradeFindings(request: UpgradeRequest): readonly Finding[] {
  const { center, namespace, from, to, live, rendered } = request
  const seen = new Map<string, Seen>()
  for (const [objects, isRendered] of [
    [live, false],
    [rendered, true],
  ] as const) {
    for (const object of objects.filter(isTraffic)) {
      const name = nameOf(object, namespace)
      const key = `${text(object['kind'])} ${name}`
      if (!seen.has(key)) seen.set(key, { object, name, rendered: isRendered, request })
    }
  }
  const found = upgradeRules.flatMap((rule) => {
    const applies =
      (rule.since === undefined || isFrom(to, rule.since) !== false) && (rule.until === undefined || isFrom(to, rule.until) === false)
    const sure = rule.since === undefined || isFrom(to, rule.since) === true
    if (!applies) return []
    return [...seen.values()]
      .filter(({ object }) => rule.kinds.includes(text(object['kind']) ?? ''))
      .flatMap((one) =>
        rule.finds(one).map((facts): Finding => ({
          reason: rule.id,
          effect: sure ? rule.effect(one) : 'warn',
          facts: { object: one.name, from: from ?? '?', to, ...facts },
          where: one.object['kind'] === 'HTTPRoute' ? { center, route: one.name } : { center },
        })),
      )
  })
  return [...found, ...unknownKinds(request), ...olderGatewayApi(request)]
}

const isTraffic = (object: Manifest): boolean => object['kind'] === 'McpBridge' || httpRoutesIn([object]).length > 0

function unknownKinds({ center, namespace, rendered, served = [] }: UpgradeRequest): readonly Finding[] {
  const unknown = rendered.filter((object) => {
    const kind = text(object['kind']) ?? ''
    return /^[\w.]*\bhigress\.io\//.test(text(object['apiVersion']) ?? '') && !HIGRESS_KINDS.has(kind) && !served.includes(kind)
  })
  return unknown.map((object) => ({
    reason: 'no-such-kind',
    effect: 'refuse',
    facts: { kind: text(object['kind']) ?? '', object: nameOf(object, namespace) },
    where: { center },
  }))
}

function olderGatewayApi({ center, to, gatewayApi }: UpgradeRequest): readonly Finding[] {
  const needs = GATEWAY_API.findLast(([since]) => isFrom(to, since))?.[1]
  if (needs === undefined || gatewayApi === undefined || isFrom(gatewayApi, needs) !== false) return []
  return [{ reason: 'gateway-api-older', effect: 'warn', facts: { to, needs, found: gatewayApi }, where: { center } }]
}

const rulesOf = (route: Manifest): readonly Manifest[] => list(record(route['spec'])['rules']).map(record)
const refsOf = (rule: Manifest): readonly Manifest[] => list(rule['backendRefs']).map(record)
const filtersOf = (route: Manifest): readonly Manifest[] =>
  rulesOf(route).flatMap((rule) => [...list(rule['filters']), ...refsOf(rule).flatMap((ref) => list(ref['filters']))].map(record))
/** Those of mirrors too. */
const backendRefsOf = (route: Manifest): readonly Manifest[] => [
  ...rulesOf(route).flatMap(refsOf),
  ...filtersOf(route).flatMap((filter) =>
    filter['requestMirror'] === undefined ? [] : [record(record(filter['requestMirror'])['backendRef'])],
  ),
]

function timeoutsOf(route: Manifest): readonly Facts[] {
  const timeouts = rulesOf(route).flatMap((rule) => Object.values(record(rule['timeouts'])).flatMap((value) => text(value) ?? []))
  return timeouts.length === 0 ? [] : [{ timeouts: [...new Set(timeouts)] }]
}

const registriesOf = (bridge: Manifest): readonly Manifest[] => list(record(bridge['spec'])['registries']).map(record)

/** Nacos services are known by service, group and namespace: registries that share the last two overwrite one another's instances. */
function overlapping(registries: readonly Manifest[]): readonly (readonly string[])[] {
  const byPlace = new Map<string, Set<string>>()
  for (const registry of registries.filter((one) => text(one['type'])?.startsWith('nacos'))) {
    const groups = list(registry['nacosGroups']).flatMap((group) => text(group) ?? [])
    for (const group of groups.length === 0 ? ['DEFAULT_GROUP'] : groups) {
      const place = JSON.stringify([text(registry['nacosNamespaceId']) ?? 'public', group])
      byPlace.set(place, (byPlace.get(place) ?? new Set<string>()).add(text(registry['name']) ?? ''))
    }
  }
  const shared = [...byPlace.values()].filter((names) => names.size > 1).map((names) => [...names].sort())
  return shared.filter((names, i) => shared.findIndex((other) => other.join() === names.join()) === i)
}

function nameOf(object: Manifest, namespace: string): string {
  const metadata = record(object['metadata'])
  return `${text(metadata['namespace']) ?? namespace}/${text(metadata['name']) ?? ''}`
}

export const upgradeWords = {
  'nacos-backends-refused': {
    en: '{object} sends to {backends} of group networking.higress.io, which Higress refuses from 2.2.0 on (ResolvedRefs InvalidKind, clients get 503). Move it to Services, or stay below 2.2.0',
    zh: '{object} 的后端 {backends} 属于 networking.higress.io 组，Higress 从 2.2.0 起拒绝（ResolvedRefs InvalidKind，客户端收到 503）。请改为 Service，或停留在 2.2.0 以下',
  },
  'timeouts-honoured': {
    en: '{object} sets timeouts ({timeouts}) that {from} ignores and {to} keeps: longer answers will be cut. Check them against the longest answer',
    zh: '{object} 设置了超时（{timeouts}）：{from} 忽略，{to} 会执行，更长的响应将被截断。请对照最长响应时间核对',
  },
  'timeouts-ignored': {
    en: '{object} sets timeouts ({timeouts}), which Higress ignores before 2.2.0',
    zh: '{object} 设置了超时（{timeouts}），2.2.0 之前的 Higress 会忽略',
  },
  'extension-ref-drops-rules': {
    en: '{object} has an ExtensionRef filter: Higress then drops all rules of the route, and still reports Accepted. Use a WasmPlugin instead',
    zh: '{object} 含有 ExtensionRef 过滤器：Higress 会丢弃该路由的全部规则，却仍报告 Accepted。请改用 WasmPlugin',
  },
  'mcp-bridge-name': {
    en: 'McpBridge {object} is not read: only the one named default is. Move its registries there',
    zh: 'McpBridge {object} 不会被读取：只读取名为 default 的。请将其注册中心移到那里',
  },
  'mcp-bridge-namespace': {
    en: 'McpBridge {object} is not read: only the one in {namespace} is',
    zh: 'McpBridge {object} 不会被读取：只读取 {namespace} 中的',
  },
  'mcp-bridge-fields': {
    en: 'McpBridge {object} sets {fields}, which does not exist and is dropped. Delete it; health is Nacos’ own',
    zh: 'McpBridge {object} 设置了不存在的字段 {fields}，会被丢弃。请删除；健康检查由 Nacos 负责',
  },
  'registries-overlap': {
    en: 'McpBridge {object}: the registries {registries} share Nacos namespace and group, so that services of one name overwrite each other. Give each its own nacosNamespaceId',
    zh: 'McpBridge {object}：注册中心 {registries} 的 Nacos 命名空间和分组相同，同名服务会互相覆盖。请为每个设置各自的 nacosNamespaceId',
  },
  'no-such-kind': {
    en: 'the chart brings {object} of kind {kind}, which Higress does not have: Helm would fail. Delete it',
    zh: 'Chart 包含 {kind} 类型的 {object}，Higress 没有该类型：Helm 会失败。请删除',
  },
  'gateway-api-older': {
    en: '{to} is built on Gateway API {needs}; the cluster has {found}. Install the newer CRDs first',
    zh: '{to} 基于 Gateway API {needs}；集群中为 {found}。请先安装较新的 CRD',
  },
} satisfies Words
