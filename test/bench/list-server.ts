/** A process of its own that serves lists of HTTPRoutes over TLS: `node list-server.ts <centers> <routes> <changed>`. It prints its kubeconfig and waits to be ended. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { kubeconfigOf } from '../../src/lab/embedded.ts'
import { createAuthority } from '../../src/lab/pki.ts'
import { CONTEXT_PREFIX } from '../../src/lab/world/centers.ts'

const [centers = 3, routes = 10_000, changed = 50] = process.argv.slice(2).map(Number)
const authority = createAuthority('bench', Date.now())
const { cert, key } = authority.issueServer(['127.0.0.1'])
const client = authority.issueClient({ commonName: 'bench', organizations: ['system:masters'] })
const group = 'gateway.networking.k8s.io'
const LIST = new RegExp(`^/apis/${group}/v1/(?:namespaces/[^/]+/)?httproutes$`)

/** As an API server writes it: about 2.6 KB, of which a third is who wrote it, when, and what became of it. No two centers agree on that third. */
function route(center: number, i: number): string {
  const at = new Date(Date.UTC(2026, 0, 1, center, 0, i % 60)).toISOString().replace('.000', '')
  const weight = center === 1 && i % (routes / changed) === 7 ? 40 : 50
  const owned = {
    'f:spec': { 'f:hostnames': {}, 'f:parentRefs': {}, 'f:rules': {} },
    'f:metadata': { 'f:labels': { 'f:app': {}, 'f:team': {} } },
  }
  const managed = (manager: string, fieldsV1: object) => ({
    apiVersion: `${group}/v1`,
    fieldsType: 'FieldsV1',
    fieldsV1,
    manager,
    operation: 'Update',
    time: at,
  })
  const condition = (type: string) => ({
    lastTransitionTime: at,
    message: `Route is ${type}`,
    observedGeneration: center + 1,
    reason: type,
    status: 'True',
    type,
  })
  return JSON.stringify({
    apiVersion: `${group}/v1`,
    kind: 'HTTPRoute',
    metadata: {
      annotations: { 'example.com/owner': `team-${i % 40}`, 'example.com/ticket': `OPS-${i}` },
      creationTimestamp: at,
      generation: center + 1,
      labels: { app: `model-${i % 100}`, team: `team-${i % 40}` },
      managedFields: [managed('argocd', owned), managed('gateway-controller', { 'f:status': { 'f:parents': {} } })],
      name: `route-${String(i).padStart(5, '0')}`,
      namespace: 'ai-system',
      resourceVersion: String(1_000_000 * (center + 1) + i),
      uid: `00000000-0000-4000-8000-${String(center * 1_000_000 + i).padStart(12, '0')}`,
    },
    spec: {
      hostnames: [`m${i}.ai.example.com`],
      parentRefs: [{ group, kind: 'Gateway', name: 'higress-gateway', namespace: 'higress-system' }],
      rules: ['/v1/chat/completions', '/v1/embeddings', '/v1/models'].map((value) => ({
        backendRefs: ['zone-a', 'zone-b'].map((zone) => ({
          group: 'networking.higress.io',
          kind: 'Service',
          name: `ai-service-${zone}.DEFAULT-GROUP.public.nacos`,
          port: 8080,
          weight: zone === 'zone-a' ? weight : 100 - weight,
        })),
        matches: [{ path: { type: 'PathPrefix', value } }],
        timeouts: { request: '30s' },
      })),
    },
    status: {
      parents: [
        {
          conditions: [condition('Accepted'), condition('ResolvedRefs')],
          controllerName: 'higress.io/gateway-controller',
          parentRef: { group, kind: 'Gateway', name: 'higress-gateway', namespace: 'higress-system' },
        },
      ],
    },
  })
}

const entries = await Promise.all(
  Array.from({ length: centers }, async (_, center) => {
    const items = Array.from({ length: routes }, (_none, i) => route(center, i))
    const pages = new Map<string, Buffer>()
    const page = (from: number, limit: number): Buffer => {
      const known = pages.get(`${from} ${limit}`)
      if (known !== undefined) return known
      const next = from + limit < routes ? `"continue":"${from + limit}",` : ''
      const body = Buffer.from(
        `{"apiVersion":"${group}/v1","items":[${items.slice(from, from + limit).join()}],"kind":"HTTPRouteList","metadata":{${next}"resourceVersion":"9"}}\n`,
      )
      pages.set(`${from} ${limit}`, body)
      return body
    }
    const server = createServer({ cert, key }, (request, response) => {
      const url = new URL(request.url ?? '/', 'https://localhost')
      // Without a length told before: API servers write lists in chunks.
      const json = (status: number, body: Buffer): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).write(body)
        response.end()
      }
      if (url.searchParams.get('watch') === 'true') {
        // Nothing ever happens.
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
        return
      }
      if (url.pathname === '/version') return json(200, Buffer.from('{"major":"1","minor":"36"}'))
      if (LIST.test(url.pathname))
        return json(200, page(Number(url.searchParams.get('continue') ?? 0), Number(url.searchParams.get('limit') ?? routes)))
      if (url.pathname === `/apis/${group}`)
        return json(
          200,
          Buffer.from(
            JSON.stringify({ kind: 'APIGroup', apiVersion: 'v1', name: group, versions: [{ groupVersion: `${group}/v1`, version: 'v1' }] }),
          ),
        )
      return json(404, Buffer.from('404 page not found\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const name = `${CONTEXT_PREFIX}zone-${String.fromCodePoint(97 + center)}`
    return {
      name,
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      caCert: authority.cert,
      clientCert: client.cert,
      clientKey: client.key,
    }
  }),
)
process.stdout.write(`${JSON.stringify({ kubeconfig: kubeconfigOf(entries), entries, size: route(0, 0).length })}\n`)
