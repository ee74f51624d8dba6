import { anything, define, fields, flag, list, mapOf, oneOf, text, whole } from './schema-builders.ts'
import type { Tree } from '../apiserver/json.ts'

/** The kinds of Higress 2.1.9 and the EnvoyFilter of Istio: structure and enums. */

const int64 = whole({ format: 'int64' })
const texts = (...names: readonly string[]): Record<string, Tree> => Object.fromEntries(names.map((name) => [name, text()]))
/** At most one of these fields may be given. */
const atMostOne = (...names: readonly string[]): Tree => {
  const given = names.map((name) => ({ required: [name] }))
  return { oneOf: [{ not: { anyOf: given } }, ...given] }
}
const status = anything

const wasmPlugin = fields({
  spec: fields({
    defaultConfig: anything,
    defaultConfigDisable: flag,
    failStrategy: oneOf('FAIL_CLOSE', 'FAIL_OPEN'),
    imagePullPolicy: oneOf('UNSPECIFIED_POLICY', 'IfNotPresent', 'Always'),
    ...texts('imagePullSecret', 'pluginName', 'sha256', 'url', 'verificationKey'),
    matchRules: list(fields({ config: anything, configDisable: flag, domain: list(text()), ingress: list(text()), service: list(text()) })),
    phase: oneOf('UNSPECIFIED_PHASE', 'AUTHN', 'AUTHZ', 'STATS'),
    pluginConfig: anything,
    priority: whole({ nullable: true }),
    vmConfig: fields({ env: list(fields({ ...texts('name', 'value'), valueFrom: oneOf('INLINE', 'HOST') })) }),
  }),
  status,
})

const http2Rpc = fields({
  spec: fields(
    {
      dubbo: fields({
        ...texts('group', 'service', 'version'),
        methods: list(
          fields({
            ...texts('headersAttach', 'httpPath', 'serviceMethod'),
            httpMethods: list(text()),
            paramFromEntireBody: fields(texts('paramType')),
            params: list(fields(texts('paramKey', 'paramSource', 'paramType'))),
          }),
        ),
      }),
      grpc: { type: 'object' },
    },
    atMostOne('dubbo', 'grpc'),
  ),
  status,
})

const registry = fields({
  ...texts(
    'authSecretName',
    'consulDatacenter',
    'consulNamespace',
    'consulServiceTag',
    'domain',
    'mcpServerBaseUrl',
    'name',
    'protocol',
    'proxyName',
    'sni',
    'type',
  ),
  ...texts('nacosAccessKey', 'nacosAddressServer', 'nacosNamespace', 'nacosNamespaceId', 'nacosSecretKey'),
  allowMcpServers: list(text()),
  consulRefreshInterval: int64,
  enableMCPServer: flag,
  enableScopeMcpServers: flag,
  mcpServerExportDomains: list(text()),
  metadata: mapOf(fields({ innerMap: mapOf(text()) })),
  nacosGroups: list(text()),
  nacosRefreshInterval: int64,
  port: whole(),
  vport: fields({ default: whole(), services: list(fields({ name: text(), value: whole() })) }),
  zkServicesPath: list(text()),
})
const proxy = fields({ ...texts('name', 'serverAddress', 'type'), connectTimeout: whole(), listenerPort: whole(), serverPort: whole() })
const mcpBridge = fields({ spec: fields({ proxies: list(proxy), registries: list(registry) }), status })

const listenerMatch = fields({
  filterChain: fields({
    ...texts('applicationProtocols', 'name', 'sni', 'transportProtocol'),
    destinationPort: whole(),
    filter: fields({ name: text(), subFilter: fields(texts('name')) }),
  }),
  ...texts('listenerFilter', 'name', 'portName'),
  portNumber: whole(),
})
const routeMatch = fields({
  ...texts('gateway', 'name', 'portName'),
  portNumber: whole(),
  vhost: fields({ name: text(), route: fields({ action: oneOf('ANY', 'ROUTE', 'REDIRECT', 'DIRECT_RESPONSE'), name: text() }) }),
})
const patchTargets =
  'LISTENER FILTER_CHAIN NETWORK_FILTER HTTP_FILTER ROUTE_CONFIGURATION VIRTUAL_HOST HTTP_ROUTE CLUSTER EXTENSION_CONFIG BOOTSTRAP LISTENER_FILTER'
const configPatch = fields({
  applyTo: oneOf('INVALID', ...patchTargets.split(' ')),
  match: fields(
    {
      cluster: fields({ ...texts('name', 'service', 'subset'), portNumber: whole() }),
      context: oneOf('ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND', 'GATEWAY'),
      listener: listenerMatch,
      proxy: fields({ metadata: mapOf(text()), proxyVersion: text() }),
      routeConfiguration: routeMatch,
    },
    atMostOne('listener', 'routeConfiguration', 'cluster'),
  ),
  patch: fields({
    filterClass: oneOf('UNSPECIFIED', 'AUTHN', 'AUTHZ', 'STATS'),
    operation: oneOf('INVALID', 'MERGE', 'ADD', 'REMOVE', 'INSERT_BEFORE', 'INSERT_AFTER', 'INSERT_FIRST', 'REPLACE'),
    value: anything,
  }),
})
const envoyFilter = fields({
  spec: fields({
    configPatches: list(configPatch),
    priority: whole({ format: 'int32' }),
    workloadSelector: fields({ labels: mapOf(text()) }),
  }),
  status,
})

const one = (group: string, version: string, kind: string, categories: readonly string[], schema: Tree) =>
  define({ group, kind, plural: `${kind.toLowerCase()}s`, categories, versions: [version], stored: version, schema })

export const higress: readonly Tree[] = [
  one('extensions.higress.io', 'v1alpha1', 'WasmPlugin', ['higress-io', 'extensions-higress-io'], wasmPlugin),
  one('networking.higress.io', 'v1', 'Http2Rpc', ['higress-io'], http2Rpc),
  one('networking.higress.io', 'v1', 'McpBridge', ['higress-io'], mcpBridge),
  one('networking.istio.io', 'v1alpha3', 'EnvoyFilter', ['istio-io', 'networking-istio-io'], envoyFilter),
]
