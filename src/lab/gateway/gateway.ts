import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { Pool } from 'undici'
import { type Informer, inform } from '../informer.ts'
import type { KubeClient } from '../kube-client.ts'
import { objectKey } from '../kube-object.ts'
import { LOOPBACK, listen } from '../listen.ts'
import { clustersDump, routesDump } from './admin.ts'
import { clusterOf, clustersOf } from './clusters.ts'
import { type EndpointSlice, type Known, type Registry, type Service, destinationOf } from './destinations.ts'
import { type Headers, endToEnd, modifyHeaders } from './header-modifier.ts'
import type { Gateway, GatewayClass, HttpFilter, HttpRoute, Listener } from './http-route.ts'
import { type Secret, listenerCertificates } from './listener-certificates.ts'
import { CONTROLLER, parentsStatus } from './route-status.ts'
import { type RouteTable, type RuleCache, compileTable } from './route-table.ts'
import { gatewayClassStatus, gatewayStatus } from './gateway-status.ts'
import { type ClusterStats, countAnswer, openGatewayStats } from './stats.ts'
import { openStatsEndpoint } from './stats-endpoint.ts'

/** One center's gateway: watches its cluster's routes and sends requests where they say. While its API server is lost it goes on with the table that it has, as Envoy does. */
export interface LabGateway {
  /** Where it listens, before the proxy. */
  readonly port: number
  /** Where it serves its HTTPS listeners, before the proxy. */
  readonly securePort: number
  /** Where it tells its counters, its routes and its clusters, before the proxy. */
  readonly statsPort: number
  readonly synced: Promise<void>
  close(): Promise<void>
}

export interface LabGatewayOptions {
  readonly client: KubeClient
  readonly registry: Registry
  /** Base URL of this center's own backends. */
  readonly local: string
  /** Ready instances behind a host of the registry. */
  readonly instances: (host: string) => number
}

const API = '/apis/gateway.networking.k8s.io/v1'
/** Only the Secrets of the installation are read: those of others are none of a gateway's business. */
const SECRETS = '/api/v1/namespaces/higress-system/secrets'
const RETRY = 500 // ms

export async function startGateway({ client, registry, local, instances }: LabGatewayOptions): Promise<LabGateway> {
  const cache: RuleCache = new Map()
  const pools = new Map<string, Pool>()
  const informers: Informer<never>[] = []
  const follow = <T extends { readonly metadata: HttpRoute['metadata'] }>(path: string, changed: () => void): Informer<T> => {
    const informer = inform<T>(client, path, changed)
    informers.push(informer as Informer<never>)
    return informer
  }

  // One look at everything after any number of changes in one turn of the event loop.
  let closed = false
  let pending: NodeJS.Immediate | undefined
  const soon = (): void => {
    if (!closed)
      pending ??= setImmediate(() => {
        pending = undefined
        refresh()
      })
  }
  const classes = follow<GatewayClass>(`${API}/gatewayclasses`, soon)
  const gateways = follow<Gateway>(`${API}/gateways`, soon)
  const routes = follow<HttpRoute>(`${API}/httproutes`, soon)
  const services = follow<Service>('/api/v1/services', soon)
  const secrets = follow<Secret>(SECRETS, soon)
  const slices = follow<EndpointSlice>('/apis/discovery.k8s.io/v1/endpointslices', () => undefined)
  const known: Known = { registry, local, services: services.objects, slices: slices.objects }
  const stats = openGatewayStats()

  let table = compileTable([], [])
  let secureTable = table
  let certificates = listenerCertificates([], new Map())
  const refresh = (): void => {
    const mine = [...classes.objects.values()].filter(({ spec }) => spec?.controllerName === CONTROLLER)
    const names = new Set(mine.map(({ metadata }) => metadata.name))
    const own = [...gateways.objects.values()].filter(({ spec }) => names.has(spec?.gatewayClassName ?? ''))
    table = compileTable(own, [...routes.objects.values()], cache)
    secureTable = compileTable(own, [...routes.objects.values()], cache, 'HTTPS')
    certificates = listenerCertificates(own, secrets.objects)
    stats.keep(clustersOf([...new Set([...table.rules, ...secureTable.rules])], known))
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    for (const one of mine) report(`${API}/gatewayclasses/${one.metadata.name}`, gatewayClassStatus(one, now))
    for (const one of own) {
      const isUsable = (listener: Listener): boolean => certificates.isUsable(listener, one)
      report(pathOf('gateways', one), gatewayStatus(one, [...routes.objects.values()], now, isUsable))
    }
    for (const route of routes.objects.values()) {
      const exists = (ref: { namespace?: string; name: string }, namespace: string): boolean =>
        services.objects.has(`${ref.namespace ?? namespace}/${ref.name}`)
      const parents = parentsStatus(route, own, exists, now)
      if (parents !== undefined) report(pathOf('httproutes', route), { parents })
    }
  }

  // One status write per object at a time; what changed meanwhile is looked at when it has ended, and a write that failed is tried again a little later.
  const writing = new Map<string, 'once' | 'again'>()
  const report = (path: string, status: unknown): void => {
    if (status === undefined || closed) return
    if (writing.has(path)) return void writing.set(path, 'again')
    writing.set(path, 'once')
    const end = (ok: boolean): void => {
      const again = writing.get(path) === 'again'
      writing.delete(path)
      if (!ok) setTimeout(soon, RETRY).unref()
      else if (again) soon()
    }
    client.mergePatch(`${path}/status`, { status }).then(
      ({ status: code }) => end(code < 300),
      () => end(false),
    )
  }

  const serve =
    (tableNow: () => RouteTable): RequestListener =>
    (request, response) => {
      const began = performance.now()
      stats.started()
      response.once('close', () => stats.ended(response.headersSent ? response.statusCode : 0, performance.now() - began))
      const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
      const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
      const rule = tableNow().find(host, {
        method: request.method ?? 'GET',
        path,
        query: new URLSearchParams(query),
        headers: request.headers,
      })
      if (rule === undefined) return answer(response, 404, 'no route')
      const turn = rule.turn()
      const ref = turn === undefined ? undefined : rule.backends[turn]
      if (ref === undefined) return answer(response, 500, `no weight in ${rule.route}`)
      const destination = destinationOf(ref, rule.namespace, known)
      if (destination === 'unknown') {
        stats.noCluster()
        return answer(response, 500, `no backend ${ref.name}`)
      }
      const cluster = stats.cluster(clusterOf(ref, rule.namespace))
      if (destination === 'empty') {
        if (cluster !== undefined) countAnswer(cluster, 503)
        return answer(response, 503, `no instance of ${ref.name}`)
      }
      let pool = pools.get(destination.url)
      if (pool === undefined)
        pools.set(
          destination.url,
          (pool = new Pool(destination.url, { allowH2: false, connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })),
        )
      forward(pool, request, response, rule.filters, cluster)
    }
  const server = createServer(
    { keepAliveTimeout: 15_000 },
    serve(() => table),
  )
  const secureServer = createSecureServer(
    { keepAliveTimeout: 15_000, SNICallback: (name, done) => done(null, certificates.contextFor(name)) },
    serve(() => secureTable),
  )
  const [port, securePort] = await Promise.all([listen(server), listen(secureServer)])
  const members = (name: string): number => membersOf(name, known, instances)
  const admin = (path: string): object | undefined =>
    path === '/config_dump'
      ? routesDump({ 'http.80': table, 'https.443': secureTable }, known)
      : path === '/clusters'
        ? clustersDump(stats.clusters(members))
        : undefined
  const endpoint = await openStatsEndpoint(() => stats.text(members), admin)

  return {
    port,
    securePort,
    statsPort: endpoint.port,
    synced: Promise.all(informers.map(({ synced }) => synced)).then(() => undefined),
    async close() {
      closed = true
      clearImmediate(pending)
      endpoint.close()
      server.close()
      server.closeAllConnections()
      secureServer.close()
      secureServer.closeAllConnections()
      await Promise.all([...informers.map((one) => one.stop()), ...[...pools.values()].map((pool) => pool.destroy())])
    },
  }
}

/** Ready instances of a cluster of Envoy's: of a Service those in its slices, of any other host those that the registry knows. */
function membersOf(name: string, { slices }: Known, instances: (host: string) => number): number {
  const host = name.slice(name.lastIndexOf('|') + 1)
  const [service, namespace, ...rest] = host.split('.')
  if (rest.join('.') !== 'svc.cluster.local') return instances(host)
  const own = [...slices.values()].filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === service,
  )
  return own.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length
}

/** Sends a request on and streams the answer back. Nothing came back at all: 503, as Envoy answers. `timeouts` of a rule are ignored, as in Higress 2.1. */
function forward(
  pool: Pool,
  request: IncomingMessage,
  response: ServerResponse,
  filters: readonly HttpFilter[],
  cluster: ClusterStats | undefined,
): void {
  const headers: Headers = endToEnd(request.headers)
  headers['x-request-id'] ??= randomUUID()
  for (const { requestHeaderModifier } of filters) if (requestHeaderModifier) modifyHeaders(headers, requestHeaderModifier)
  const left = new AbortController()
  response.once('close', () => response.writableFinished || left.abort())
  const bodiless = request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined
  pool
    .stream(
      { method: request.method as 'GET', path: request.url ?? '/', headers, body: bodiless ? null : request, signal: left.signal },
      ({ statusCode, headers: answered }) => {
        if (cluster !== undefined) {
          cluster.requests++
          countAnswer(cluster, statusCode)
        }
        const out = endToEnd(answered)
        for (const { responseHeaderModifier } of filters) if (responseHeaderModifier) modifyHeaders(out, responseHeaderModifier)
        return response.writeHead(statusCode, out)
      },
    )
    .catch((error: NodeJS.ErrnoException) => {
      // Envoy counts a request once it has a connection to send it on, and what it answers itself for want of an answer.
      if (cluster !== undefined && !response.headersSent) {
        if (error.code !== 'ECONNREFUSED' && error.code !== 'UND_ERR_CONNECT_TIMEOUT') cluster.requests++
        if (!left.signal.aborted) countAnswer(cluster, 503)
      }
      if (response.headersSent) response.destroy()
      else answer(response, 503, 'upstream connect error or disconnect before headers')
    })
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', server: `lab gateway on ${LOOPBACK}` }).end(`${text}\n`)
}

function pathOf(plural: string, object: HttpRoute | Gateway): string {
  const [namespace, name] = objectKey(object).split('/')
  return `${API}/namespaces/${namespace}/${plural}/${name}`
}
