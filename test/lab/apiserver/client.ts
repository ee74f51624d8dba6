import { Agent, request } from 'undici'
import type { ApiAccess } from '../../../src/lab/kube-client.ts'
import type { KeyPair } from '../../../src/lab/pki.ts'

export type Body = any

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Body
}

export interface Client {
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  post(path: string, body: unknown): Promise<Reply>
  jsonPatch(path: string, operations: readonly unknown[]): Promise<Reply>
  mergePatch(path: string, patch: unknown): Promise<Reply>
  /** Events as they come, until the signal ends them. */
  watch(path: string, signal: AbortSignal): AsyncGenerator<Body>
  close(): Promise<void>
}

/** A bare HTTPS client, as the administrator or as the holder of another certificate; null shows none. */
export function clientOf(
  { url, caCert, clientCert, clientKey }: ApiAccess,
  identity: KeyPair | null = { cert: clientCert, key: clientKey },
): Client {
  const dispatcher = new Agent({ connect: { ca: caCert, ...identity } })
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const text = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const reply = await request(url + path, {
      dispatcher,
      method,
      headers: { 'user-agent': 'lab-test/1', ...type, ...headers },
      body: text ?? null,
    })
    const answer = await reply.body.text()
    const isJson = String(reply.headers['content-type']).includes('json')
    return { status: reply.statusCode, headers: reply.headers, body: isJson && answer !== '' ? JSON.parse(answer) : answer }
  }
  return {
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body) => call('POST', path, body),
    jsonPatch: (path, operations) => call('PATCH', path, operations, { 'content-type': 'application/json-patch+json' }),
    mergePatch: (path, patch) => call('PATCH', path, patch, { 'content-type': 'application/merge-patch+json' }),
    async *watch(path, signal) {
      const { body } = await request(url + path, { dispatcher, signal })
      let rest = ''
      for await (const chunk of body.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) yield JSON.parse(line)
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/** The next `count` events of a watch. */
export async function take(events: AsyncGenerator<Body>, count: number): Promise<Body[]> {
  const taken: Body[] = []
  while (taken.length < count) {
    const { value, done } = await events.next()
    if (done === true) break
    taken.push(value)
  }
  return taken
}

export const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes'

/** A route with one rule over backends of the given weights. */
export function routeOf(name: string, weights: readonly number[]): Body {
  const backendRefs = weights.map((weight, i) => ({
    group: 'networking.higress.io',
    kind: 'Service',
    name: `ai.zone-${i}.nacos`,
    port: 8080,
    weight,
  }))
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name },
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs }] },
  }
}

export const configMaps = '/api/v1/namespaces/default/configmaps'
export const configMapOf = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}): Body => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
})
